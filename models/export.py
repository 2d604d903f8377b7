"""Export models of the zoo to ONNX with inputs, float64 references and proof of sensitivity.

    export.py MODEL... --out DIR [--layers N] [--seq N] [--image N] [--kv-heads N] [--inputs N] [--seed N]
              [--opset N] [--threads N]

Each model gets the folder DIR/<name>, where options that differ from the defaults are part of the name
(bert_base --layers 2 is bert_base_layers2). README.md describes the files. Fails if onnxruntime disagrees with
the reference, or if a wrong network would hardly be noticed (zoo/sensitivity.py).
"""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # nothing is downloaded: weights are seeded or inside a package

import numpy as np  # noqa: E402
import torch  # noqa: E402

import metric  # noqa: E402
from zoo import bert, llama, minilm, onnx_file, reference, resnet50, sensitivity, vit  # noqa: E402
from zoo.model import Arrays, Model, Options  # noqa: E402

MODELS: dict[str, Callable[[Options], Model]] = {
    "minilm": minilm.build,
    "resnet50": resnet50.build,
    "vit_b16": vit.build,
    "bert_base": bert.build,
    "llama_tiny": llama.build,
    "llama_tiny_prefill": llama.build_prefill,
}
IN_NAME = ("layers", "seq", "image", "kv_heads")
DEFAULT_OPSET = 17


def folder_name(model: str, options: Options, opset: int) -> str:
    given = {name: getattr(options, name) for name in IN_NAME}
    given["opset"] = opset if opset != DEFAULT_OPSET else None
    return "_".join([model, *(f"{name.replace('_', '')}{value}" for name, value in given.items() if value is not None)])


def save(folder: Path, arrays: Arrays) -> None:
    """One .npy per name; float64 is stored as float32."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in arrays.items():
        stored = value.astype(np.float32) if value.dtype == np.float64 else value
        np.save(folder / f"{name}.npy", np.ascontiguousarray(stored))


def save_each(folder: Path, results: list[Arrays]) -> None:
    """One numbered folder per input."""
    for i, arrays in enumerate(results):
        save(folder / str(i), arrays)


def errors_of(model: Model, results: list[Arrays], expected: list[Arrays], embedded: list[Arrays] | None) -> dict:
    """e of every compared output."""
    return {
        o: metric.error(
            sensitivity.stack(results, o),
            sensitivity.stack(expected, o),
            sensitivity.stack(embedded, o) if embedded else None,
        )
        for o in model.compared
    }


def check_against_prefill(model: Model, expected: list[Arrays]) -> None:
    """The logits of all steps must be the library's own for the whole sequence at once."""
    tokens = np.concatenate([arrays["token"] for arrays in model.inputs], axis=1)
    steps = np.concatenate([r["logits"] for r in expected], axis=1)
    difference = np.abs(steps - llama.prefill_logits(model.network, tokens)).max() / np.abs(steps).max()
    if difference > 1e-5:
        raise SystemExit(f"{model.name}: steps with a cache differ from the whole sequence by {difference:.1e}")


def tensors_of(names: list[str], arrays: list[np.ndarray]) -> list[dict]:
    return [{"name": n, "dtype": str(a.dtype), "shape": list(a.shape)} for n, a in zip(names, arrays, strict=True)]


def export(name: str, options: Options, opset: int, folder: Path) -> None:
    model = MODELS[name](options)
    proto = onnx_file.export(model, folder / "model.onnx", opset)
    from_file = onnx_file.run(model, folder / "model.onnx")

    model.network.double()
    expected, last_states = reference.run(model)
    rounded = reference.run_rounded(model)
    embedded = sensitivity.baseline(model)
    if model.states:
        check_against_prefill(model, expected)
    e_file = errors_of(model, from_file, expected, embedded)
    e_ref = errors_of(model, rounded, expected, embedded)
    wrong = sensitivity.check(model, expected, embedded)
    if max(e_file.values()) > metric.TOLERANCE:
        raise SystemExit(f"{name}: onnxruntime differs from the reference: {e_file}")

    save_each(folder / "inputs", model.inputs)
    save_each(folder / "expected", expected)
    save_each(folder / "expected_bf16", rounded)
    if embedded:
        save_each(folder / "baseline", embedded)
    states = reference.first_states(model, np.float32)
    if model.states:
        save(folder / "first_states", {s.input: v for s, v in zip(model.states, states)})
        save(folder / "last_states", {s.output: v for s, v in zip(model.states, last_states)})
    compared = [{"compared": o in model.compared} for o in model.output_names]
    outputs = tensors_of(model.output_names, [*(v.astype(np.float32) for v in expected[0].values()), *states])
    metadata = {
        "name": folder.name,
        "model": name,
        "opset": opset,
        "seed": options.seed,
        **model.notes,
        "parameters": sum(p.numel() for p in model.network.parameters()),
        "inputs": tensors_of(model.input_names, [*model.inputs[0].values(), *states]),
        "outputs": [{**o, **c} for o, c in zip(outputs, compared)],
        "input_count": len(model.inputs),
        "states": [{"input": s.input, "output": s.output, "first_value": "zeros"} for s in model.states],
        "e_onnxruntime": e_file,
        "e_ref_bf16": e_ref,
        "e_wrong": wrong,
        "operators": onnx_file.histogram(proto),
    }
    (folder / "metadata.json").write_text(json.dumps(metadata, indent=2, ensure_ascii=False) + "\n")
    print(f"{folder.name}: onnxruntime e {max(e_file.values()):.1e}, bf16 e {max(e_ref.values()):.1e}")
    for network, row in wrong.items():
        print(f"  {network}: e >= {min(row.values()):.2f}")
    print("  " + ", ".join(f"{op} {count}" for op, count in metadata["operators"].items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("models", nargs="+", choices=MODELS, metavar="MODEL", help=", ".join(MODELS))
    parser.add_argument("--out", type=Path, required=True)
    for name in (*IN_NAME, "inputs"):
        parser.add_argument("--" + name.replace("_", "-"), type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--opset", type=int, default=DEFAULT_OPSET)
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    chosen = {name: getattr(arguments, name) for name in (*IN_NAME, "inputs", "seed")}
    options = Options(**chosen)
    for name in arguments.models:
        export(name, options, arguments.opset, arguments.out / folder_name(name, options, arguments.opset))


if __name__ == "__main__":
    main()
