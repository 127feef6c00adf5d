"""A talk by SMS: every message is answered by one of at most 300 characters, as the same engine answers a chat."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from care.doors.sms import LONGEST
from care.line import packages
from care.reading.satisfaction import Verdict
from care.words import Status
from tests.unit.happenings import happens
from tests.unit.making import POLICY
from tests.unit.texting import Texter

COMMANDS = [
    ("KUOTA", "Sisa kuotanya 3,5 GB"),
    ("cek kuota", "Sisa kuotanya 3,5 GB"),
    ("CEK PULSA", "Pulsa: Rp60.000"),
    ("STATUS", "Belum ada laporan dari nomor ini"),
    ("PAKET", "Bulanan 10 GB"),
    ("INFO", "atau KUOTA, PULSA, PAKET"),
    ("MENU", "atau KUOTA, PULSA, PAKET"),
    ("PETUGAS", "petugas kami melanjutkan"),
    ("BALANCE", "Credit (pulsa): Rp60,000"),
    ("Bill", "there is no bill"),
    ("check quota", "3.5 GB are left"),
    ("HELP", "QUOTA, BALANCE, PACKAGES"),
    ("BUY HARIAN 1 GB", "reply with the code"),
    ("complaint", "Please tell me"),
]


@pytest.mark.parametrize(("command", "says"), COMMANDS)
def test_a_command_in_either_language_is_answered(command: str, says: str) -> None:
    assert says in Texter().texts(command)


def test_what_is_not_the_operators_number_has_no_line() -> None:
    answer = Texter(number="+6281299999999").texts("KUOTA")
    assert answer
    assert "Sisa kuota" not in answer


def test_a_line_is_shown_without_a_code_and_changed_with_one() -> None:
    writer = Texter()
    assert "Sisa kuota" in writer.texts("cek kuota")
    assert not writer.store.due[0].secret, "the answer alone"
    assert "kode 6 angka" in writer.texts("beli bulanan 10 gb")
    assert writer.store.cases == {}
    asked = writer.texts(writer.code)
    assert "Rp45.000" in asked
    assert writer.code not in str(writer.store.entries), "it is kept as dots"
    assert "pesanan kami proses" in writer.texts("ya")
    (case,) = writer.store.cases.values()
    assert case.order
    assert (case.order.package, case.order.number) == ("bulanan-10-gb", writer.number)


def test_a_complaint_has_reference_time_and_first_step_in_one_sms() -> None:
    writer = Texter()
    answer = writer.texts("internet saya lemot sekali dari kemarin")
    (case,) = writer.store.cases.values()
    assert f"{case.reference[:3]} {case.reference[3:6]} {case.reference[6:]}" in answer
    assert "WITA" in answer, "the clock of the line"
    assert case.acknowledged == 1, "no second SMS tells the same"
    assert case.status is Status.OPEN


def test_a_talk_goes_on_and_begins_anew_after_a_day() -> None:
    writer = Texter()
    writer.texts("beli bulanan 10 gb")
    assert writer.contact.dialogue
    writer.texts("halo", after=timedelta(hours=POLICY.talk.forgotten_after_hours, minutes=1))
    assert "bulanan" not in writer.contact.dialogue
    assert writer.contact.proof is None


def test_its_language_is_the_customers_and_one_word_changes_nothing() -> None:
    writer = Texter()
    writer.texts("How do I check my remaining data on this number?")
    assert "There is no report" in writer.texts("STATUS")


def test_the_same_sentence_is_answered_twice_and_short_words_always() -> None:
    writer = Texter()
    answers = [writer.texts("Saya sedang menyetir, nanti saya balas.") for _ in range(4)]
    assert [bool(one) for one in answers] == [True, True, False, False]
    assert all(writer.texts("belum") for _ in range(4))


def test_a_number_that_says_stop_is_silent_until_start() -> None:
    writer = Texter()
    assert "START" in writer.texts("  stop!! ")
    assert writer.store.contacts.silent
    assert writer.texts("ok makasih") == ""
    assert "Sisa kuota" in writer.texts("cek kuota")
    answer = writer.texts("internet saya lemot sekali dari kemarin")
    assert "kirim START" in answer, "what is promised to this number must reach it"
    assert [one.text for one in writer.store.drafts[0].entries if "STOP" in one.text], "and its team calls"
    assert "mengirim SMS lagi" in writer.texts("Mulai")
    assert not writer.store.contacts.silent


@pytest.mark.parametrize(
    "text",
    [
        "Stop",
        "BERHENTI.",
        "unsub",
        "STOP SMS",
        "jangan sms saya lagi",
        "ga usah kirim sms lg kak",
        "tlg jgn sms sy lg",
        "gak perlu sms lagi",
        "Please stop texting me",
    ],
)
def test_stop_may_be_said_in_other_words(text: str) -> None:
    writer = Texter()
    assert "START" in writer.texts(text)
    assert writer.store.contacts.silent


@pytest.mark.parametrize(
    "text",
    [
        "stop sms promo",
        "jangan kirim sms promo lagi",
        "stop paket bulanan",
        "stop dong promo dan smsnya",
        "berhenti langganan",
        "unreg game",
    ],
)
def test_more_words_than_stop_alone_are_no_stop(text: str) -> None:
    writer = Texter()
    assert writer.texts(text)
    assert not writer.store.contacts.silent


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("pls stop sending me promo texts every day, its annoying", "Reply STOP"),
        ("tolong stop sms promo dong", "Balas STOP"),
        ("jangan kirim iklan lagi ya", "Balas STOP"),
    ],
)
def test_who_wants_no_advertising_hears_what_ends_it_and_what_ends_all(text: str, says: str) -> None:
    writer = Texter()
    assert says in writer.texts(text)
    assert not writer.store.contacts.silent
    assert not writer.store.cases


@pytest.mark.parametrize("text", ["no cs brp", "telp cs bayar ga", "nelpon 817 gratis ga?", "is the call free?"])
def test_by_which_number_we_are_called_and_that_it_is_free_is_told(text: str) -> None:
    answer = Texter().texts(text)
    assert "817" in answer
    assert "gratis" in answer or "free" in answer


def test_who_wants_a_person_reads_whom_to_call_meanwhile() -> None:
    writer = Texter()
    assert "817" in writer.texts("mau ngomong sama orang aja")
    assert "gratis" in writer.texts("bayar ga tlpnya?")


def test_packages_are_numbered_and_a_number_means_one() -> None:
    writer = Texter()
    listed = writer.texts("INFO PAKET")
    second = next(line for line in listed.splitlines() if line.startswith("2. "))
    name = second.removeprefix("2. ").partition(":")[0]
    assert name in writer.texts("2")
    assert "tidak ada yang dibeli" in writer.texts("eh ga jadi")


def test_a_code_to_the_very_number_says_what_it_is_for() -> None:
    assert "menghentikan paket" in Texter().texts("stop paket")
    assert "membeli Bulanan 10 GB" in Texter().texts("beli bulanan 10 gb")


def test_the_same_status_hours_later_says_that_nothing_changed() -> None:
    writer = Texter()
    writer.texts("sinyal XL di abepura hilang dari pagi")
    first = writer.texts("kapan beres?")
    assert " WIT" in first, "the clock of the place that is named"
    later = writer.texts("STATUS", after=timedelta(hours=3))
    assert later != first
    assert "Belum ada kabar baru" in later


def test_what_an_answer_says_of_what_was_asked_outlasts_the_rest() -> None:
    writer = Texter()
    writer.texts("sinyal saya hilang")
    answer = writer.texts("ganti kartu sim yang rusak syaratnya apa?")
    assert "KTP" in answer


def test_what_is_said_after_a_solution_is_left_to_the_follow_up() -> None:
    writer = Texter()
    writer.texts("internet saya lemot sekali dari kemarin")
    assert happens(writer, "case resolved")
    assert writer.texts("belum beres") == ""
    (case,) = writer.store.cases.values()
    assert case.answer
    assert case.answer.verdict is Verdict.DISSATISFIED


WORDS = st.one_of(
    st.text(max_size=200),
    st.sampled_from([*(command for command, _ in COMMANDS), *(one.name for one in packages.packages().values())]),
    st.sampled_from(
        ["ya", "tidak", "belum", "sudah", "5", "123456", "0817-0000-0001", "kapan beres?", "STOP", "START"]
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(WORDS, min_size=1, max_size=5, unique=True))
def test_whatever_is_written_is_answered_in_one_sms(texts: list[str]) -> None:
    writer = Texter()
    for text in texts:
        answer = writer.texts(text)
        assert len(answer) <= LONGEST
        assert answer or writer.store.contacts.silent, text
        assert writer.store.requests.made <= 5, "a status of another after a code"
