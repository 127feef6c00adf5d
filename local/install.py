"""Makes the Python environments under .local/ from requirements/*.txt; does nothing when they are up to date.

    python3 local/install.py run     what `make run` needs
    python3 local/install.py check   the same and what the checks and tests need
    python3 local/install.py test    the same and a browser for the tests, where one can be had
    python3 local/install.py sam     what `sam build` and `cfn-lint` need
    python3 local/install.py scan    what looks for weak spots in the template

`sam build` wants the Python of the Lambda runtime, so that one is looked for on PATH, in pyenv and by uv.
Standard library only, since it runs before anything is installed. It may be interrupted and run again:
an environment's stamp is written when all of it is there.
"""

from __future__ import annotations

import contextlib
import fcntl
import glob
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator

OLDEST = (3, 11)
LAMBDA = "3.13"
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
STATE = os.path.join(ROOT, ".local")
STAMP = "installed.json"

# Purpose → (environment's folder, requirement file). dev.txt holds all of local.txt.
NEEDS = {
    "run": [("venv", "local.txt"), ("ministack", "ministack.txt")],
    "check": [("venv", "dev.txt"), ("ministack", "ministack.txt")],
    "test": [("venv", "dev.txt"), ("ministack", "ministack.txt")],
    "sam": [("sam", "sam.txt")],
    "scan": [("scan", "scan.txt")],
}
CONTAINS = {"dev.txt": ["local.txt"]}

VERSION = "{}.{}".format(*sys.version_info[:2])
NO_VENV = "Python's venv module is missing: on Debian and Ubuntu, apt-get install python3-venv."

BROWSERS = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
VOICE = ["espeak-ng", "sox"]
NO_VOICE = "No espeak-ng and sox here: no prompt is spoken in tests. Debian has them: apt-get install espeak-ng sox"
NO_BROWSER = "No Chromium here: browser tests will be skipped. Debian has it: apt-get install chromium libatomic1"


class Refusal(Exception):
    """What stops the installation, in one sentence for the person who started it."""


