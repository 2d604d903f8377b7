"""The committed classifier: its classes and its accuracy, at full size and with a small SBUF."""

from __future__ import annotations

import json

import numpy as np

from checks.bench import Bench, Table
from checks.values import CASTS, SMALL_SBUF

ACCURACY = 0.95


def check_digits(bench: Bench, table: Table) -> None:
    folder = bench.root / "models/digits"
    labels, reference = np.load(folder / "labels.npy"), np.load(folder / "logits.npy")
    best = (reference.argmax(axis=-1) == labels).mean()
    machine = bench.scratch(".json")
    machine.write_text(json.dumps(SMALL_SBUF))
    variants = [(f"--auto-cast {cast}", ("--auto-cast", cast)) for cast in CASTS]
    for label, options in [*variants, ("SBUF at 1/8", ("--target", machine))]:
        compiled = bench.compile(folder / "digits.onnx", *options)
        results = bench.scratch()
        bench.run(compiled.path, "--repeat", len(labels), f"--input=image={folder}/images.npy", "--output-dir", results)
        logits = np.load(results / "logits.npy").reshape(reference.shape)
        accuracy = (logits.argmax(axis=-1) == labels).mean()
        table.add(f"digits, {label}: accuracy", f"{accuracy:.4f}", f"> {ACCURACY}, reference {best:.4f}",
                  accuracy > ACCURACY and accuracy == best)  # fmt: skip
        table.add(f"digits, {label}: largest difference", f"{np.abs(logits - reference).max():.2e}", "", True)
