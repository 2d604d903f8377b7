"""What every check uses: the commands, the exported models, and the table that grows line by line."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Table:
    """Figures against bounds; prints each as it comes."""

    met: int = 0
    missed: list[str] = field(default_factory=list)

    def add(self, what: str, figure: str, bound: str, right: bool) -> None:
        print(f"{'ok  ' if right else 'MISS'}  {what:<58} {figure:<26} {bound}", flush=True)
        if right:
            self.met += 1
        else:
            self.missed.append(what)

    def limit(self, what: str, value: float, most: float, unit: str = "") -> None:
        self.add(what, f"{value:.4g} {unit}".strip(), f"<= {most:.4g}", value <= most)

    def verdict(self) -> int:
        print(f"{self.met} met, {len(self.missed)} missed")
        return 5 if self.missed else 0


@dataclass(frozen=True)
class Compiled:
    """A program on disk, what its compilation reported, and how long the command took."""

    path: Path
    report: dict
    seconds: float


class Bench:
    """Runs the commands. Everything that they write lives in one temporary folder."""

    def __init__(self, root: Path, commands: Path, models: Path) -> None:
        self.root, self.commands, self.models = root, commands, models
        self._folder = tempfile.TemporaryDirectory(prefix="neuron-check-")
        self.folder = Path(self._folder.name)
        self._next = 0

    def scratch(self, suffix: str = "") -> Path:
        self._next += 1
        return self.folder / f"{self._next}{suffix}"

    def command(self, tool: str, *arguments: object) -> str:
        """The standard output of a command that has to succeed."""
        line = [str(self.commands / tool), *map(str, arguments)]
        done = subprocess.run(line, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{' '.join(line)}\n{done.stdout[-2000:]}{done.stderr[-2000:]}exit code {done.returncode}")
        return done.stdout

    def model(self, name: str) -> Path:
        """The folder of an exported model; exports it where it is missing."""
        folder = self.models / name
        if not (folder / "metadata.json").is_file():
            base, *options = name.split("_layers")
            base, *seq = base.split("_seq")
            line = [sys.executable, self.root / "models/export.py", base, "--out", self.models]
            line += ["--layers", options[0]] if options else []
            line += ["--seq", seq[0]] if seq else []
            print(f"      exporting {name}", flush=True)
            subprocess.run(list(map(str, line)), check=True, stdout=subprocess.DEVNULL)
        return folder

    def compile(self, model: Path, *options: object) -> Compiled:
        path, report = self.scratch(".nprog"), self.scratch(".json")
        began = time.monotonic()
        self.command("neuron-compile", model, "-o", path, "--report", report, *options)
        return Compiled(path, json.loads(report.read_text()), time.monotonic() - began)

    def run(self, program: Path, *options: object) -> dict:
        """The JSON report of a run; empty where the run takes no time."""
        report = self.scratch(".json")
        self.command("neuron-run", program, "--report", f"json={report}", *options)
        return json.loads(report.read_text()) if report.is_file() else {}

    def run_inputs(self, program: Path, model: Path, *options: object) -> tuple[Path, dict]:
        """One run for every input of an exported model; where the results are, and the last report."""
        results = self.scratch()
        report: dict = {}
        for folder in sorted((model / "inputs").iterdir(), key=lambda f: int(f.name)):
            given = [f"--input={file.stem}={file}" for file in sorted(folder.glob("*.npy"))]
            report = self.run(program, *given, "--output-dir", results / folder.name, *options)
        return results, report

    def objdump(self, program: Path) -> dict:
        return json.loads(self.command("neuron-objdump", "--json", program))


def same_files(a: Path, b: Path) -> bool:
    """Whether two folders hold the same files with the same bytes."""
    files = [sorted(f.relative_to(folder) for f in folder.rglob("*") if f.is_file()) for folder in (a, b)]
    return files[0] == files[1] and all((a / f).read_bytes() == (b / f).read_bytes() for f in files[0])
