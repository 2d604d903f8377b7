"""ViT-B/16: 12 x 768, 12 heads, 16x16 patches of a 224x224 image (197 tokens); any depth and image side."""

from __future__ import annotations

import torch
from torch import nn
from transformers import ViTConfig, ViTForImageClassification

from . import inputs, weights
from .model import Model, Options


class Classifier(nn.Module):
    """Images to logits."""

    def __init__(self, vit: ViTForImageClassification) -> None:
        super().__init__()
        self.vit = vit

    def forward(self, image: torch.Tensor):
        return (self.vit(pixel_values=image).logits,)


def build(options: Options) -> Model:
    options.refuse("vit_b16", "seq", "kv_heads")
    layers, side = options.layers or 12, options.image or 224
    config = ViTConfig(num_hidden_layers=layers, image_size=side, num_labels=1000, attn_implementation="eager")
    torch.manual_seed(options.seed)
    vit = ViTForImageClassification(config).eval()
    weights.sensitise_transformer(vit, options.seed)
    weights.refuse_zero_heads(vit, config.num_attention_heads, config.num_attention_heads)
    images = inputs.smooth_images(options.inputs or 4, side, options.seed)
    return Model(
        name="vit_b16",
        network=Classifier(vit).eval(),
        inputs=[{"image": image[None]} for image in images],
        outputs=["logits"],
        compared=["logits"],
        blocks=vit.vit.layers,
        has_embeddings=True,
        notes={"layers": layers, "image": side, "sequence": (side // 16) ** 2 + 1},
    )
