import io
import json

import pytest

from care.observability import event, logger


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    written = io.StringIO()
    monkeypatch.setattr(logger.registered_handler, "stream", written)
    return written


def test_a_decision_is_one_line_of_json(log: io.StringIO) -> None:
    event("case taken", case_id="4172201935", cycle=1)
    line = json.loads(log.getvalue())
    assert (line["message"], line["case_id"], line["cycle"]) == ("case taken", "4172201935", 1)


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
