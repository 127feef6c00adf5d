"""Child processes that never outlive the runner, whatever ends it."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import aiohttp

from local.machine.refusal import Refusal

PATIENCE_SECONDS = 60.0
LOOK_SECONDS = 0.05
NO_AWS_FILES = {"AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}

PR_SET_PDEATHSIG = 1
# Loaded before any fork: between fork and exec only what is ready may be called.
_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def _die_with_parent() -> None:
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


async def start_child(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path | None = None,
    output: IO[bytes] | int | None = None,
    line_limit: int = 1 << 20,
) -> asyncio.subprocess.Process:
    """Start a process in a session of its own (Ctrl-C reaches the runner only), its output and errors as one.

    `line_limit` is the longest line, in bytes, that can be read from a piped output.
    """
    return await asyncio.create_subprocess_exec(
        *command,
        env=dict(environment),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=output,
        stderr=asyncio.subprocess.STDOUT if output is not None else None,
        start_new_session=True,
        preexec_fn=_die_with_parent,
        limit=line_limit,
    )


async def stop_child(process: asyncio.subprocess.Process, patience: float) -> None:
    """Ask a process to end, and end it after `patience` seconds."""
    if process.returncode is None:
        process.terminate()
        try:
            await asyncio.wait_for(process.wait(), patience)
        except TimeoutError:
            kill_group(process)
            await process.wait()


def kill_group(process: asyncio.subprocess.Process) -> None:
    """Kill a process and what it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


@dataclass
class Server:
    """A child process that answers HTTP, its output in a log file."""

    what: str
    """Its name at the start of a sentence."""
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    answers_at: str
    """URL that answers, with whatever, once it is ready."""
    folder: Path | None = None
    _process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start it and wait until it answers. Raises Refusal when it does not."""
        with self.log.open("ab") as output:
            self._process = await start_child(self.command, self.environment, self.folder, output)
        async with aiohttp.ClientSession() as session:
            for _ in range(int(PATIENCE_SECONDS / LOOK_SECONDS)):
                if self._process.returncode is not None:
                    raise Refusal(f"{self.what} ended at its start: {self.last_words()}")
                try:
                    async with session.get(self.answers_at):
                        return
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(LOOK_SECONDS)
        raise Refusal(f"{self.what} did not answer within {PATIENCE_SECONDS:.0f} s: {self.last_words()}")

    async def stop(self) -> None:
        if self._process:
            await stop_child(self._process, patience=0.5)

    async def ended(self) -> None:
        """Returns when the process has ended by itself."""
        if self._process:
            await self._process.wait()

    def last_words(self) -> str:
        """The end of the log on one line."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
        return " | ".join(lines[-3:]) or "no output"


def inherited() -> dict[str, str]:
    """All that a child takes over from this process's environment."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return kept | NO_AWS_FILES
