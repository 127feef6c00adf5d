"""The runner's own manners: doors.json, one sentence for what is wrong, nothing left behind."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contract.conftest import FOREIGN, ROOT, Library, doors_of, eventually, start_runner, stop
from tests.contract.sockets import children_of

pytestmark = pytest.mark.stack


def refused(config: Path, state: Path, *options: str) -> str:
    """Start what cannot start; the sentence it says."""
    command = [sys.executable, "-m", "local", "--config", str(config), "--state-dir", str(state), *options]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1, done.stdout
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == 1
    return done.stderr.strip()


def changed(folder: Path, file: str, old: str, new: str) -> Path:
    """A copy of the foreign template with one thing changed; its settings."""
    shutil.copytree(FOREIGN, folder, ignore=shutil.ignore_patterns("__pycache__"))
    path = folder / file
    assert old in path.read_text()
    path.write_text(path.read_text().replace(old, new))
    return folder / "local.toml"


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_doors_are_named_and_answer(library: Library) -> None:
    assert library.doors["aws"].startswith("http://127.0.0.1:")
    assert library.doors["smtp"].startswith("smtp://127.0.0.1:")
    assert library.doors["greeting"] == "hello"
    host, port = library.doors["stepfunctions"].removeprefix("http://").split(":")
    socket.create_connection((host, int(port)), timeout=5).close()


def test_functions_are_listed(library: Library) -> None:
    library.ask("greet")
    listed = {each["logical_id"]: each for each in library.control("GET", "/functions")}
    assert set(listed) == {"Workshop", "Guest", "Reader", "Worker"}
    assert listed["Workshop"]["name"] == "library-workshop"
    assert listed["Workshop"]["state"] in ("idle", "busy")
    assert alive(listed["Workshop"]["pid"])
    assert listed["Workshop"]["invocations"] >= 1


def test_a_port_in_use_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        said = refused(FOREIGN / "local.toml", tmp_path, "--port-base", str(port - 3))
    assert f"Port {port} (aws) is in use" in said


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("local.toml", "template.yaml", "nowhere.yaml", "There is no template at"),
        ("local.toml", '"Greeting"', '"Farewell"', "names Farewell"),
        ("local.toml", '"Workshop"', '"Nobody"', "after_engine_restart names Nobody"),
        ("template.yaml", "Resources:", "Resources: [", "is not YAML at line"),
        ("template.yaml", "!Ref Tokens", "!Ref Tokenz", "refers to Tokenz"),
        ("template.yaml", "functions/worker/", "functions/nobody/", "Function Worker has no app.py"),
        ("template.yaml", "VisibilityTimeout: 30", "VisibilityTimeout: 3", "visibility timeout of 3 s"),
        ("template.yaml", "return.asl.yaml", "nowhere.yaml", "ReturnMachine has no definition at"),
    ],
)
def test_what_is_broken_is_said_in_one_sentence(tmp_path: Path, file: str, old: str, new: str, said: str) -> None:
    config = changed(tmp_path / "foreign", file, old, new)
    assert said in refused(config, tmp_path, "--port-base", "0")


def test_a_second_stack_in_one_folder_is_refused_and_the_first_untouched(library: Library) -> None:
    assert "already running" in refused(FOREIGN / "local.toml", library.state, "--port-base", "0")
    assert (library.state / "doors.json").exists()


def test_a_wrong_parameter_is_said_in_one_sentence(tmp_path: Path) -> None:
    config = FOREIGN / "local.toml"
    assert "no parameter Farewell" in refused(config, tmp_path, "--port-base", "0", "--parameter", "Farewell=bye")
    assert "may not be 'HELLO'" in refused(config, tmp_path, "--port-base", "0", "--parameter", "Greeting=HELLO")


@pytest.mark.parametrize("how", ["asked", "killed"])
def test_nothing_outlives_the_runner(tmp_path: Path, how: str) -> None:
    (tmp_path / "doors.json").write_text('{"aws": "http://127.0.0.1:1"}')
    process = start_runner(FOREIGN / "local.toml", tmp_path, "--port-base", "0")
    eventually(lambda: '"http://127.0.0.1:1"' not in _text(tmp_path / "doors.json"))
    doors_of(process, tmp_path)
    children = children_of(process.pid)
    assert len(children) >= 2
    if how == "asked":
        stop(process)
        assert process.returncode == 0
        assert not (tmp_path / "doors.json").exists()
    else:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert eventually(lambda: not any(alive(child) for child in children))


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""
