"""What a customer remarks of a step or of his case, and which steps his words tell of."""

import pytest
from hypothesis import given

from care import content
from care.reading import knowledge, remarks, tried
from care.reading.remarks import Remark
from tests.unit.making import ANY_TEXT


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("udah gue restart masih sama", Remark.SAME),
        ("dah dicoba, msh silang", Remark.SAME),
        ("sami mawon", Remark.SAME),
        ("tried that already, nothing changed", Remark.SAME),
        ("ga ketemu menunya", Remark.CANNOT),
        ("where do i find that?", Remark.SEEKS),
        ("nanti malem saya coba", Remark.WAITS),
        ("let me try that first", Remark.WAITS),
        ("ya tolong dilaporin", Remark.REPORTS),
        ("please report it then", Remark.REPORTS),
        ("gamau nyoba2 lagi cape", Remark.LEAVES),
        ("eh gajadi deh, ternyata hp gw yg mode pesawat wkwk", Remark.WITHDRAWS),
        ("never mind about the points", Remark.WITHDRAWS),
        ("yang satu balikin dong ke pulsa", Remark.DEMANDS),
        ("I want it stopped AND my money back", Remark.DEMANDS),
        ("jawaban template lu bego", Remark.ANGERS),
        ("oh great, another bot", Remark.ANGERS),
        ("sampe skrg blm beres jg ini", Remark.LATE),
        ("still nobody contacted me", Remark.LATE),
        ("kapan beresnya", Remark.ASKS_WHEN),
        ("terus kelanjutannya gimana?", Remark.ASKS_WHEN),
        ("petugas loket 3 bentak2 saya", Remark.OF_STAFF),
        ("A phone shop charged me 350,000 for a starter pack", Remark.OF_STAFF),
        ("nah udh muncul 4G nya kak!! makasih yaa", Remark.WORKS),
        ("bagus pelayanannya kak makasih", None),
        ("oh great thanks", None),
        ("internet saya lemot", None),
        ("kalo hujan malah ilang sama sekali", None),
        ("gimana cara beli paket", None),
        ("pulsa saya juga kepotong", Remark.LISTS),
    ],
)
def test_what_is_remarked(text: str, said: Remark | None) -> None:
    read = remarks.read(text)
    assert said in read if said else not read


@pytest.mark.parametrize(
    ("article", "text", "done"),
    [
        ("no-signal", "udah restart, udah ganti mode pesawat, ga ngaruh", ("flight-mode", "restart")),
        ("no-signal", "udh coba restart & ganti hp tetep", ("restart", "other-phone")),
        ("no-internet", "already restarted twice and toggled airplane mode", ("flight-mode", "restart")),
        ("slow-internet", "tiap malam lemot, kuota msh ada kok", ("quota",)),
        ("slow-internet", "apa perlu restart dulu? udah 3 hari lemot", ()),
        ("slow-internet", "belum saya restart sih", ()),
        ("hotspot", "laptopnya nyambung tapi ga ada internet, di hp sendiri lancar", ("on", "phone-works", "join")),
        ("sms-not-arriving", "yg ga masuk cuma dari bank aja, yg lain masuk", ("restart", "space", "slot", "test")),
        ("sim-not-read", "udah di lap pake penghapus, masih ga kebaca", ("clean",)),
        ("no-signal", "oh iya satu lagi, pulsa saya juga kepotong", ()),
    ],
)
def test_which_steps_were_tried_or_cannot_help(article: str, text: str, done: tuple[str, ...]) -> None:
    assert tried.done(text, knowledge.article(article)) == done


def test_what_the_neighbours_have_too_is_nothing_a_phone_can_mend() -> None:
    article = knowledge.article("no-signal")
    assert tried.done("tetangga2 saya yg pake xl juga sama semua", article) == tuple(one.name for one in article.steps)
    app = knowledge.article("app-login")
    assert tried.done("tetangga2 saya yg pake xl juga sama semua", app) == ()


@pytest.mark.parametrize(
    ("article", "text", "step"),
    [
        ("calls-fail", "people can't hear me when i call", "volte"),
        ("calls-fail", "kok ga bisa ditelpon, nadanya sibuk terus", "forwarding"),
        ("slow-internet", "rumah doang, di kantor kenceng", "move"),
        ("calls-fail", "ga bisa nelpon keluar", None),
    ],
)
def test_which_step_words_call_for(article: str, text: str, step: str | None) -> None:
    found = tried.first(text, knowledge.article(article))
    assert (found and found.name) == step


@given(ANY_TEXT)
def test_any_text_is_read(text: str) -> None:
    remarks.read(text)
    assert tried.done(text, knowledge.article("no-signal")) is not None


def test_every_step_that_words_are_read_for_is_there() -> None:
    steps = {
        name
        for one in knowledge.articles().values()
        for step in one.steps
        for name in (step.name, f"{one.id}.{step.name}")
    }
    for part in ("does", "rules_out", "first"):
        named = {name.lstrip("-") for names in content.toml("tried")[part] for name in names.split()}
        assert named - {"*", "**"} <= steps, named - steps
