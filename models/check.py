"""Hold the models of the zoo to their bounds: compile, run, compare, count.

    check.py [MODEL...] [--bin DIR] [--models DIR] [--quick]

MODEL is digits or a name that export.py knows; without one, all of them. A model that is not in --models yet is
exported first. Each line is one figure, its bound and a verdict; checks/ has the checks, one subject a file.
--quick leaves out the runs in other transfer modes and with a small SBUF. Exit code 0 if every bound is met,
5 if not.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from checks import depth, interface, values
from checks.bench import Bench, Table

ROOT = Path(__file__).resolve().parent.parent
MODELS = ("digits", "minilm", "resnet50", "vit_b16", "bert_base", "bert_base_seq77", "llama_tiny", "matmul_13312")


def check_model(name: str, bench: Bench, table: Table, quick: bool) -> None:
    """Every check that applies to one model."""
    if name == "digits":
        interface.check_digits(bench, table)
    elif name == "matmul_13312":
        depth.check_large_matmul(bench, table)
    elif name == "llama_tiny":
        values.check_decoder(bench, table)
    else:
        values.check_network(name, bench, table, quick)
    if name == "bert_base":
        depth.check_depth(bench, table)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="*", choices=[[], *MODELS], default=[], metavar="MODEL")
    parser.add_argument("--bin", type=Path, default=ROOT / "build/release/bin", help="folder of the commands")
    parser.add_argument("--models", type=Path, default=ROOT / "build/models", help="folder of exported models")
    parser.add_argument("--quick", action="store_true", help="values, counts and times only")
    arguments = parser.parse_args()
    bench, table = Bench(ROOT, arguments.bin, arguments.models), Table()
    for name in arguments.model or MODELS:
        check_model(name, bench, table, arguments.quick)
    return table.verdict()


if __name__ == "__main__":
    sys.exit(main())
