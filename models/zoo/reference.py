"""Reference results in float64, exact or with the operands of every matrix product rounded to bf16."""

from __future__ import annotations

import numpy as np
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from .model import Arrays, Model

aten = torch.ops.aten
# Position of the two operands of each product; an added bias is not rounded.
PRODUCTS = {
    aten.mm.default: (0, 1),
    aten.bmm.default: (0, 1),
    aten.addmm.default: (1, 2),
    aten.baddbmm.default: (1, 2),
    aten.convolution.default: (0, 1),
}


class RoundedProducts(TorchDispatchMode):
    """While active, the operands of matrix products and convolutions are rounded to bf16; sums stay exact."""

    def __torch_dispatch__(self, function, types, arguments=(), keywords=None):
        arguments = list(arguments)
        for position in PRODUCTS.get(function, ()):
            operand = arguments[position]
            arguments[position] = operand.to(torch.bfloat16).to(operand.dtype)
        return function(*arguments, **(keywords or {}))


def first_states(model: Model, dtype: np.dtype) -> list[np.ndarray]:
    return [np.zeros(model.state_shape, dtype=dtype) for _ in model.states]


def run(model: Model) -> tuple[list[Arrays], list[np.ndarray]]:
    """The outputs for every input and the states after the last; the network must be in float64."""
    states = [torch.from_numpy(s) for s in first_states(model, np.float64)]
    results = []
    for arrays in model.inputs:
        tensors = [torch.from_numpy(a.astype(np.float64) if a.dtype == np.float32 else a) for a in arrays.values()]
        with torch.no_grad():
            produced = model.network(*tensors, *states)
        states = list(produced[len(model.outputs) :])
        results.append({name: value.numpy() for name, value in zip(model.outputs, produced)})
    return results, [s.numpy() for s in states]


def run_rounded(model: Model) -> list[Arrays]:
    """The outputs for every input with bf16 matrix products; the network must be in float64."""
    with RoundedProducts():
        return run(model)[0]
