"""Values of whole networks: the metric in both cast modes, times against the floor, modes that must not matter."""

from __future__ import annotations

import json
from pathlib import Path

import metric
from checks.bench import Bench, Compiled, Table, same_files

CASTS = ("none", "matmult")
# Whose operations all have to go through a template of their own.
NO_FALLBACK = ("resnet50", "vit_b16", "bert_base", "llama_tiny")
# The largest latency, in floors as the report prints them, without a cast.
FLOORS = {"bert_base": 5.0, "resnet50": 10.0}
COMPILE_SECONDS = 5.0
# SBUF of trn1 at an eighth.
SMALL_SBUF = {"base": "trn1", "sbufPartitionBytes": 24576}
SMALL_MODELS = ("bert_base", "resnet50", "vit_b16", "minilm")


def judge(what: str, model: Path, results: Path, cast: str, table: Table) -> None:
    """A line per compared output."""
    verdict = metric.compare(model, results, cast)
    for row in verdict["outputs"]:
        table.add(f"{what}: e of {row['output']}", f"{row['e']:.2e}", f"<= {row['bound']:.2e}", row["right"])
    if "ranking_right" in verdict:
        right = verdict["ranking_right"]
        table.add(f"{what}: similar sentences are nearest", "yes" if right else "no", "yes", right)


def check_counts(name: str, what: str, compiled: Compiled, table: Table) -> None:
    table.limit(f"{what}: compile, whole command", compiled.seconds, COMPILE_SECONDS, "s")
    if name in NO_FALLBACK:
        table.limit(f"{what}: fallback_ops", compiled.report["fallback_ops"], 0)


def check_time(name: str, what: str, report: dict, table: Table) -> None:
    latency = report["latency_us"]
    if name in FLOORS:
        ratio = latency / report["floor_us"]
        table.limit(f"{what}: latency {latency:.0f} us, in floors of {report['floor_us']:.0f} us", ratio, FLOORS[name])
    else:
        table.add(f"{what}: latency", f"{latency:.0f} us", "", latency > 0)


def check_modes(what: str, model: Path, compiled: Compiled, expected: Path, bench: Bench, table: Table) -> None:
    """Transfer modes and the sequential form give the bytes of the plain run; so does any thread count."""
    for label, options in (("--dma all", ("--dma", "all")), ("--sequential", ("--sequential",))):
        results, _ = bench.run_inputs(compiled.path, model, *options)
        table.add(f"{what}: {label}", "same bytes", "same bytes", same_files(results, expected))
    for threads in (1, 2):
        again = bench.compile(model / "model.onnx", "--auto-cast", "none", "-j", threads)
        same = again.path.read_bytes() == compiled.path.read_bytes()
        table.add(f"{what}: compiled again with -j {threads}", "same bytes", "same bytes", same)


def check_small(name: str, bench: Bench, table: Table) -> None:
    """A machine with an eighth of the memory compiles the model, and its values are right."""
    machine = bench.scratch(".json")
    machine.write_text(json.dumps(SMALL_SBUF))
    model = bench.model(name)
    compiled = bench.compile(model / "model.onnx", "--target", machine)
    results, _ = bench.run_inputs(compiled.path, model)
    judge(f"{name}, SBUF at 1/8", model, results, "none", table)


def check_network(name: str, bench: Bench, table: Table, quick: bool) -> None:
    model = bench.model(name)
    for cast in CASTS:
        what = f"{name}, {'fp32' if cast == 'none' else 'bf16 matmuls'}"
        compiled = bench.compile(model / "model.onnx", "--auto-cast", cast)
        results, report = bench.run_inputs(compiled.path, model)
        judge(what, model, results, cast, table)
        check_counts(name, what, compiled, table)
        check_time(name if cast == "none" else "", what, report, table)
        if cast == "none" and not quick:
            check_modes(what, model, compiled, results, bench, table)
    if name in SMALL_MODELS and not quick:
        check_small(name, bench, table)


def check_decoder(bench: Bench, table: Table) -> None:
    """One program, loaded once, a step per execution; the caches never leave the device."""
    model = bench.model("llama_tiny")
    metadata = json.loads((model / "metadata.json").read_text())
    steps = metadata["input_count"]
    states = {s["input"] for s in metadata["states"]}
    given = [i["name"] for i in metadata["inputs"] if i["name"] not in states]
    for cast in CASTS:
        what = f"llama_tiny, {'fp32' if cast == 'none' else 'bf16 matmuls'}"
        compiled = bench.compile(model / "model.onnx", "--states", "auto", "--auto-cast", cast)
        results = bench.scratch()
        inputs = [f"--input={name}={model}/inputs/{{run}}/{name}.npy" for name in given]
        report = bench.run(compiled.path, "--repeat", steps, *inputs, "--output-dir", f"{results}/{{run}}")
        judge(f"{what}, {steps} executions", model, results, cast, table)
        check_counts("llama_tiny", what, compiled, table)
        row = [i["shape"] for i in metadata["inputs"] if i["name"] in states][0]
        new = len(states) * row[0] * row[1] * row[3] * 4  # one position of every cache, f32
        table.limit(f"{what}: bytes of states written a step", report["hbm_written_by_role"]["state"], new)
        check_time("", what, report, table)
