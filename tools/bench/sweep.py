"""What if: a model's latency against the size of SBUF, the DMA's bandwidth and the TensorE's clock.

    tools/bench.sh sweep [MODEL] [--target NAME] [--out FOLDER]

MODEL (default: the digits classifier) is compiled anew for every machine, because tiles follow memory, and its time
is simulated. Every parameter goes from an eighth of its value to four times it, the others stay. Prints a table and
writes FOLDER/sweep.csv and FOLDER/sweep.svg (default: the build folder). Needs Python's standard library only.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

FACTORS = (1 / 8, 1 / 4, 1 / 2, 1, 2, 4)
# Label, and the machine's parameters that are scaled together.
AXES = (
    ("SBUF size", ("sbufPartitionBytes",)),
    ("DMA bandwidth", ("dmaEngineBytesPerUs", "hbmBytesPerUs")),
    ("TensorE clock", ("tensorMHz",)),
)
COLOURS = ("#1b6ca8", "#c1440e", "#3a7d44")
ALIGNMENT = 64  # of a partition's bytes
WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 640, 400, 70, 30, 150, 50


def values_of(target):
    """The parameters of a machine, from the generated table."""
    columns, values = None, {}
    for line in Path("docs/generated/machines.md").read_text().splitlines():
        cells = [cell.strip(" `") for cell in line.strip().strip("|").split("|")]
        if target in cells:
            columns = cells
        elif columns and len(cells) == len(columns) and cells[0] not in values:
            values[cells[0]] = cells[columns.index(target)]
    return values


def scaled(name, value, factor):
    number = max(1, round(int(value) * factor))
    return number // ALIGNMENT * ALIGNMENT if name == "sbufPartitionBytes" else number


def simulate(bin_folder, folder, model, machine):
    """Latency in us; nothing where the model does not compile for the machine."""
    file, program, report = folder / "machine.json", folder / "model.nprog", folder / "report.json"
    file.write_text(json.dumps(machine))
    compiled = subprocess.run(
        [bin_folder / "neuron-compile", model, "-O1", "-o", program, "--target", file], capture_output=True, text=True
    )
    if compiled.returncode:
        print(compiled.stderr.strip().splitlines()[-1], file=sys.stderr)
        return None
    subprocess.run([bin_folder / "neuron-run", program, "--mode", "time", f"--report=json={report}"], check=True)
    return json.loads(report.read_text())["latency_us"]


def sweep(bin_folder, model, target):
    """A list of (label, latencies by factor)."""
    base = values_of(target)
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for label, parameters in AXES:
            latencies = []
            for factor in FACTORS:
                machine = {"base": target}
                machine.update({p: scaled(p, base[p], factor) for p in parameters})
                latencies.append(simulate(bin_folder, folder, model, machine))
            rows.append((label, latencies))
            cells = ["     none" if us is None else f"{us:9.1f}" for us in latencies]
            print(f"{label:<16}" + " ".join(cells), flush=True)
    return rows


def plot(rows, title):
    """An SVG with both axes logarithmic."""
    known = [us for _, latencies in rows for us in latencies if us is not None]
    low, high = math.log(min(known)) - 0.05, math.log(max(known)) + 0.05
    x = lambda f: LEFT + (WIDTH - LEFT - RIGHT) * math.log(f / FACTORS[0]) / math.log(FACTORS[-1] / FACTORS[0])
    y = lambda us: TOP + (HEIGHT - TOP - BOTTOM) * (high - math.log(us)) / (high - low)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" font-family="sans-serif" '
        f'font-size="12"><rect width="100%" height="100%" fill="white"/><text x="{LEFT}" y="18">{title}</text>'
    ]
    for factor in FACTORS:
        parts.append(
            f'<line x1="{x(factor):.1f}" x2="{x(factor):.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}" stroke="#ddd"/>'
            f'<text x="{x(factor):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle">{factor:g} x</text>'
        )
    for us in (min(known), math.exp((low + high) / 2), max(known)):
        parts.append(f'<text x="{LEFT - 8}" y="{y(us) + 4:.1f}" text-anchor="end">{us:.4g} us</text>')
    for (label, latencies), colour in zip(rows, COLOURS):
        points = [(x(f), y(us)) for f, us in zip(FACTORS, latencies) if us is not None]
        path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{b:.1f}" r="3" fill="{colour}"/>' for a, b in points]
        row = TOP + 16 * (1 + [r[0] for r in rows].index(label))
        parts.append(f'<text x="{WIDTH - RIGHT + 12}" y="{row}" fill="{colour}">{label}</text>')
    return "\n".join(parts) + "\n</svg>\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", default="models/digits/digits.onnx")
    parser.add_argument("--target", default="trn1")
    parser.add_argument("--out", type=Path, default=Path(os.environ["BENCH_BUILD"]))
    arguments = parser.parse_args()
    build = Path(os.environ["BENCH_BUILD"])
    if subprocess.run(["sh", "tools/bench/build.sh", "neuron-compile", "neuron-run"]).returncode:
        return 1
    print(f"{arguments.model} on {arguments.target}: latency in us")
    print(f"{'':<16}" + " ".join(f"{f:>7g} x" for f in FACTORS))
    rows = sweep(build / "bin", arguments.model, arguments.target)
    lines = ["parameter," + ",".join(f"{f:g}" for f in FACTORS)]
    lines += [",".join([label, *("" if us is None else f"{us:.3f}" for us in latencies)]) for label, latencies in rows]
    (arguments.out / "sweep.csv").write_text("\n".join(lines) + "\n")
    (arguments.out / "sweep.svg").write_text(plot(rows, f"{Path(arguments.model).name} on {arguments.target}"))
    print(f"written: {arguments.out}/sweep.csv and sweep.svg")
    return 0


if __name__ == "__main__":
    sys.exit(main())
