"""A Llama-style decoder: 4 layers, width 512, 8 heads, vocabulary 32,000, a static cache of 128 positions.

One execution takes `token` [1, T] and `position` [1], the position of the first of the T tokens, writes T new rows
into every cache at that position, and returns the logits of all T tokens. The caches are graph inputs `past_k_0`,
`past_v_0`, ... and graph outputs `present_k_0`, ...: each pair may be one buffer, and the first value is zeros.

  llama_tiny            T = 1: the inputs are 8 consecutive steps
  llama_tiny_prefill    T = 8: the same first 8 tokens in one execution, and 3 more runs of 8 from there

Both run one token sequence with the same weights, so the 8 steps must give the 8 rows of the prefill.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import nn
from transformers import LlamaConfig, LlamaForCausalLM

from . import weights
from .model import Model, Options, State

VOCABULARY = 32_000
HEADS, HEAD_WIDTH = 8, 64
CHUNK = 8


class CacheRows:
    """The library's cache interface over plain tensors: `update` writes rows at given positions.

    A scatter along axis 2 with one index for all layers, because the exporter turns index_copy and assignment to a
    slice into ten operators of shape arithmetic each.
    """

    def __init__(self, keys: list[torch.Tensor], values: list[torch.Tensor], positions: torch.Tensor) -> None:
        self.keys, self.values = keys, values
        self.rows = positions[None, None, :, None].expand(1, keys[0].shape[1], -1, HEAD_WIDTH)

    def update(self, key: torch.Tensor, value: torch.Tensor, layer: int, **_) -> tuple[torch.Tensor, torch.Tensor]:
        self.keys[layer] = self.keys[layer].scatter(2, self.rows, key)
        self.values[layer] = self.values[layer].scatter(2, self.rows, value)
        return self.keys[layer], self.values[layer]


class DecodeStep(nn.Module):
    """Token, position and caches to logits and caches."""

    def __init__(self, llama: LlamaForCausalLM) -> None:
        super().__init__()
        self.llama = llama
        self.layers = llama.config.num_hidden_layers

    def forward(self, token: torch.Tensor, position: torch.Tensor, *caches: torch.Tensor):
        tokens, rows = token.shape[1], caches[0].shape[2]
        positions = position if tokens == 1 else position + torch.arange(tokens)
        hidden = torch.arange(rows)[None, :] > positions[:, None]
        mask = torch.zeros(tokens, rows, dtype=caches[0].dtype).masked_fill(hidden, torch.finfo(torch.float32).min)
        cache = CacheRows(list(caches[0::2]), list(caches[1::2]), positions)
        decoded = self.llama.model(
            input_ids=token,
            attention_mask=mask[None, None],
            position_ids=positions[None, :],
            cache=cache,
            use_cache=True,
        )
        logits = self.llama.lm_head(decoded.last_hidden_state)
        return logits, *(tensor for pair in zip(cache.keys, cache.values) for tensor in pair)


def prefill_logits(network: DecodeStep, tokens: np.ndarray) -> np.ndarray:
    """The library's own logits for a whole sequence at once, without a cache. Shapes: [1, T] -> [1, T, vocabulary]."""
    with torch.no_grad():
        return network.llama(input_ids=torch.from_numpy(tokens), use_cache=False).logits.numpy()


def build(options: Options, chunk: int = 1) -> Model:
    name = "llama_tiny" if chunk == 1 else "llama_tiny_prefill"
    options.refuse(name, "image")
    layers, rows, kv_heads = options.layers or 4, options.seq or 128, options.kv_heads or HEADS
    steps = options.inputs or (8 if chunk == 1 else 4)
    if steps * chunk > rows:
        raise SystemExit(f"{name}: {steps} inputs of {chunk} tokens do not fit in a cache of {rows} positions")
    config = LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=HEADS * HEAD_WIDTH,
        intermediate_size=1376,
        num_hidden_layers=layers,
        num_attention_heads=HEADS,
        num_key_value_heads=kv_heads,
        max_position_embeddings=rows,
        tie_word_embeddings=False,
        attn_implementation="eager",
    )
    torch.manual_seed(options.seed)
    llama = LlamaForCausalLM(config).eval()
    weights.sensitise_transformer(llama, options.seed)
    weights.refuse_zero_heads(llama, HEADS, kv_heads)
    tokens = np.random.default_rng(options.seed).integers(0, VOCABULARY, size=(1, rows), dtype=np.int64)
    starts = range(0, steps * chunk, chunk)
    return Model(
        name=name,
        network=DecodeStep(llama).eval(),
        inputs=[{"token": tokens[:, s : s + chunk], "position": np.array([s], dtype=np.int64)} for s in starts],
        outputs=["logits"],
        compared=["logits"],
        blocks=llama.model.layers,
        has_embeddings=True,
        states=[State(f"past_{kind}_{i}", f"present_{kind}_{i}") for i in range(layers) for kind in "kv"],
        state_shape=(1, kv_heads, rows, HEAD_WIDTH),
        notes={"layers": layers, "cache_positions": rows, "kv_heads": kv_heads, "tokens_per_execution": chunk},
    )


def build_prefill(options: Options) -> Model:
    return build(options, CHUNK)
