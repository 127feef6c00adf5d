"""What may be asked where a purchase or a stop stands: every question is one of the lookups, and has its text."""

import pytest

from care import content
from care.conversation import aspects, lookups
from care.conversation.standing import Standing
from care.line.line import RefusalReason
from care.words import Segment

QUESTIONS: dict[str, dict[str, str]] = content.toml("conversation/standing")


def test_each_standing_has_questions_and_each_its_text() -> None:
    assert set(QUESTIONS) == set(Standing)
    cleared = [one for one in RefusalReason if one in ("not_registered", "not_active", "bill_overdue")]
    known = content.toml("messages")["talk"]
    for asked in QUESTIONS.values():
        for key in asked.values():
            for segment in Segment:
                for reason in cleared:
                    assert key.format(segment=segment, reason=reason) in known


def test_each_question_is_known_by_words() -> None:
    known = content.toml("conversation/lookups")
    names = {name for asked in QUESTIONS.values() for name in asked}
    assert names <= {*known["words"], *known["both"]}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("aku tanya istri dulu ya", "ponders"),
        ("I need to discuss it with my wife", "ponders"),
        ("let me ask my boyfriend first", "ponders"),
        ("nunggu gajian", "ponders"),
        ("tolong stop auto perpanjang", "ends"),
        ("please cancel my auto renewal", "ends"),
        ("tagihan saya bulan depan jadi berapa", "billed"),
        ("what will my bill be", "billed"),
        ("mulai berlakunya kapan", "starts"),
        ("when would the new plan start", "starts"),
        ("kuotaku hangus dong", "replaces"),
        ("pulsa udah kepotong tapi paketnya ga ada", "paid_for"),
    ],
)
def test_what_is_asked_is_known_by_words_that_stand_anywhere(text: str, name: str) -> None:
    assert lookups.asks(text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("numpang tanya, istri saya bisa pakai juga?", "ponders"),
        ("batalin pesanan paket saya", "ends"),
        ("masa aktif sampai kapan", "starts"),
        ("kenapa ga bisa nambah kuota", "adds"),
    ],
)
def test_what_only_sounds_so_is_not_asked(text: str, name: str) -> None:
    assert not lookups.asks(text, name)


def test_where_something_is_paid_asks_only_where() -> None:
    assert aspects.asked("bayarnya dimana") == ("where",)
    assert aspects.asked("bayarnya berapa") == ("costs",)
