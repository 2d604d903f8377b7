"""Write a model as an ONNX file with static shapes, and run the file with onnxruntime as a cross-check."""

from __future__ import annotations

import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch

from .model import Arrays, Model
from .reference import first_states

EXTERNAL_DATA_ABOVE = 100 << 20
DATA_FILE = "model.data"


def export(model: Model, path: Path, opset: int) -> onnx.ModelProto:
    """Write `path`, weights beside it in one file if they are large; returns the graph without its weights.

    The TorchScript exporter (dynamo=False) is used: opset 17, standard operators only, no functions, and node
    names that follow the module tree, so that a report can name a layer.
    """
    tensors = [torch.from_numpy(a) for a in (*model.inputs[0].values(), *first_states(model, np.float32))]
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in (path, path.parent / DATA_FILE):
        old.unlink(missing_ok=True)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model.network,
            tuple(tensors),
            str(path),
            input_names=model.input_names,
            output_names=model.output_names,
            opset_version=opset,
            dynamo=False,
        )
    if path.stat().st_size > EXTERNAL_DATA_ABOVE:
        proto = onnx.load(str(path))
        path.unlink()
        onnx.save_model(proto, str(path), save_as_external_data=True, all_tensors_to_one_file=True, location=DATA_FILE)
        del proto
    onnx.checker.check_model(str(path), full_check=True)
    return onnx.load(str(path), load_external_data=False)


def histogram(proto: onnx.ModelProto) -> dict[str, int]:
    """Operator names and how often each occurs, most frequent first."""
    return dict(Counter(node.op_type for node in proto.graph.node).most_common())


def run(model: Model, path: Path) -> list[Arrays]:
    """What onnxruntime computes from the file, without its graph rewrites beyond the basic ones."""
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = torch.get_num_threads()
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_BASIC
    session = onnxruntime.InferenceSession(str(path), settings, providers=["CPUExecutionProvider"])
    states = first_states(model, np.float32)
    results = []
    for arrays in model.inputs:
        feeds = {**arrays, **{s.input: value for s, value in zip(model.states, states)}}
        produced = session.run(model.output_names, feeds)
        states = produced[len(model.outputs) :]
        results.append(dict(zip(model.outputs, produced)))
    return results
