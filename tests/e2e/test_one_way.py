"""A call centre whose SMS nobody can answer, as it is for Indonesia by default."""

import re
from collections.abc import Iterator

import pytest

from tests.e2e.doors import http
from tests.e2e.stack import CallCentre, running


@pytest.fixture(scope="module")
def one_way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallCentre]:
    with running(tmp_path_factory.mktemp("one_way"), time_scale="0.0001", SmsNumberType="none") as centre:
        yield centre


def test_a_caller_is_told_whom_to_call_and_never_asked_to_answer(one_way: CallCentre) -> None:
    caller = one_way.caller()
    reference = caller.dial_and_press("1", "4", "2").reference
    one_way.agent().resolve(reference, "Jaringan sudah diperbaiki.")
    caller.awaits("Belum teratasi? Hubungi 817, gratis")
    caller.awaits("Belum selesai? Hubungi 817, gratis")
    assert one_way.records.becomes(reference, "closed").closed_as == "unconfirmed"
    texts = " ".join(one["text"] for one in caller.received())
    assert not re.search(r"\b[Bb]alas\b|1-5|BELUM", texts)

    answered = http("POST", f"{one_way.doors['sms']}messages", {"from": caller.number, "text": "5"})
    assert answered.status == 409
    assert caller.dial_and_press("1", "0").reference != reference
