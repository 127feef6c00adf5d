"""CPU time of the processes of a running call centre, read from Linux's /proc."""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Process:
    """A process under this one: what it is to the call centre, and the CPU seconds it has taken."""

    pid: int
    name: str
    seconds: float


def running() -> list[Process]:
    """All processes that this one started, and those they started."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (stat := _stat(int(folder.name))):
            parents[int(folder.name)] = int(stat[1])
    return [found for pid in parents if _is_under(os.getpid(), pid, parents) and (found := _process(pid))]


def spent(before: list[Process], after: list[Process]) -> Counter[str]:
    """CPU seconds between two looks, by name; a process that began meanwhile counts from nothing."""
    known = {one.pid: one.seconds for one in before}
    return sum((Counter({one.name: one.seconds - known.get(one.pid, 0.0)}) for one in after), Counter())


def _is_under(ancestor: int, pid: int, parents: dict[int, int]) -> bool:
    while pid := parents.get(pid, 0):
        if pid == ancestor:
            return True
    return False


def _process(pid: int) -> Process | None:
    stat = _stat(pid)
    if stat is None or stat[0] == "Z":
        return None
    words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    return Process(pid, _name(words, Path(f"/proc/{pid}/cwd").readlink()), (int(stat[11]) + int(stat[12])) / TICKS)


def _name(words: list[str], folder: Path) -> str:
    """A function by its folder, ministack by its program, everything else by the module that Python runs."""
    if "awslambdaric" in words:
        return folder.name
    if "-m" in words:
        return words[words.index("-m") + 1]
    return Path(words[1] if len(words) > 2 else words[0]).name


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/<pid>/stat from the state on; None of a process that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
