"""Seconds a model takes on the simulator, by mode, and beside onnxruntime on as many threads.

Every round runs onnxruntime, then the simulator; the ratio is taken pair by pair and its median
printed, so that a host that slows down slows both. Wall and processor time are printed, because
on a host that others use too only the second says what the work costs. A run of the simulator is
the first of its process: nothing of the program is in memory yet but what the system has cached.
"values again" is what a further run of the same process takes.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
DEFAULT = ["bert_base", "vit_b16", "resnet50"]
AGAIN = 3


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--bin", type=Path, required=True, help="folder of the commands")
    parser.add_argument("--models", type=Path, default=ROOT / "build/models", help="folder of exported models")
    parser.add_argument("--threads", type=int, default=1, help="of the simulator and of onnxruntime")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("names", nargs="*", default=DEFAULT, metavar="MODEL")
    return parser.parse_args()


def run(command):
    """Wall seconds, processor seconds and peak bytes of a command."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"models.py: {' '.join(map(str, command))} ended with {process.returncode}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


class Reference:
    """onnxruntime on the same inputs, fp32."""

    def __init__(self, folder, threads):
        import numpy
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(
            str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        self.feeds = {path.stem: numpy.load(path) for path in (folder / "inputs/0").glob("*.npy")}
        self.session.run(None, self.feeds)

    def seconds(self):
        """The best of a few, wall and processor."""
        best = None
        for _ in range(3):
            wall, cpu = time.perf_counter(), time.process_time()
            self.session.run(None, self.feeds)
            took = time.perf_counter() - wall, time.process_time() - cpu
            best = took if best is None else min(best, took)
        return best


def reference(folder, threads):
    try:
        return Reference(folder, threads)
    except ImportError:
        print("  onnxruntime is not installed: no ratio (tools/dev/venv.sh, or PYTHON)")
        return None


def measure(name, folder, options, scratch):
    program = scratch / f"{name}.nprog"
    run([options.bin / "neuron-compile", folder / "model.onnx", "-o", program])
    inputs = []
    for path in sorted((folder / "inputs/0").glob("*.npy")):
        inputs += ["--input", f"{path.stem}={path}"]
    command = [options.bin / "neuron-run", program, "--threads", str(options.threads)]
    report = scratch / "report.json"

    def simulated(mode, *more):
        given = [] if mode == "time" else inputs
        took = run(command + given + ["--mode", mode, "--report", f"json={report}", *more])
        return took, json.loads(report.read_text()) if mode != "values" else None

    native = reference(folder, options.threads)
    figures, ratios, cpuRatios, peak = {}, [], [], 0
    for _ in range(options.rounds):
        theirs = native.seconds() if native else None
        both, facts = simulated("values+time")
        peak = max(peak, both[2])
        once, _ = simulated("values")
        more, _ = simulated("values", "--repeat", str(1 + AGAIN))
        _, timed = simulated("time")
        again = (more[0] - once[0]) / AGAIN, (more[1] - once[1]) / AGAIN
        for key, value in (("values+time", facts["host_seconds"]), ("time only", timed["host_seconds"]),
                           ("values again", again[0]), ("values again, processor", again[1])):
            figures.setdefault(key, []).append(value)
        if theirs:
            figures.setdefault("onnxruntime", []).append(theirs[0])
            figures.setdefault("onnxruntime, processor", []).append(theirs[1])
            ratios.append(facts["host_seconds"] / theirs[0])
            cpuRatios.append(again[1] / theirs[1])
    print(f"model {name}, {options.threads} threads, {options.rounds} rounds, peak {peak / 2**20:.0f} MiB "
          f"(the mapped program included)")
    for key, values in figures.items():
        print(f"  {key:24} {statistics.median(values):8.4f} s   ({min(values):.4f} to {max(values):.4f})")
    if ratios:
        print(f"  values+time / onnxruntime, wall: {statistics.median(ratios):.2f}; values again / onnxruntime, "
              f"processor: {statistics.median(cpuRatios):.2f}")


def main():
    options = arguments()
    if not (options.bin / "neuron-compile").exists():
        print("models: skipped, this build has no neuron-compile")
        return
    with tempfile.TemporaryDirectory() as scratch:
        for name in options.names:
            folder = options.models / name
            if not (folder / "model.onnx").exists():
                print(f"model {name}: skipped, not exported to {options.models} (tools/models.sh)")
                continue
            measure(name, folder, options, Path(scratch))


main()
