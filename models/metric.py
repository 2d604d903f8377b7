"""The project's measure of a wrong answer, and a command that applies it to two folders of results.

Cosine similarity and per-element tolerances hide everything: most of an output is the same for every
input, or has passed through the network unchanged. So an error is compared with the part of the output
that the network computes *from this input*:

    e = ||z - y|| / ||c(y) - beta * c(b)||          norms over all inputs and elements together

z is the result, y the reference, c(.) removes the mean over the inputs, b is the baseline: the output of the
same network with all its blocks skipped, that is, the embeddings sent straight to the end (encoders and decoders
only; elsewhere the term is absent). beta is the least-squares fit, so the denominator is never larger than with
the embeddings subtracted as they are, nor than with no baseline; e is never flattered by the choice.

A result is right if e <= 1e-3 (no cast), or e <= 2 * e_ref + 1e-3 (matmuls cast to bf16), where e_ref is the e of
a reference whose matmul operands are rounded to bf16.

    metric.py MODEL RESULTS [--cast none|matmult] [--json]

MODEL is a folder that export.py wrote; RESULTS has the results of input i in RESULTS/<i>/<output>.npy. Exit code 0
if every output is right, 5 if not, 66 if a file is missing.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

import numpy as np

TOLERANCE = 1e-3
CAST_FACTOR = 2.0


def centred(values: np.ndarray) -> np.ndarray:
    """`values` minus their mean over the inputs (axis 0), in float64."""
    values = np.asarray(values, dtype=np.float64)
    return values - values.mean(axis=0, keepdims=True)


def signal_norm(reference: np.ndarray, baseline: np.ndarray | None = None) -> float:
    """The denominator of the metric. Shapes: both [inputs, ...]."""
    signal = centred(reference)
    if baseline is not None:
        embedded = centred(baseline)
        energy = float(np.vdot(embedded, embedded))
        # A baseline that does not depend on the input (the row of a class token) explains nothing.
        if energy > 1e-12 * float(np.vdot(baseline, baseline)):
            signal = signal - (float(np.vdot(signal, embedded)) / energy) * embedded
    return float(np.linalg.norm(signal))


def error(result: np.ndarray, reference: np.ndarray, baseline: np.ndarray | None = None) -> float:
    """e of `result`; infinite if it has another shape, or a value that is not finite. Shapes: [inputs, ...]."""
    result = np.asarray(result, dtype=np.float64)
    if result.shape != reference.shape or not np.isfinite(result).all():
        return float("inf")
    return float(np.linalg.norm(result - reference)) / signal_norm(reference, baseline)


def bound(cast: str, e_ref: float) -> float:
    """The largest e that is right, for `--auto-cast none` or `matmult`."""
    return TOLERANCE if cast == "none" else CAST_FACTOR * e_ref + TOLERANCE


def stacked(folder: Path, output: str, inputs: int) -> np.ndarray:
    """The results of all inputs for one output. Shapes: [inputs, ...]."""
    return np.stack([np.load(folder / str(i) / f"{output}.npy") for i in range(inputs)])


def compare_output(model: Path, results: Path, output: str, inputs: int, cast: str) -> dict:
    """One row of the verdict: e, e_ref, the bound and whether the output is right."""
    reference = stacked(model / "expected", output, inputs)
    baseline = stacked(model / "baseline", output, inputs) if (model / "baseline").is_dir() else None
    e_ref = error(stacked(model / "expected_bf16", output, inputs), reference, baseline)
    e = error(stacked(results, output, inputs), reference, baseline)
    limit = bound(cast, e_ref)
    return {"output": output, "e": e, "e_ref": e_ref, "bound": limit, "right": e <= limit}


def ranks_pairs(results: Path, output: str, pairs: list[list[int]], inputs: int) -> bool:
    """Whether each embedding of a pair of similar sentences is nearest to its partner's."""
    embeddings = stacked(results, output, inputs).reshape(inputs, -1)
    similarity = embeddings @ embeddings.T
    np.fill_diagonal(similarity, -np.inf)
    return all(similarity[a].argmax() == b and similarity[b].argmax() == a for a, b in pairs)


def compare(model: Path, results: Path, cast: str) -> dict:
    """The verdict on a folder of results: a row per output, and the ranking where the model has pairs."""
    metadata = json.loads((model / "metadata.json").read_text())
    inputs = metadata["input_count"]
    rows = [compare_output(model, results, o["name"], inputs, cast) for o in metadata["outputs"] if o["compared"]]
    verdict = {"model": metadata["name"], "cast": cast, "outputs": rows, "right": all(r["right"] for r in rows)}
    if "similar_pairs" in metadata:
        verdict["ranking_right"] = ranks_pairs(results, rows[0]["output"], metadata["similar_pairs"], inputs)
        verdict["right"] = verdict["right"] and verdict["ranking_right"]
    return verdict


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path)
    parser.add_argument("results", type=Path)
    parser.add_argument("--cast", choices=["none", "matmult"], default="none")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    try:
        verdict = compare(arguments.model, arguments.results, arguments.cast)
    except FileNotFoundError as missing:
        print(f"{missing.filename}: error: no such file", file=sys.stderr)
        return 66
    if arguments.json:
        print(json.dumps(verdict, indent=2))
        return 0 if verdict["right"] else 5
    for row in verdict["outputs"]:
        word = "right" if row["right"] else "WRONG"
        print(f"{row['output']}: e {row['e']:.3e}, e_ref {row['e_ref']:.3e}, bound {row['bound']:.3e}: {word}")
    if "ranking_right" in verdict:
        print("similar sentences are nearest:", "yes" if verdict["ranking_right"] else "NO")
    return 0 if verdict["right"] else 5


if __name__ == "__main__":
    sys.exit(main())
