import ast
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from care.observability import event, logger

ROOT = Path(__file__).parents[2]


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    return written


def test_a_decision_is_one_line_of_json(log: io.StringIO) -> None:
    event("case taken", case_id="4172201935", cycle=1)
    line = json.loads(log.getvalue())
    assert (line["message"], line["case_id"], line["cycle"]) == ("case taken", "4172201935", 1)


def test_a_line_names_the_trace_that_lambda_records(log: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    root = "1-5759e988-bd862e3fe1be46a994272793"
    monkeypatch.setenv("_X_AMZN_TRACE_ID", f"Root={root};Parent=53995c3f42cd8ad8;Sampled=1")
    event("case taken", case_id="4172201935")
    assert json.loads(log.getvalue())["xray_trace_id"] == root


def test_an_exception_keeps_its_place_and_loses_personal_numbers(log: io.StringIO) -> None:
    try:
        raise ValueError("cannot read 'NIK 3171011708450001, otp 482913'")
    except ValueError:
        logger.exception("record not understood", extra={"sequence_number": "111"})
    line = json.loads(log.getvalue())
    assert line["sequence_number"] == "111"
    assert line["exception"].endswith("ValueError: cannot read 'NIK [NIK], otp [OTP]'")
    assert (
        line["stack_trace"]["frames"][0]["function"] == "test_an_exception_keeps_its_place_and_loses_personal_numbers"
    )
    assert line["stack_trace"]["value"] == "cannot read 'NIK [NIK], otp [OTP]'"


# Ids and names of ours; none of them can hold what a customer wrote, a number or an address.
LOGGED = {
    *("case_id", "contact_id", "agent_id", "message_id", "ses_id", "sequence_number", "key", "action", "operation"),
    *("cycle", "part", "event_type", "why"),
}


def _logging_calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted([*(ROOT / "functions").rglob("*.py"), *(ROOT / "layers/care/python").rglob("*.py")]):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and path.name != "observability.py":
                called = ast.unparse(node.func)
                if called == "event" or re.fullmatch(
                    r"logger\.(?:debug|info|warning|error|exception|critical)", called
                ):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node
                assert called != "print", f"{path}:{node.lineno} prints"


def _keys(call: ast.Call) -> set[str]:
    """The names under which a call logs values."""
    keys: set[str] = set()
    for keyword in call.keywords:
        if isinstance(keyword.value, ast.Dict):
            keys |= {str(key.value) for key in keyword.value.keys if isinstance(key, ast.Constant)}
        elif keyword.arg is None:  # **message.model_dump(include={…})
            keys |= {str(one.value) for one in ast.walk(keyword.value) if isinstance(one, ast.Constant)}
        elif keyword.arg != "exc_info":
            keys.add(keyword.arg)
    return keys


def test_nothing_but_ids_and_fixed_names_is_logged() -> None:
    calls = list(_logging_calls())
    assert len(calls) > 10
    assert {where: unknown for where, call in calls if (unknown := _keys(call) - LOGGED)} == {}


def test_a_log_line_is_never_made_of_words() -> None:
    words = re.compile(r"\b(?:text|words|body|summary|sender|caller|number|name|address|value|subject)\b")
    made = [(where, call.args[0]) for where, call in _logging_calls() if not isinstance(call.args[0], ast.Constant)]
    assert [where for where, said in made if words.search(ast.unparse(said))] == []
