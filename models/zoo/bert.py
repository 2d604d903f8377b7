"""BERT-base: 12 x 768, 12 heads, vocabulary 32,000; any depth and sequence length. Also the shell for MiniLM."""

from __future__ import annotations

import torch
from torch import nn
from transformers import BertConfig, BertModel

from . import inputs, weights
from .model import Model, Options

VOCABULARY = 32_000


class Encoder(nn.Module):
    """A BertModel with token ids, mask and token types as inputs.

    The additive mask is made here, in the form that exported BERT models have had for years; the library's own
    mask code does not trace into a plain graph.
    """

    def __init__(self, bert: BertModel) -> None:
        super().__init__()
        self.bert = bert

    def encode(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor):
        visible = attention_mask[:, None, None, :].to(self.bert.dtype)
        additive_mask = (1.0 - visible) * torch.finfo(torch.float32).min
        return self.bert(input_ids=input_ids, attention_mask=additive_mask, token_type_ids=token_type_ids)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor):
        encoded = self.encode(input_ids, attention_mask, token_type_ids)
        return encoded.last_hidden_state, encoded.pooler_output


def build(options: Options) -> Model:
    options.refuse("bert_base", "image", "kv_heads")
    layers, length = options.layers or 12, options.seq or 128
    config = BertConfig(
        vocab_size=VOCABULARY, num_hidden_layers=layers, max_position_embeddings=512, attn_implementation="eager"
    )
    torch.manual_seed(options.seed)
    bert = BertModel(config).eval()
    weights.sensitise_transformer(bert, options.seed)
    weights.refuse_zero_heads(bert, config.num_attention_heads, config.num_attention_heads)
    return Model(
        name="bert_base",
        network=Encoder(bert).eval(),
        inputs=inputs.sentences(options.inputs or 4, length, VOCABULARY, options.seed),
        outputs=["last_hidden_state", "pooler_output"],
        compared=["last_hidden_state", "pooler_output"],
        blocks=bert.encoder.layer,
        has_embeddings=True,
        notes={"layers": layers, "sequence": length},
    )
