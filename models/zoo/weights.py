"""Seeded weights that make a network sensitive, so that a wrong answer shows.

Freshly initialised networks forgive everything: attention is nearly uniform, residual branches are small beside
their shortcut, normalisations have factor one and offset zero. Here attention logits are 4 x larger, value and
output projections 2 x, biases and normalisation parameters are not trivial; batch norms carry the statistics of
real passes and the last factor of each residual block is 0.25.
"""

from __future__ import annotations

import torch
from torch import nn

# A logit is a product of a query and a key, so each takes the square root of 4.
QUERY_KEY = ("query", "key", "q_proj", "k_proj")
QUERY_KEY_FACTOR = 2.0
VALUE_OUTPUT = ("value", "v_proj", "o_proj", "attention.output.dense")
VALUE_OUTPUT_FACTOR = 2.0
LAST_GAMMA = 0.25


def sensitise_transformer(network: nn.Module, seed: int) -> None:
    """Scale the attention of a freshly initialised transformer and give every vector parameter a spread."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, module in network.named_modules():
            if isinstance(module, nn.Linear):
                if name.endswith(QUERY_KEY):
                    module.weight.mul_(QUERY_KEY_FACTOR)
                if name.endswith(VALUE_OUTPUT):
                    module.weight.mul_(VALUE_OUTPUT_FACTOR)
                if module.bias is not None:
                    module.bias.normal_(0.0, 0.05, generator=generator)
            elif "norm" in type(module).__name__.lower() and hasattr(module, "weight"):
                module.weight.normal_(1.0, 0.1, generator=generator)
                if getattr(module, "bias", None) is not None:
                    module.bias.normal_(0.0, 0.1, generator=generator)


def refuse_zero_heads(network: nn.Module, heads: int, kv_heads: int) -> None:
    """Fail if the values of a head, or its part of the output projection, are all zero."""
    for name, module in network.named_modules():
        if not isinstance(module, nn.Linear) or not name.endswith(VALUE_OUTPUT):
            continue
        is_value = name.endswith(("value", "v_proj"))
        axis, count = (0, kv_heads) if is_value else (1, heads)
        for head, weight in enumerate(module.weight.detach().chunk(count, dim=axis)):
            if not weight.abs().max() > 0:
                raise SystemExit(f"{name}: head {head} is zero")


def sensitise_cnn(network: nn.Module, last_norms: list[nn.BatchNorm2d], images: torch.Tensor, seed: int) -> None:
    """Draw convolution weights and set batch-norm statistics by one training-mode pass over `images`."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for module in network.modules():
            if isinstance(module, nn.Conv2d):
                fan_in = module.weight[0].numel()
                module.weight.normal_(0.0, (2.0 / fan_in) ** 0.5, generator=generator)
            elif isinstance(module, nn.Linear):
                module.weight.normal_(0.0, module.in_features**-0.5, generator=generator)
                module.bias.normal_(0.0, 0.05, generator=generator)
            elif isinstance(module, nn.BatchNorm2d):
                module.weight.normal_(1.0, 0.1, generator=generator)
                module.bias.normal_(0.0, 0.1, generator=generator)
                module.reset_running_stats()
                module.momentum = None  # the running statistics become the average over passes: of one pass, itself
        for norm in last_norms:
            norm.weight.mul_(LAST_GAMMA)
        network.train()
        network(images)
        network.eval()
