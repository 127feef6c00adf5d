"""Child processes that never outlive the runner, whatever ends it."""

import asyncio
import contextlib
import ctypes
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

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


async def stop_child(process: asyncio.subprocess.Process, patience: float = 3.0) -> None:
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


def last_lines(log: Path, count: int = 3) -> str:
    """The end of a log file on one line, for an error message."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return " | ".join(lines[-count:]) or "no output"
