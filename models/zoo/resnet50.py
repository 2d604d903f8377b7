"""ResNet-50 (v1.5: the stride is in the 3x3 convolution); also 26, 101 and 152 layers and any image side."""

from __future__ import annotations

import torch
from torch import nn
from transformers import ResNetConfig, ResNetForImageClassification

from . import inputs, weights
from .model import Model, Options

DEPTHS = {26: (2, 2, 2, 2), 50: (3, 4, 6, 3), 101: (3, 4, 23, 3), 152: (3, 8, 36, 3)}
STATISTICS_IMAGES = 8


class Classifier(nn.Module):
    """Images to logits."""

    def __init__(self, resnet: ResNetForImageClassification) -> None:
        super().__init__()
        self.resnet = resnet

    def forward(self, image: torch.Tensor):
        return (self.resnet(pixel_values=image).logits,)


def build(options: Options) -> Model:
    options.refuse("resnet50", "seq", "kv_heads")
    layers, side = options.layers or 50, options.image or 224
    if layers not in DEPTHS:
        raise SystemExit(f"resnet50 has --layers {', '.join(map(str, DEPTHS))}; got {layers}")
    torch.manual_seed(options.seed)
    resnet = ResNetForImageClassification(ResNetConfig(depths=list(DEPTHS[layers]), num_labels=1000)).eval()
    stages = resnet.resnet.encoder.stages
    last_norms = [block.layer[-1].normalization for stage in stages for block in stage.layers]
    statistics_images = torch.from_numpy(inputs.smooth_images(STATISTICS_IMAGES, side, options.seed))
    network = Classifier(resnet)
    weights.sensitise_cnn(network, last_norms, statistics_images, options.seed)
    images = inputs.smooth_images(options.inputs or 4, side, options.seed + 1)
    return Model(
        name="resnet50",
        network=network,
        inputs=[{"image": image[None]} for image in images],
        outputs=["logits"],
        compared=["logits"],
        blocks=stages[-1].layers,
        has_embeddings=False,
        notes={"layers": layers, "image": side},
    )
