"""Size does not matter: more equal layers, or a larger matmul, give no more instructions."""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper

from checks.bench import Bench, Table

SIDE = 13312
MATMUL_SECONDS = 1.0
MAX_GROWTH = 0.05
EXECUTED = (3.6, 4.4)


def check_depth(bench: Bench, table: Table) -> None:
    """BERT with 12 and with 48 layers."""
    counts, executed, sizes = [], [], []
    for name in ("bert_base", "bert_base_layers48"):
        compiled = bench.compile(bench.model(name) / "model.onnx")
        program = bench.objdump(compiled.path)
        report = bench.run(compiled.path, "--mode", "time")
        counts.append(sum(report["instructions"]["static"].values()))
        executed.append(sum(report["instructions"]["executed"].values()))
        sizes.append(program["program_bytes"])
    what = "BERT, 48 layers against 12"
    table.limit(f"{what}: static instructions", abs(counts[1] / counts[0] - 1), MAX_GROWTH)
    table.limit(f"{what}: program bytes without weights", abs(sizes[1] / sizes[0] - 1), MAX_GROWTH)
    ratio = executed[1] / executed[0]
    table.add(f"{what}: executed instructions", f"{ratio:.3f} x", f"{EXECUTED[0]} to {EXECUTED[1]}",
              EXECUTED[0] <= ratio <= EXECUTED[1])  # fmt: skip


def check_large_matmul(bench: Bench, table: Table) -> None:
    """One product of two inputs of 13312 x 13312; only its time is simulated."""
    sides = [helper.make_tensor_value_info(n, TensorProto.FLOAT, [SIDE, SIDE]) for n in ("a", "b", "y")]
    graph = helper.make_graph([helper.make_node("MatMul", ["a", "b"], ["y"])], "matmul", sides[:2], sides[2:])
    path = bench.scratch(".onnx")
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    compiled = bench.compile(path)
    what = f"{SIDE}^3 matmul"
    table.limit(f"{what}: compile, whole command", compiled.seconds, MATMUL_SECONDS, "s")
    report = bench.run(compiled.path, "--mode", "time")
    table.add(f"{what}: simulated", f"{report['latency_us'] / 1000:.1f} ms", "", np.isfinite(report["latency_us"]))
