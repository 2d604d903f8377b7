"""ResNet-50 (v1.5) from PyTorch's own modules alone, for the demonstration: what Debian's python3-torch can export.

    plain_resnet50.py FOLDER        writes resnet50.onnx, image.npy and logits.npy (the network's own result)

Weights are seeded like those of the zoo's ResNet-50: batch norms have the statistics of one training-mode pass over
smooth images, the last factor of each residual block is 0.25.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from zoo import inputs, weights  # noqa: E402

DEPTHS = (3, 4, 6, 3)
WIDTHS = (64, 128, 256, 512)
EXPANSION = 4
CLASSES = 1000
SIDE = 224
STATISTICS_IMAGES = 4
SEED = 1


def convolution(fan_in: int, fan_out: int, kernel: int, stride: int = 1) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(fan_in, fan_out, kernel, stride, padding=kernel // 2, bias=False), nn.BatchNorm2d(fan_out)
    )


class Bottleneck(nn.Module):
    """1x1, 3x3 (with the stride), 1x1, and a projected shortcut where the shape changes."""

    def __init__(self, fan_in: int, width: int, stride: int) -> None:
        super().__init__()
        fan_out = width * EXPANSION
        self.reduce = convolution(fan_in, width, 1)
        self.spatial = convolution(width, width, 3, stride)
        self.expand = convolution(width, fan_out, 1)
        self.shortcut = convolution(fan_in, fan_out, 1, stride) if fan_in != fan_out or stride != 1 else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = torch.relu(self.reduce(x))
        y = torch.relu(self.spatial(y))
        return torch.relu(self.expand(y) + self.shortcut(x))


class ResNet50(nn.Module):
    """Images to logits. Shapes: [1, 3, 224, 224] to [1, 1000]."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = convolution(3, 64, 7, 2)
        self.pool = nn.MaxPool2d(3, 2, padding=1)
        blocks, fan_in = [], 64
        for stage, (depth, width) in enumerate(zip(DEPTHS, WIDTHS)):
            for block in range(depth):
                blocks.append(Bottleneck(fan_in, width, 2 if stage > 0 and block == 0 else 1))
                fan_in = width * EXPANSION
        self.blocks = nn.Sequential(*blocks)
        self.classifier = nn.Linear(fan_in, CLASSES)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x = self.blocks(self.pool(torch.relu(self.stem(image))))
        return self.classifier(x.mean(dim=(2, 3)))


def main() -> int:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(SEED)
    network = ResNet50().eval()
    images = torch.from_numpy(inputs.smooth_images(STATISTICS_IMAGES, SIDE, SEED))
    weights.sensitise_cnn(network, [block.expand[1] for block in network.blocks], images, SEED)
    image = torch.from_numpy(inputs.smooth_images(1, SIDE, SEED + 1))
    with torch.no_grad():
        logits = network(image)
    np.save(folder / "image.npy", image.numpy())
    np.save(folder / "logits.npy", logits.numpy())
    exporter = {"dynamo": False} if "dynamo" in torch.onnx.export.__code__.co_varnames else {}
    torch.onnx.export(
        network, image, str(folder / "resnet50.onnx"), input_names=["image"], output_names=["logits"], opset_version=13,
        **exporter,
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
