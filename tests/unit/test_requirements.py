"""The pinned requirements agree with each other, and say nothing of where they were compiled."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PINNED = sorted([*(ROOT / "requirements").glob("*.txt"), ROOT / "layers/dependencies/requirements.txt"])


def pins(path: Path) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", path.read_text(encoding="utf-8"), re.MULTILINE))


def test_the_layer_runs_the_versions_that_are_tested() -> None:
    layer = pins(ROOT / "layers/dependencies/requirements.txt")
    runtime = pins(ROOT / "requirements/runtime.txt")
    assert layer
    assert layer == {name: runtime[name] for name in layer}


def test_the_layer_leaves_to_lambda_what_lambda_has() -> None:
    layer = pins(ROOT / "layers/dependencies/requirements.txt")
    assert {"boto3", "botocore"}.isdisjoint(layer)


@pytest.mark.parametrize(("smaller", "larger"), [("runtime", "local"), ("local", "dev")])
def test_what_is_run_is_part_of_what_is_tested(smaller: str, larger: str) -> None:
    run, tested = (pins(ROOT / "requirements" / f"{name}.txt") for name in (smaller, larger))
    assert run.items() <= tested.items()


@pytest.mark.parametrize("path", PINNED, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_requirement_is_pinned_by_version_and_hash_alone(path: Path) -> None:
    for line in path.read_text(encoding="utf-8").splitlines():
        assert re.fullmatch(r"(?:[a-z0-9-]+==[^ ;]+(?: ; [^\\]+)?|    --hash=sha256:[0-9a-f]{64})(?: \\)?", line), line
