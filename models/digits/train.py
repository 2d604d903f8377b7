"""Train the digits classifier and write its ONNX file, held-out images and reference logits.

A small convolutional network on the 1,797 real 8x8 handwritten digits that scikit-learn ships; one
fifth, stratified, is held out. The reference logits are computed in float64 from the exported float32
weights and stored as float32, so that they do not depend on how a CPU library orders its sums.
The script fails unless held-out accuracy passes 97 % and onnxruntime agrees with the reference.
"""

from __future__ import annotations

import argparse
import copy
from collections import OrderedDict
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from torch import nn

HELD_OUT = 360
REQUIRED_ACCURACY = 0.97
OPSET = 17


def make_network() -> nn.Sequential:
    layers = {
        "conv1": nn.Conv2d(1, 16, kernel_size=3, padding=1),
        "relu1": nn.ReLU(),
        "conv2": nn.Conv2d(16, 32, kernel_size=3, padding=1),
        "relu2": nn.ReLU(),
        "pool": nn.MaxPool2d(2),
        "flatten": nn.Flatten(),
        "dense1": nn.Linear(32 * 4 * 4, 64),
        "relu3": nn.ReLU(),
        "dense2": nn.Linear(64, 10),
    }
    return nn.Sequential(OrderedDict(layers))


def load_split(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Training images, held-out images, training labels, held-out labels; pixels in [0, 1]."""
    digits = load_digits()
    images = (digits.images / 16.0).astype(np.float32)[:, None, :, :]
    labels = digits.target.astype(np.int64)
    return train_test_split(images, labels, test_size=HELD_OUT, stratify=labels, random_state=seed)


def shifted(images: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Each image moved by -1, 0 or 1 pixel along both axes: cheap augmentation against overfitting."""
    padded = nn.functional.pad(images, (1, 1, 1, 1))
    offsets = torch.randint(0, 3, (len(images), 2), generator=generator)
    return torch.stack([p[:, y : y + 8, x : x + 8] for p, (y, x) in zip(padded, offsets.tolist())])


def train(network: nn.Module, images: torch.Tensor, labels: torch.Tensor, epochs: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)
    network.train()
    for _ in range(epochs):
        for batch in torch.randperm(len(images), generator=generator).split(64):
            logits = network(shifted(images[batch], generator))
            loss = nn.functional.cross_entropy(logits, labels[batch], label_smoothing=0.05)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
        schedule.step()
    network.eval()


def export(network: nn.Module, path: Path) -> None:
    """Write the network with a static batch of one; input `image`, output `logits`.

    The TorchScript exporter is used (dynamo=False): it emits one standard operator per module.
    """
    torch.onnx.export(
        network,
        (torch.zeros(1, 1, 8, 8),),
        str(path),
        input_names=["image"],
        output_names=["logits"],
        opset_version=OPSET,
        dynamo=False,
    )
    onnx.checker.check_model(str(path), full_check=True)


def onnxruntime_logits(path: Path, images: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return np.concatenate([session.run(["logits"], {"image": image[None]})[0] for image in images])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    torch.manual_seed(arguments.seed)
    torch.set_num_threads(1)
    train_images, images, train_labels, labels = load_split(arguments.seed)
    network = make_network()
    train(network, torch.from_numpy(train_images), torch.from_numpy(train_labels), arguments.epochs, arguments.seed)

    arguments.out.mkdir(parents=True, exist_ok=True)
    model_path = arguments.out / "digits.onnx"
    export(network, model_path)
    with torch.no_grad():
        logits = copy.deepcopy(network).double()(torch.from_numpy(images).double()).numpy()

    accuracy = float(np.mean(logits.argmax(axis=1) == labels))
    difference = float(np.abs(onnxruntime_logits(model_path, images) - logits).max())
    print(f"held-out accuracy {accuracy:.4f} on {len(labels)} images; onnxruntime differs by {difference:.1e}")
    if accuracy <= REQUIRED_ACCURACY or difference > 1e-4:
        raise SystemExit("failed: accuracy too low, or onnxruntime disagrees with the reference")
    np.save(arguments.out / "images.npy", images)
    np.save(arguments.out / "labels.npy", labels)
    np.save(arguments.out / "logits.npy", logits.astype(np.float32))


if __name__ == "__main__":
    main()
