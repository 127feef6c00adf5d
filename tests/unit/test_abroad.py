"""What is asked of a journey by words alone."""

import pytest

from care.content import toml
from care.line import packages
from care.reading.knowledge import article
from tests.unit.chatting import Chat

ASIA = packages.package("roaming-asia-tenggara-4-gb").name


def said(*texts: str) -> str:
    """What the last of some messages is answered."""
    chat = Chat()
    return "\n".join([one.text for text in texts for one in [*chat.says(text)]][-2:])


def text(name: str) -> str:
    """The beginning of a text in Indonesian."""
    return str(toml("messages")["talk"][name]["id"]).partition("{")[0]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("ke jepang cuma mau terima otp bank, harus beli paket ga?", "need_sms"),
        ("kalau di korea pakai wifi hotel saja, perlu beli paket roaming nggak", "need_wifi"),
        ("cuma buat whatsapp di thailand, perlu paket roaming ga", "need_data"),
        ("mau nelpon dari malaysia aja, wajib beli paket?", "need_calls"),
        ("transit di doha, perlu beli paket ga ya?", "need_any"),
    ],
)
def test_whether_a_package_is_needed_is_answered_before_one_is_offered(asked: str, name: str) -> None:
    assert said(asked).startswith(text(name))


@pytest.mark.parametrize(
    "asked",
    [
        "kuota bulanan 10 gb saya kepake ga kalo ke singapore?",
        "sisa kuota gue bisa dipakai di malaysia ga",
        "paket yang sekarang berlaku di vietnam gak ya",
    ],
)
def test_what_is_for_home_does_not_work_abroad_and_what_does_is_told(asked: str) -> None:
    no, packages_told = said(asked).split("\n", 1)
    assert no.startswith(text("fact_only_at_home")[:5])
    assert ASIA in packages_told


def test_what_is_for_home_works_everywhere_at_home() -> None:
    assert said("kuota saya bisa dipakai di bali ga?").startswith(text("works_all_over"))


@pytest.mark.parametrize(
    ("first", "then", "id"),
    [
        (
            "paket roaming saya kurang hari, beli lagi dari luar negeri bisa?",
            "isi pulsanya dari mana?",
            "top-up-abroad",
        ),
        ("naik kapal pesiar bisa internetan ga?", "cara matiinnya gimana", "roaming-off"),
        ("data nyala ga sengaja pas di dubai, kena biaya ga?", "kalau tagihannya gede gimana?", "bill-dispute"),
        ("paket roaming malaysia berapa?", "takut pulsa kesedot di sana", "roaming-off"),
    ],
)
def test_what_comes_there_is_asked_on(first: str, then: str, id: str) -> None:
    assert article(id).answer.id.partition("{")[0][:40] in said(first, then)


def test_who_looks_for_a_package_is_not_told_that_none_is_needed() -> None:
    assert "Ini yang cocok" in said("butuh paket roaming buat internetan di vietnam seminggu")


def test_another_matter_beside_a_journey_is_not_lost() -> None:
    assert said("kuota saya kepake ga di jepang? btw kartu sim saya patah, gantinya gimana") != said(
        "kuota saya kepake ga di jepang?"
    )
