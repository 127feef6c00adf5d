"""`make scan`: whether a known weakness is in what is pinned. Standard library only; the scanner's own Python runs it.

pip-audit asks a public service. Where that cannot be reached, or does not know the packages (a mirror without its
data), this says so and is content: a check that fails for being offline would be switched off.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
# What runs on Lambda, and what runs here; dev.txt holds all of local.txt.
PINNED = ("layers/dependencies/requirements.txt", "requirements/dev.txt", "requirements/ministack.txt")

Ask = Callable[[str, Path], str]


def ask(pinned: str, answer: Path) -> str:
    """Has pip-audit write its answer; gives what it complained of, where it wrote none."""
    command = [sys.executable, "-m", "pip_audit", "--progress-spinner", "off", "--disable-pip", "--require-hashes"]
    command += ["--format", "json", "--output", str(answer), "--requirement", str(ROOT / pinned)]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stderr.strip().rpartition("\n")[2]


def audit(pinned: Sequence[str] = PINNED, ask: Ask = ask) -> int:
    """Say what is known of each file; 1 if there is a weakness."""
    found = 0
    for name in pinned:
        with tempfile.TemporaryDirectory() as folder:
            answer = Path(folder) / "answer.json"
            complaint = ask(name, answer)
            if not answer.exists() or not answer.read_bytes():
                print(f"pip-audit: {name} not looked at, since nobody could be asked: {complaint}")
                continue
            told: list[dict[str, Any]] = json.loads(answer.read_bytes())["dependencies"]
        weak = [(one["name"], one["version"], each) for one in told for each in one.get("vulns", [])]
        known = [one for one in told if "skip_reason" not in one]
        print(f"pip-audit: {name}: of {len(told)} packages {len(known)} are known there, {len(weak)} weaknesses")
        for package, version, each in weak:
            mended = ", ".join(each.get("fix_versions", [])) or "nowhere yet"
            print(f"  {package} {version}: {each['id']}, mended in {mended}")
        found += len(weak)
    return min(found, 1)


if __name__ == "__main__":
    sys.exit(audit())
