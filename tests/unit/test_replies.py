"""What is said to a reply by mail: what a person would write back, once, over what the letter before told."""

from dataclasses import replace
from datetime import timedelta

import pytest

from care import conversation
from care.cases.case import Case
from care.cases.opening import open_case
from care.channels import EMAIL
from care.conversation import Dialogue, Facts, Reply
from care.words import Category, Kind, Language, Status
from tests.unit.making import NOW, OPERATOR, POLICY, opening

ID, EN = Language.INDONESIAN, Language.ENGLISH
FACTS = Facts(OPERATOR.name, OPERATOR.short_number, EMAIL.honorific, NOW.date())


def case(kind: Kind = Kind.COMPLAINT, category: Category = Category.INTERNET) -> Case:
    return open_case(replace(opening(kind), category=category), NOW, POLICY, OPERATOR).case


def replied(
    text: str, before: str = "", *, language: Language = ID, about: Case | None = None, missing: tuple[str, ...] = ()
) -> Reply:
    """The answer to a reply to the letter ``before``."""
    kept = conversation.letter(before, language, FACTS).dialogue if before else Dialogue()
    facts = replace(FACTS, own=about or case())
    return conversation.reply(text, language, facts, kept.evolve(missing=missing), NOW)


@pytest.mark.parametrize(
    ("text", "language", "says"),
    [
        ("masih belum beres", ID, "Mohon maaf masalah Anda belum beres"),
        ("Sudah tiga hari dan masih mati juga.", ID, "Mohon maaf masalah Anda belum beres"),
        ("Still not working.", EN, "We are sorry that it is still not solved"),
        ("Kapan beres?", ID, "sudah diterima tim jaringan"),
        ("jadi sampai mana laporan saya?", ID, "sudah diterima tim jaringan"),
        ("mohon segera ditindaklanjuti", ID, "sudah diterima tim jaringan"),
        ("Any news on this?", EN, "is with our network team"),
        ("Sudah normal lagi, terima kasih", ID, "Syukurlah sudah beres"),
        ("It works again now, thank you.", EN, "good to hear that it is solved"),
    ],
)
def test_how_a_case_stands_is_told_with_its_team_and_time(text: str, language: Language, says: str) -> None:
    words = replied(text, language=language).words
    assert says in words
    assert "?" not in words


@pytest.mark.parametrize("text", ["Terima kasih", "baik, saya tunggu", "ya sudah, terima kasih", "OK thanks", "Siap"])
def test_courtesy_gets_no_word(text: str) -> None:
    assert replied(text).words == ""


@pytest.mark.parametrize(
    ("before", "text", "language", "says"),
    [
        ("Paket umrah 12 hari apa dan berapa harganya?", "Apakah bisa dibeli dari sekarang?", ID, "Umrah 8 GB"),
        (
            "I am travelling to Japan for a week. Which roaming packages do you have?",
            "And will I pay for incoming calls there?",
            EN,
            "receiving one Rp",
        ),
        ("paket untuk kerja sebulan budget 100rb apa ya", "yang lebih murah ada?", ID, "Yang lebih murah"),
        ("Paket roaming Singapura 3 hari ada?", "kalau ke Thailand sekalian bisa?", ID, "Thailand termasuk"),
        ("Kartu SIM saya rusak, bagaimana cara menggantinya?", "Apakah bisa ganti ke eSIM?", ID, "EID"),
    ],
)
def test_a_question_is_answered_over_what_was_told(before: str, text: str, language: Language, says: str) -> None:
    assert says in replied(text, before, language=language, about=case(Kind.INFORMATION)).words


def test_what_a_table_says_is_told_whatever_article_was_told_last() -> None:
    before = "Which roaming packages do you have for Japan? How do I keep my prepaid number active for a year?"
    kept = conversation.letter(before, EN, FACTS).dialogue.evolve(article="extend-active-period")
    facts = replace(FACTS, own=case(Kind.INFORMATION))
    told = kept.evolve(told=("extend-active-period", *kept.told))
    said = conversation.reply("Will I pay for incoming calls there?", EN, facts, told, NOW)
    assert "From Japan" in said.words


def test_a_numbered_question_is_found_in_the_letter() -> None:
    before = "1. Berapa harga paket mingguan?\n2. Bagaimana cara membayar tagihan?\n3. Apakah bisa pindah ke eSIM?"
    assert "EID" in replied("Yang nomor 3, HP saya Redmi, bisa tidak?", before, about=case(Kind.INFORMATION)).words


def test_what_nothing_answers_is_with_the_team_and_said_in_other_words_the_second_time() -> None:
    first = replied("Apakah direktur utama bisa datang ke pesta kami?")
    assert "sudah kami teruskan" in first.words
    facts = replace(FACTS, own=case())
    second = conversation.reply("Apakah bisa hari Minggu?", ID, facts, first.dialogue, NOW)
    assert second.words
    assert second.words != first.words


def test_what_was_asked_is_thanked_for_and_so_is_what_else_is_told_of_a_complaint() -> None:
    assert "Keterangan Anda" in replied("di Bandung", missing=("where",)).words
    assert "Keterangan Anda" in replied("HP saya Samsung A54").words
    assert replied("HP saya Samsung A54", about=case(Kind.INFORMATION)).words == ""
    waiting = case().evolve(status=Status.WAITING_FOR_CUSTOMER)
    assert "Keterangan Anda" in replied("Nomor seri modemnya 12345", about=waiting).words


def test_the_steps_that_the_first_letter_had_not_are_told_once() -> None:
    first = replied("masih lemot juga", "Internet saya lemot sekali sejak kemarin.")
    assert "ini masih dapat dicoba:\n1. " in first.words
    facts = replace(FACTS, own=case())
    second = conversation.reply("masih belum juga, lemot terus", ID, facts, first.dialogue, NOW)
    assert "dicoba" not in second.words


def test_a_time_that_has_passed_is_promised_to_nobody() -> None:
    late = case().evolve(due_at=NOW - timedelta(hours=1))
    assert "sudah lewat" in replied("Kapan beres?", about=late).words


def test_a_person_is_wanted_where_that_is_said() -> None:
    reply = replied("Saya ingin berbicara dengan petugas.")
    assert reply.person
    assert reply.words


def test_where_a_person_answers_only_what_is_sure_is_told() -> None:
    taken = case().evolve(responded_at=NOW)
    assert "sudah kami teruskan" in replied("Lalu bagaimana dengan yang itu?", about=taken).words


def test_who_is_in_need_reads_what_to_do_first() -> None:
    assert "bank" in replied("HP saya dicopet tadi, tolong").words


def test_a_reply_to_nothing_is_a_fault() -> None:
    with pytest.raises(ValueError, match="a case"):
        conversation.reply("Halo", ID, FACTS, Dialogue(), NOW)
