"""Proof that a model can tell right from wrong: three wrong networks must have a large error.

A constant output (the mean over the inputs), attention that looks everywhere equally, and a last block that does
nothing. Each must have e >= 0.1, for every compared output, also with the more lenient readings of the metric:
embeddings subtracted as they are, or not at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from torch import nn

import metric

from .model import Arrays, Model
from .reference import run

REQUIRED_ERROR = 0.1


class Skip(nn.Module):
    """A block that returns what it was given."""

    def forward(self, hidden, *_, **__):
        return hidden


@contextmanager
def skipped_blocks(model: Model, which: list[int]) -> Iterator[None]:
    kept = {i: model.blocks[i] for i in which}
    for i in which:
        model.blocks[i] = Skip()
    try:
        yield
    finally:
        for i, block in kept.items():
            model.blocks[i] = block


@contextmanager
def uniform_attention(model: Model) -> Iterator[None]:
    """Attention logits of zero; masks still hold."""
    attentions = {m: m.scaling for m in model.network.modules() if hasattr(m, "scaling")}
    for module in attentions:
        module.scaling = 0.0
    try:
        yield
    finally:
        for module, scaling in attentions.items():
            module.scaling = scaling


def baseline(model: Model) -> list[Arrays] | None:
    """The outputs with all blocks skipped: the embeddings, sent straight to the end."""
    if not model.has_embeddings:
        return None
    with skipped_blocks(model, list(range(len(model.blocks)))):
        return run(model)[0]


def stack(results: list[Arrays], output: str) -> np.ndarray:
    return np.stack([r[output] for r in results])


def lenient_error(wrong: np.ndarray, expected: np.ndarray, embedded: np.ndarray | None) -> float:
    """The smallest e of all readings of the metric."""
    errors = [metric.error(wrong, expected, embedded), metric.error(wrong, expected)]
    if embedded is not None:
        difference = np.linalg.norm(metric.centred(expected) - metric.centred(embedded))
        errors.append(float(np.linalg.norm(wrong - expected) / difference))
    return min(errors)


def wrong_networks(model: Model, expected: list[Arrays]) -> dict[str, list[Arrays]]:
    """The results of each wrong network, by its name."""
    mean = {o: stack(expected, o).mean(axis=0) for o in model.compared}
    wrong = {"constant output": [mean] * len(expected)}
    with skipped_blocks(model, [len(model.blocks) - 1]):
        wrong["skipped last block"] = run(model)[0]
    if model.has_embeddings:
        with uniform_attention(model):
            wrong["uniform attention"] = run(model)[0]
    return wrong


def check(model: Model, expected: list[Arrays], embedded: list[Arrays] | None) -> dict[str, dict[str, float]]:
    """The error of each wrong network per output; exits if one is too small to be noticed."""
    errors: dict[str, dict[str, float]] = {}
    for name, results in wrong_networks(model, expected).items():
        errors[name] = {
            o: lenient_error(stack(results, o), stack(expected, o), stack(embedded, o) if embedded else None)
            for o in model.compared
        }
    small = [f"{name}, {o}: e {e:.3f}" for name, row in errors.items() for o, e in row.items() if e < REQUIRED_ERROR]
    if small:
        raise SystemExit(f"{model.name} is not sensitive enough (e >= {REQUIRED_ERROR} wanted): " + "; ".join(small))
    return errors
