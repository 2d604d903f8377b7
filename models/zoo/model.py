"""What every model of the zoo consists of, and the options that shape it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from torch import nn

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True)
class Options:
    """What a user may ask of a model; None means the model's own default. A model refuses what it has no use for."""

    layers: int | None = None
    seq: int | None = None
    image: int | None = None
    kv_heads: int | None = None
    inputs: int | None = None
    seed: int = 1

    def refuse(self, model: str, *names: str) -> None:
        for name in names:
            if getattr(self, name) is not None:
                raise SystemExit(f"{model} has no option --{name.replace('_', '-')}")


@dataclass(frozen=True)
class State:
    """A graph input and the graph output that replaces it in the next execution; its first value is zeros."""

    input: str
    output: str


@dataclass
class Model:
    """A network in evaluation mode, its inputs, and what the checks need to know about its inside.

    `network` takes the arrays of `inputs[i]`, then the states, and returns the outputs, then the new states.
    With states, the inputs are consecutive steps of one run. `blocks` are the equal layers in a row; `compared`
    are the outputs that the metric applies to.
    """

    name: str
    network: nn.Module
    inputs: list[Arrays]
    outputs: list[str]
    compared: list[str]
    blocks: nn.ModuleList | nn.Sequential
    has_embeddings: bool
    states: list[State] = field(default_factory=list)
    state_shape: tuple[int, ...] = ()
    notes: dict = field(default_factory=dict)

    @property
    def input_names(self) -> list[str]:
        return [*self.inputs[0], *(s.input for s in self.states)]

    @property
    def output_names(self) -> list[str]:
        return [*self.outputs, *(s.output for s in self.states)]
