"""local.toml and the command line, read or refused in one sentence."""

from pathlib import Path

import pytest

from local.cloudformation.settings import read_settings
from local.machine.refusal import Refusal


def test_the_command_line_is_put_over_the_file(tmp_path: Path) -> None:
    config = tmp_path / "local.toml"
    config.write_text(
        'template = "t.yaml"\nstack = "s"\n[parameters]\nA = 1\nB = "b"\n[runtime]\nvisibility_seconds = 5\n'
    )
    settings = read_settings(config, "state", ["B=x=y"], None)
    assert settings.parameters == {"A": "1", "B": "x=y"}
    assert settings.root == tmp_path
    assert settings.state_dir == tmp_path / "state"
    assert settings.visibility_seconds == 5
    assert read_settings(config, "state", [], 0).visibility_seconds == 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "names no template"),
        ("template = ", "cannot be read"),
        ('template = "t"\nportbase = 1', "portbase, which means nothing"),
        ('template = "t"\npages = 1', "pages is not a table"),
    ],
)
def test_what_means_nothing_is_refused(tmp_path: Path, text: str, sentence: str) -> None:
    config = tmp_path / "local.toml"
    config.write_text(text)
    with pytest.raises(Refusal, match=sentence):
        read_settings(config, "state", [], None)


def test_a_missing_file_and_a_half_parameter_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"There is no .*local\.toml"):
        read_settings(tmp_path / "local.toml", "state", [], None)
    config = tmp_path / "local.toml"
    config.write_text('template = "t"')
    with pytest.raises(Refusal, match="takes Key=Value"):
        read_settings(config, "state", ["TimeScale"], None)
