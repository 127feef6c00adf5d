"""A call centre whose SMS nobody can answer, as it is for Indonesia by default."""

import re
import uuid
from collections.abc import Iterator

import pytest

from tests.e2e.doors import http
from tests.e2e.stack import CallCentre, running


@pytest.fixture(scope="module")
def one_way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallCentre]:
    with running(tmp_path_factory.mktemp("one_way"), time_scale="0.0001", SmsNumberType="none") as centre:
        yield centre


def test_a_caller_answers_on_the_page_or_calls_and_is_never_asked_for_an_sms(one_way: CallCentre) -> None:
    caller = one_way.caller()
    reference = caller.complain("2").reference
    one_way.agent().resolve(reference, "Jaringan sudah diperbaiki.")
    asked = caller.awaits("kami nyatakan selesai. Sudah beres?")
    reminded = caller.awaits("kami tutup")
    link = re.compile(r"/status/#(\w+) atau hubungi 817, gratis")
    first, second = link.search(asked), link.search(reminded)
    assert first
    assert second
    assert one_way.records.becomes(reference, "closed").closed_as == "unconfirmed"
    texts = " ".join(one["text"] for one in caller.received())
    assert not re.search(r"\b[Bb]alas\b|BELUM", texts)

    answered = http("POST", f"{one_way.doors['sms']}messages", {"from": caller.number, "text": "5"})
    assert answered.status == 409
    said = {"token": first[1], "id": uuid.uuid4().hex, "score": 5, "text": ""}
    assert http("POST", f"{one_way.outputs['StatusApiUrl']}/status/answer", said).status == 200
    assert one_way.records.case(reference).closed_as == "satisfied", "who answers late is heard"
    assert caller.dial_and_press("1", "0").reference != reference
