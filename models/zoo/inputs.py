"""Seeded inputs that look like what a model of the kind receives."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from .model import Arrays

PAD, CLS, SEP, FIRST_WORD = 0, 2, 3, 5  # as in the vocabulary of the Japanese BERT


def smooth_images(count: int, side: int, seed: int) -> np.ndarray:
    """Images that differ like photographs: each has its own tint, contrast and amount of detail at several scales.

    Shapes: [count, 3, side, side].
    """
    generator = torch.Generator().manual_seed(seed)
    images = 0.8 * torch.randn(count, 3, 1, 1, generator=generator).expand(-1, -1, side, side)
    for cells, strength in ((3, 1.0), (7, 0.6), (14, 0.4), (56, 0.15)):
        noise = torch.randn(count, 3, cells, cells, generator=generator)
        detail = strength * torch.exp(0.7 * torch.randn(count, 1, 1, 1, generator=generator))
        images = images + detail * functional.interpolate(noise, (side, side), mode="bicubic", align_corners=False)
    return images.numpy()


def sentences(count: int, length: int, vocabulary: int, seed: int) -> list[Arrays]:
    """Pairs of sentences with word frequencies like a language's; every second input is padded."""
    generator = np.random.default_rng(seed)
    words = vocabulary - FIRST_WORD
    frequencies = 1.0 / np.arange(10, words + 10)
    frequencies /= frequencies.sum()
    arrays = []
    for i in range(count):
        used = length if i % 2 == 0 else length - length * (1 + i) // (2 * count + 2)
        ids = np.full((1, length), PAD, dtype=np.int64)
        ids[0, :used] = FIRST_WORD + generator.choice(words, size=used, p=frequencies)
        middle = int(generator.integers(used // 4, 3 * used // 4))
        ids[0, 0], ids[0, middle], ids[0, used - 1] = CLS, SEP, SEP
        position = np.arange(length)[None, :]
        arrays.append(
            {
                "input_ids": ids,
                "attention_mask": (position < used).astype(np.int64),
                "token_type_ids": ((position > middle) & (position < used)).astype(np.int64),
            }
        )
    return arrays
