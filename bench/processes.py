"""CPU time, memory and threads of the processes of a running call centre, read from Linux's /proc."""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.doors import fetch
from tests.e2e.stack import CallCentre

TICKS = os.sysconf("SC_CLK_TCK")
GONE = (FileNotFoundError, ProcessLookupError)


@dataclass(frozen=True)
class Process:
    """A process under this one: what it is to the call centre (a function by its folder), and its CPU seconds."""

    pid: int
    name: str
    is_function: bool
    seconds: float

    @property
    def milliseconds(self) -> float:
        return self.seconds * 1000


@dataclass(frozen=True)
class Held:
    """What a process holds: KB of memory that are its own or shared, and threads (proc(5), "status")."""

    kilobytes: int
    threads: int

    def beyond(self, before: "Held") -> "Held":
        """What it holds more than before."""
        return Held(self.kilobytes - before.kilobytes, self.threads - before.threads)


def held(pid: int) -> Held:
    """What a running process holds now."""
    told = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return Held(int(told["VmRSS"].split()[0]), int(told["Threads"]))


def are_loaded(centre: CallCentre) -> bool:
    """Whether each function has a process, and none is at work."""
    return all(one["state"] == "idle" for one in fetch(f"{centre.doors['runner']}/functions"))


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
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
        folder = Path(f"/proc/{pid}/cwd").readlink()
    except GONE:
        return None
    is_function = "awslambdaric" in words
    name = folder.name if is_function else _name(words)
    return Process(pid, name, is_function, (int(stat[11]) + int(stat[12])) / TICKS)


def _name(words: list[str]) -> str:
    """Whatever Python runs by its module, another by its program."""
    if "-m" in words:
        return words[words.index("-m") + 1]
    return Path(words[1] if len(words) > 2 else words[0]).name


def _stat(pid: int) -> list[str] | None:
    """The fields of /proc/<pid>/stat from the state on; None of a process that has ended."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except GONE:
        return None
