"""`python -m demo`: plays one complaint on the running call centre, or on one it starts and ends itself."""

import argparse
import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from demo.doors import read_doors
from demo.play import Closed, Missing, play

SECONDS_TO_START = 180
SECONDS_TO_END = 20


@contextlib.contextmanager
def running(file: Path) -> Iterator[dict[str, str]]:
    """The doors of the call centre; one is started when none runs, and ended afterwards."""
    doors = read_doors(file)
    if doors is not None:
        yield doors
        return
    print("No call centre is running; starting one for the demo.\n", flush=True)
    # A session of its own: Ctrl-C comes to the demo, which then ends what it started.
    stack = subprocess.Popen([sys.executable, "-m", "local", "--state-dir", str(file.parent)], start_new_session=True)
    try:
        deadline = time.monotonic() + SECONDS_TO_START
        while (doors := read_doors(file)) is None:
            if stack.poll() is not None:
                raise Closed("The call centre did not start.")
            if time.monotonic() > deadline:
                raise Closed(f"The call centre was not open within {SECONDS_TO_START} s.")
            time.sleep(0.5)
        print(flush=True)
        yield doors
        if sys.stdin.isatty():
            input("Look around; Enter ends what the demo started. ")
    finally:
        stack.send_signal(signal.SIGINT)
        try:
            stack.wait(SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            stack.kill()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument(
        "--doors",
        type=Path,
        default=Path(".local/doors.json"),
        help="written by python -m local (%(default)s)",
    )
    parser.add_argument(
        "--pause", type=float, default=3, help="seconds to look at each step (%(default)s; 0 for scripts)"
    )
    options = parser.parse_args()
    try:
        with running(options.doors) as doors:
            play(doors, options.pause)
    except (Closed, Missing) as problem:
        print(f"\nThe demo stopped: {problem}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print()
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