def check_python() -> None:
    if sys.version_info < OLDEST:
        raise Refusal(
            "Python {}.{} or newer is needed, and {} is {}.{}: install a newer one, or name it with "
            "make PYTHON=….".format(*OLDEST, sys.executable, *sys.version_info[:2])
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        raise Refusal(NO_VENV) from None


def requirement_file(name: str) -> str:
    return os.path.join(ROOT, "requirements", name)


def digest(name: str) -> str:
    with open(requirement_file(name), "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def count(name: str) -> int:
    with open(requirement_file(name), encoding="utf-8") as file:
        return sum("==" in line and not line.startswith(("#", " ")) for line in file)


def installed(environment: str) -> dict[str, str]:
    """What an environment's stamp says: requirement file → digest. Empty where its Python changed."""
    folder = os.path.join(STATE, environment)
    try:
        with open(os.path.join(folder, STAMP), encoding="utf-8") as file:
            stamp = json.load(file)
    except (OSError, ValueError):
        return {}
    usable = os.path.exists(os.path.join(folder, "bin", "python")) and stamp.get("python") == VERSION
    return stamp if usable else {}


def make_environment(environment: str) -> str:
    """An environment's Python, with pip; one whose Python has gone, or is another version, is made anew."""
    folder = os.path.join(STATE, environment)
    python = os.path.join(folder, "bin", "python")
    if version_of(python) == VERSION:
        pip = subprocess.run([python, "-m", "pip", "--version"], capture_output=True)
        if pip.returncode == 0:
            return python
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", folder], capture_output=True, text=True)
    if made.returncode:
        raise Refusal(NO_VENV)
    return python


def version_of(python: str) -> str:
    """Its version as "3.13", or "" when it does not run."""
    ask = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    try:
        return subprocess.run(ask, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def become_lambda_python() -> None:
    """Starts this program again under the Lambda runtime's Python where this machine has it."""
    if VERSION == LAMBDA:
        return
    candidates = [shutil.which("python" + LAMBDA)]
    roots = [os.environ.get("PYENV_ROOT", ""), os.path.expanduser("~/.pyenv")]
    for root in filter(None, roots):
        candidates += sorted(glob.glob(os.path.join(root, "versions", LAMBDA + ".*", "bin", "python" + LAMBDA)))
    if shutil.which("uv"):
        found = subprocess.run(["uv", "python", "find", LAMBDA], capture_output=True, text=True)
        candidates.append(found.stdout.strip())
    for candidate in filter(None, candidates):
        if version_of(candidate) == LAMBDA:
            os.execv(candidate, [candidate, *sys.argv])
    say(f"Python {LAMBDA} is not here: validating works with {VERSION}, building does not.")


def say(text: str, again: bool = False) -> None:
    """Prints a line of progress; on a terminal the next one with `again` takes its place."""
    if sys.stdout.isatty():
        print("\r" + text + "\033[K", end="" if again else "\n", flush=True)
    elif not again:
        print(text, flush=True)


def fill(python: str, environment: str, name: str) -> None:
    """pip's own output goes to a log; what is shown is how many of the pinned packages it has reached."""
    total = count(name)
    log_path = os.path.join(STATE, environment + "-install.log")
    # Compiling is left to the first import: most modules are never imported, and nobody waits for them.
    command = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-compile"]
    command += ["--no-deps", "--require-hashes", "--progress-bar", "off", "-r", requirement_file(name)]
    reached = shown = 0
    say(f"fetching {total} packages for .local/{environment} …")
    pip = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT)
    assert pip.stdout
    try:
        with open(log_path, "w", encoding="utf-8") as log:
            for line in pip.stdout:
                log.write(line)
                if re.match(r"Collecting |Requirement already|Ignoring ", line):
                    reached += 1
                    say(f"  fetching … {min(reached, total)} of {total}", again=True)
                    if not sys.stdout.isatty() and reached - shown >= 20:
                        shown = reached
                        say(f"  fetching … {min(reached, total)} of {total}")
                elif line.startswith("Installing collected"):
                    say("  unpacking …")
    except BaseException:
        pip.terminate()
        raise
    finally:
        pip.wait()
    if pip.returncode:
        with open(log_path, encoding="utf-8") as log:
            errors = [line.strip() for line in log if line.startswith("ERROR")]
        raise Refusal(
            "Packages for .local/{} could not be installed: {} (all of it: .local/{}-install.log)".format(
                environment, errors[0][7:] if errors else "pip stopped", environment
            )
        )


def install(environment: str, name: str) -> None:
    if installed(environment).get(name) == digest(name):
        return
    begun = time.monotonic()
    python = make_environment(environment)
    stamp = installed(environment)
    with contextlib.suppress(FileNotFoundError):
        os.remove(os.path.join(STATE, environment, STAMP))
    fill(python, environment, name)
    # A larger set that no longer matches its file is left out, so that it is filled when next asked for.
    stamp = {file: seen for file, seen in stamp.items() if file != "python" and seen == digest(file)}
    stamp.update({file: digest(file) for file in [name, *CONTAINS.get(name, [])]})
    stamp["python"] = VERSION
    with open(os.path.join(STATE, environment, STAMP), "w", encoding="utf-8") as file:
        json.dump(stamp, file)
    say(f"  .local/{environment} is ready ({time.monotonic() - begun:.0f} s)")


def may_run(command: list[str]) -> bool:
    return bool(shutil.which(command[0])) and subprocess.run(command, capture_output=True).returncode == 0


def can_browse() -> bool:
    """Whether there is a Chromium, and the one library the driver's own Node.js wants that a bare Debian lacks."""
    driver = glob.glob(os.path.join(STATE, "venv/lib/python3*/site-packages/playwright/driver/node"))
    return any(map(shutil.which, BROWSERS)) and bool(driver) and may_run([driver[0], "--version"])


def can_speak() -> bool:
    """Whether there is what prompts are spoken with."""
    return all(map(shutil.which, VOICE))


def lacking() -> list[str]:
    """What the tests miss for want of a program."""
    return [*([] if can_browse() else [NO_BROWSER]), *([] if can_speak() else [NO_VOICE])]


def have_programs() -> None:
    """Chromium and a voice for the tests: taken as they are, or installed where no password has to be asked for."""
    if not lacking():
        return
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if not shutil.which("apt-get") or (sudo and not may_run([*sudo, "true"])):
        say("\n".join(lacking()))
        return
    say("fetching Chromium and espeak-ng for the tests …")
    begun = time.monotonic()
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    fetch = ["apt-get", "install", "-y", "-q", "--no-install-recommends", "chromium", "fonts-dejavu-core", "libatomic1"]
    fetch += VOICE
    with open(os.path.join(STATE, "browser-install.log"), "w", encoding="utf-8") as log:
        for command in (["apt-get", "update", "-q"], fetch):
            done = subprocess.run([*sudo, *environment, *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    if done.returncode or lacking():
        say("\n".join(lacking()) + " (it did not install: .local/browser-install.log)")
        return
    say(f"  they are ready ({time.monotonic() - begun:.0f} s)")


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    os.makedirs(STATE, exist_ok=True)
    with open(os.path.join(STATE, "install.lock"), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another installation to end …")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in NEEDS:
        print("usage: python3 local/install.py {}".format("|".join(NEEDS)), file=sys.stderr)
        return 2
    try:
        check_python()
        if arguments[0] == "sam":
            become_lambda_python()
        with one_at_a_time():
            for environment, name in NEEDS[arguments[0]]:
                install(environment, name)
            if arguments[0] == "test":
                have_programs()
    except Refusal as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\ninterrupted; run it again to go on", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
