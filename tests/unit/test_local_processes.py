"""Processes of local.toml: each has a port of its own, and an address that the rest of the file can name."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from local.cloudformation.settings import Settings, parameters_at, read_settings
from local.cloudformation.stack import Stack
from local.cloudformation.template import Template
from local.machine.ports import choose_ports
from local.machine.refusal import Refusal
from local.runner.announcement import filled_in


def settings_of(folder: Path, text: str) -> Settings:
    config = folder / "local.toml"
    config.write_text(text)
    return read_settings(config, "state", [], None)


def test_every_process_has_a_port_of_its_own() -> None:
    ports = choose_ports(0, ["first", "second", "third"])
    assert {"first", "second", "third", "pages", "smtp"} <= set(ports)
    assert len(set(ports.values())) == len(ports)


def test_from_a_base_the_first_process_is_at_the_base_and_the_others_after_the_runner() -> None:
    base = min(choose_ports(0).values())
    try:
        ports = choose_ports(base, ["first", "second", "third"])
    except Refusal as refusal:
        pytest.skip(f"somebody has taken a port meanwhile: {refusal}")
    assert [ports[name] - base for name in ("first", "pages", "smtp", "second", "third")] == [0, 1, 9, 10, 11]


def test_a_process_cannot_take_the_name_of_a_port_of_the_runner() -> None:
    with pytest.raises(Refusal, match="cannot be named smtp"):
        choose_ports(0, ["smtp"])


def test_a_parameter_names_the_address_of_a_process_and_the_start(tmp_path: Path) -> None:
    settings = settings_of(
        tmp_path,
        'template = "t"\n[parameters]\nUrl = "{ledger}/v1"\nOther = \'{"a": "{b}"}\'\nFrom = "{started}"\n'
        '[processes]\nledger = ["-m", "x"]\n',
    )
    started = datetime(2026, 11, 24, 3, 30, tzinfo=UTC)
    assert parameters_at(settings, {"ledger": "http://127.0.0.1:9"}, started) == {
        "Url": "http://127.0.0.1:9/v1",
        "Other": '{"a": "{b}"}',
        "From": "2026-11-24T03:30:00+00:00",
    }


def test_a_text_of_local_toml_names_a_process_a_parameter_or_nothing(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, 'template = "t"\n[processes]\nledger = ["-m", "x"]\n')
    template = Template(tmp_path / "t", "s", {"Key": "k"}, {}, {}, {})
    urls = dict.fromkeys(("smtp", "aws", "stepfunctions", "runner"), "http://127.0.0.1:8")
    stack = Stack(template, settings, {}, urls | {"ledger": "http://127.0.0.1:9"})
    assert filled_in(stack, "welcome", "{ledger} with {Key}") == "http://127.0.0.1:9 with k"
    with pytest.raises(Refusal, match=r"\[processes\] of local.toml asks for 'nobody'"):
        filled_in(stack, "processes", "{nobody}")
