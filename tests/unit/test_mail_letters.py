"""A letter as it goes out: the same words as text and as HTML, and what brings its answer back to its case."""

import email
import re
from datetime import datetime, timedelta
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import default
from html.parser import HTMLParser
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care import reference
from care.cases import letter
from care.channels import EMAIL
from care.conversation import Facts
from care.conversation import letter as answer
from care.reference import grouped
from care.services.senders.email import EmailSender
from care.telling import letter_html, mime
from care.telling.messages import Template
from care.telling.outbox import MailThread, OutboxMessage, Owner
from care.telling.reply_address import ReplyAddresses
from care.telling.signing import Keys
from care.words import Language
from tests.unit.making import ADDRESSES, ANY_TEXT, NOW, OPERATOR, POLICY, REFERENCE, opened

CARE = "care@care817.example"
SITE = "https://care817.example"
PAGE = f"{SITE}/status/#{REFERENCE}abcdefghijklmnop"
IDS = ReplyAddresses(Keys(current="k" * 64), CARE)
SARI = ADDRESSES[EMAIL].identity
ID, EN = Language.INDONESIAN, Language.ENGLISH
TAGS = {"html", "head", "meta", "title", "style", "body", "div", "p", "br", "strong", "a", "ol", "ul", "li"}
TABLE = {"table", "tr", "th", "td"}
QUESTIONS = {
    ID: "Internet saya lemot sekali sejak kemarin, harus bagaimana?",
    EN: "I am travelling to Singapore for 5 days. What roaming packages do you have and how much do they cost?",
}


class Page(HTMLParser):
    """What is in an HTML text: the tags, where its links lead, and its words without the title."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[tuple[str, str]] = []
        self.attributes: list[tuple[str, str]] = []
        self.words = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag == "a":
            self.links.append((dict(attrs)["href"] or "", ""))

    def handle_data(self, data: str) -> None:
        if self.lasttag in ("title", "style") and "body" not in self.tags:
            return
        self.words += data
        if self.links and not self.links[-1][1]:
            self.links[-1] = (self.links[-1][0], data)


def written(
    template: Template = Template.REPLY, words: str = "Kami periksa.", language: Language = ID, told: str = ""
) -> OutboxMessage:
    case = opened().case.evolve(language=language)
    values = {"words": words, "answer": told, "other": "417 220 1935", "what": "x"}
    due = NOW + timedelta(days=3)
    return letter.write(case, ADDRESSES[EMAIL], OPERATOR, template, "key", NOW, due, values, buttons=False)


def told(language: Language) -> str:
    """What answers a letter, before the words around it."""
    facts = Facts(OPERATOR.name, OPERATOR.short_number, EMAIL.honorific, NOW.date())
    return answer(QUESTIONS[language], language, facts) + "\n\n"


def html(message: OutboxMessage, site: str = SITE) -> str:
    return letter_html.written(message, "Layanan 817", site)


def page(message: OutboxMessage, site: str = SITE) -> Page:
    return Page(html(message, site))


# ---- the same words --------------------------------------------------------------------------------------------------

ABOUT_A_CASE = sorted(
    set(Template) - {"code", "answer", "missed", "notice", "package_changed", "package_refused"} - {"package_waiting"}
)


def plain(text: str) -> str:
    """The words alone, without what marks steps and lists in a text."""
    return "".join(re.sub(r"^(\d+\.|-) ", "", text, flags=re.MULTILINE).split())


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("template", ABOUT_A_CASE)
def test_the_html_of_every_letter_says_what_its_text_says(template: Template, language: Language) -> None:
    message = written(template, language=language, told=told(language))
    message = message.evolve(text=message.text.replace("{link}", PAGE))
    found = page(message)
    assert "".join(found.words.split()) == "Layanan817" + plain(message.text)
    assert set(found.tags) <= TAGS | TABLE
    assert ("lang", language) in found.attributes
    assert f"<title>{message.subject}</title>" in html(message)


def test_a_notice_is_a_table_of_what_is_with_the_case() -> None:
    case = opened().case
    message = letter.notice(case, POLICY.answerable(case.team, case.tier), OPERATOR, "late", "n", NOW, {"level": "2"})
    found = page(message)
    assert found.tags.count("tr") == found.tags.count("th") == 4
    assert "".join(found.words.split()) == "Layanan817" + plain(message.text)


# ---- what is what ----------------------------------------------------------------------------------------------------


def test_the_reference_stands_in_groups_by_itself_and_is_taken_at_once() -> None:
    shown = html(written(Template.ACKNOWLEDGEMENT))
    (box,) = re.findall(
        r"<p[^>]*border-left[^>]*>Nomor referensi Anda: <br>\n<strong style=\"([^\"]*)\">([^<]*)<", shown
    )
    assert "user-select:all" in box[0]
    assert box[1] == grouped(REFERENCE)


def test_the_reference_in_a_sentence_is_not_broken() -> None:
    shown = html(written(Template.RESOLVED))
    assert re.search(rf"<strong style=\"white-space:nowrap[^>]*>{grouped(REFERENCE)}</strong> kami nyatakan", shown)


def test_the_time_by_which_it_is_done_is_set_off() -> None:
    due = "<strong>Jumat, 27 November 2026 pukul 10.30 WIB</strong>. Hasilnya"
    assert due in html(written(Template.ACKNOWLEDGEMENT))


def test_steps_are_numbered_by_the_mail_program() -> None:
    found = page(written(Template.ACKNOWLEDGEMENT, told=told(ID)))
    assert (found.tags.count("ol"), found.tags.count("li")) == (1, 4)
    assert "1." not in found.words


def test_a_step_done_in_one_of_several_ways_names_them() -> None:
    words = "Coba:\n1. Android: buka Setelan.\n   iPhone: buka Pengaturan.\n2. Nyalakan ulang."
    shown = html(written(words=words))
    assert shown.count("<li") == 2
    assert "<strong>iPhone:</strong> buka Pengaturan." in shown


def test_packages_are_a_table_with_their_names_at_the_head_of_the_rows() -> None:
    shown = html(written(Template.RECEIVED, language=EN, told=told(EN)))
    rows = re.findall(r'<th scope="row"[^>]*>([^<]*)</th>\n<td[^>]*>([^<]*)</td>', shown)
    assert [one[0] for one in rows] == ["Roaming Asia Tenggara 4 GB:", "Roaming 5 GB:"]
    assert rows[0][1].startswith("Rp100,000, 4 GB, 7 days")


def test_what_is_asked_for_is_a_list() -> None:
    found = page(written(Template.QUESTION))
    assert (found.tags.count("ul"), found.tags.count("li")) == (1, 2)


@pytest.mark.parametrize(
    "words",
    [
        "2. Yang kedua saja.",
        "24. November",
        "Paket: Bulanan 10 GB",
        "10. 000",
        "-5 derajat",
        "1.Satu",
    ],
)
def test_lines_that_only_look_so_keep_every_word(words: str) -> None:
    assert plain(words) in "".join(page(written(words=words)).words.split())


def test_a_number_that_does_not_count_on_stays_in_the_words() -> None:
    assert "3. Tiga" in page(written(words="1. Satu\n3. Tiga")).words
    assert "2. Yang kedua" in page(written(words="2. Yang kedua saja.")).words


# ---- links -----------------------------------------------------------------------------------------------------------


def test_a_link_to_the_page_of_the_case_shows_where_it_leads() -> None:
    assert page(written(words=f"Status: {PAGE}.")).links == [(PAGE, PAGE)]
    assert page(written(words=f"Status: {PAGE}"), site="").links == []


def test_a_place_that_the_content_names_is_linked_as_it_is_written() -> None:
    found = page(written(words="Buka healing119.id, atau lapor di iasc.ojk.go.id."))
    assert found.links == [("https://healing119.id/", "healing119.id"), ("https://iasc.ojk.go.id/", "iasc.ojk.go.id")]


def test_who_is_in_need_calls_for_help_at_a_touch() -> None:
    help_ = "Hubungi 112. Bila tidak tersambung: polisi 110, pemadam 113. Nomor 1120 dan Rp112.000 bukan.\n\n"
    found = page(written(Template.FIRST_AID, told=help_))
    assert found.links == [("tel:112", "112"), ("tel:110", "110"), ("tel:113", "113")]
    assert page(written(words=help_)).links == []


@pytest.mark.parametrize(
    "words",
    [
        "https://evil.example/masuk",
        "https://care817.example.evil.example/status/",
        "https://care817.example@evil.example/",
        "https://care817.example",
        "http://care817.example/status/",
        "https://evil.example/?https://care817.example/",
        "www.evil.example",
        "javascript:alert(1)",
        "mailto:x@evil.example",
        "tel:+62900",
        "evil-healing119.id",
        "healing119.id.evil.example",
        "healing119.id/masuk",
        "x@healing119.id",
    ],
)
def test_words_of_others_lead_nowhere(words: str) -> None:
    found = page(written(words=words))
    assert found.links == []
    assert words in found.words


HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    f'{SITE}/"onmouseover="alert(1)',
    f"{SITE}/<b>",
    "1. <ol>\n- </li><iframe>",
    "<b>: <i>\n</table>: &lt;",
    "$body ${title} $$ {link} %s",
    "a\x00b\x1b[31m\x85c\u2028d",
    "<!-- ]]> --> <![if mso]>",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_no_words_are_markup(words: str) -> None:
    message = written(words=words)
    message = message.evolve(subject=words, values={**message.values, "reference": words, "due": words})
    shown = letter_html.written(message, words, SITE)
    found = Page(shown)
    assert set(found.tags) <= TAGS | TABLE
    assert {name for name, _ in found.attributes} <= {"lang", "charset", "name", "content", "style", "href", "scope"}
    assert all(to.startswith(f"{SITE}/") and to == said for to, said in found.links)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", shown)


@given(ANY_TEXT, ANY_TEXT)
def test_whatever_is_said_is_the_same_in_both(words: str, name: str) -> None:
    message = written(words=words)
    found = Page(letter_html.written(message, name, SITE))
    assert found.links == []
    assert set(found.tags) <= TAGS | TABLE
    assert found.tags.count("html") == found.tags.count("body") == 1


@pytest.mark.parametrize(
    "piece", ["\n", "a: b\n", "1. a\n", "- a\n   b\n", "https://x ", " ", "<", "healing119.id/", "a" * 50]
)
def test_a_long_letter_takes_time_by_its_length(piece: str) -> None:
    message = written().evolve(text=piece * (200_000 // len(piece)))
    began = datetime.now()
    html(message)
    assert datetime.now() - began < timedelta(seconds=3)


# ---- as a mail -------------------------------------------------------------------------------------------------------


def composed(**more: Any) -> bytes:
    words: dict[str, Any] = {
        "sender": CARE,
        "sender_name": "Layanan 817",
        "to": "sari@pelanggan.example",
        "subject": "Re: Internet",
        "text": "Terima kasih.\n",
        "html": "<p>Terima kasih.</p>\n",
        "in_reply_to": "<1@x>",
        "references": ("<0@x>",),
    }
    return mime.compose(**(words | more))


def parsed(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, _class=EmailMessage, policy=default)


def test_a_mail_has_its_text_first_and_its_html_after() -> None:
    mail = parsed(composed())
    assert mail.get_content_type() == "multipart/alternative"
    assert [one.get_content_type() for one in mail.iter_parts()] == ["text/plain", "text/html"]
    assert [one.get_content_charset() for one in mail.iter_parts()] == ["utf-8", "utf-8"]
    assert mail.keys().count("MIME-Version") == 1
    assert not any(one.is_attachment() for one in mail.iter_parts())


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Terima kasih telah menghubungi kami.\n" * 3, "7bit"),
        ("x " * 300, "7bit"),
        ("x" * 2000, "quoted-printable"),
        ("Café", "quoted-printable"),
        ("nol \x00", "quoted-printable"),
        ("信号がありません" * 100, "quoted-printable"),
    ],
)
def test_words_go_in_ascii_that_no_server_has_to_change(text: str, encoding: str) -> None:
    raw = composed(text=text, html=f"<p>{text}</p>")
    assert raw.isascii()
    assert b"\0" not in raw
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    mail = parsed(raw)
    for part, words in zip(mail.iter_parts(), (text, f"<p>{text}</p>"), strict=True):
        assert part["Content-Transfer-Encoding"] == encoding
        assert part.get_content().replace("\r\n", "\n").rstrip("\n") == words.rstrip("\n")


SUBJECTS = [
    "Tagihan dua kali",
    "Re: Tagihan Café dua kali [#4172201935]",
    "é" * 150,
    "信号がありません、助けてください、" * 6,
    "😀" * 60 + " [#4172201935]",
    "A" * 1200,
    "Pulsa “hilang” terus menerus sejak hari Senin kemarin – tolong segera dibantu ya, saya sudah menunggu lama",
    "Re: " + "Keluhan tentang jaringan " * 7,
    "x" * 66 + " é",
]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_subject_begins_on_its_first_line(subject: str) -> None:
    raw = composed(subject=subject)
    (field,) = re.findall(rb"^Subject: ((?:.*\r\n)(?:[ \t].*\r\n)*)", raw, re.MULTILINE)
    lines = field.split(b"\r\n")[:-1]
    assert all(line.strip() for line in lines)
    assert max(len(line) for line in lines) <= 76
    assert all(len(one) <= 75 for one in re.findall(rb"=\?\S+\?=", field))
    assert parsed(raw)["Subject"] == subject.strip()
    unfolded = field.decode().replace("\r\n", "")
    assert str(make_header(decode_header(unfolded))) == subject.strip()


def test_what_is_ascii_of_a_subject_stays_readable() -> None:
    raw = composed(subject="Re: Tagihan Café [#4172201935]")
    assert re.search(rb"^Subject: Re: Tagihan =\S+= \[#4172201935\]\r$", raw, re.MULTILINE)


@given(st.one_of(ANY_TEXT, st.text(max_size=300)))
def test_any_subject_is_read_as_it_was_written(subject: str) -> None:
    raw = composed(subject=subject)
    words = mime.one_line(subject).replace("=?", "= ?").encode("utf-8", "replace").decode()
    field = email.message_from_bytes(raw)["Subject"]
    assert str(make_header(decode_header(field.replace("\r\n", "")))) == words


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_no_words_add_a_field_or_a_part(subject: str, text: str, name: str) -> None:
    message = written(words=text).evolve(subject=subject)
    try:
        raw = composed(
            subject=subject, sender_name=mime.one_line(name), text=message.text, html=html(message), references=(text,)
        )
    except mime.Unsendable:
        assert not message.text.isascii()
        return
    mail = parsed(raw)
    assert mail.keys() == parsed(composed()).keys()
    assert [one.get_content_type() for one in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]


# ---- by what its answer is known -------------------------------------------------------------------------------------


def test_an_id_of_a_case_is_read_back_for_the_addressee_alone() -> None:
    one = IDS.thread_id(REFERENCE, SARI, NOW)
    assert mime.ids(one) == (one,)
    assert one.endswith("@care817.example>")
    for spelt in (one, one.upper(), one[1:-1], f" {one} ", one.replace("care817", "Care817")):
        assert IDS.case_of_id(spelt, SARI) == REFERENCE
    assert IDS.case_of_id(one, "mailto:budi@pelanggan.example") == ""
    assert ReplyAddresses(Keys(current="o" * 64), CARE).case_of_id(one, SARI) == ""
    assert IDS.case_of_id(one.replace(REFERENCE, reference.derive("other")), SARI) == ""


@pytest.mark.parametrize(
    "change",
    [
        lambda one: one[:-5],
        lambda one: one[3:],
        lambda one: one.replace(".", "", 1),
        lambda one: one.replace("@care817", "@lain"),
        lambda one: one.replace("@", "@@"),
        lambda one: f"<{one}>",
        lambda one: f"{one}{one}",
        lambda _: "",
        lambda _: "<@>",
        lambda _: f"<{REFERENCE}@care817.example>",
        lambda _: "é" * 1000,
    ],
)
def test_an_id_that_is_not_whole_is_of_no_case(change: Any) -> None:
    assert IDS.case_of_id(change(IDS.thread_id(REFERENCE, SARI, NOW)), SARI) == ""


@pytest.mark.parametrize(
    ("before", "parent", "written_as"),
    [
        (("<0@x>",), "<1@x>", ["<0@x>", "OURS", "<1@x>"]),
        ((), "<1@x>", ["OURS", "<1@x>"]),
        (("<0@x>", "OURS", "<1@x>", "<2@x>"), "<3@x>", ["<0@x>", "<1@x>", "<2@x>", "OURS", "<3@x>"]),
        (("<0@x>", "<1@x>"), "<1@x>", ["<0@x>", "OURS", "<1@x>"]),
        ((), "", ["OURS"]),
        (
            tuple(f"<{number}@x>" for number in range(40)),
            "<p@x>",
            [*(f"<{n}@x>" for n in range(20, 40)), "OURS", "<p@x>"],
        ),
    ],
)
def test_the_id_of_a_case_stands_before_the_mail_answered(
    before: tuple[str, ...], parent: str, written_as: list[str]
) -> None:
    ours = IDS.thread_id(REFERENCE, SARI, NOW)
    given_ = tuple(one.replace("OURS", ours) for one in before)
    mail = parsed(composed(references=given_, in_reply_to=parent, thread_id=ours))
    assert str(mail["References"]).split() == [one.replace("OURS", ours) for one in written_as]
    assert (mail["In-Reply-To"] or "") == parent
    assert mail["Auto-Submitted"] == ("auto-replied" if parent else "auto-generated")


class Ses:
    """Takes what is sent."""

    meta = SimpleNamespace(region_name="ap-southeast-1")

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def send_email(self, **asked: Any) -> dict[str, str]:
        self.sent.append(asked["Content"]["Raw"]["Data"])
        return {"MessageId": "provider-1"}


def sent(message: OutboxMessage) -> EmailMessage:
    ses = Ses()
    sender: Any = EmailSender(ses, CARE, "Layanan 817", "set", lambda: IDS, SITE)  # type: ignore[arg-type]
    sender.send(message, NOW)
    return parsed(ses.sent[0])


def test_a_letter_goes_out_in_both_forms_and_names_its_case() -> None:
    message = written(Template.ACKNOWLEDGEMENT).evolve(thread=MailThread(subject="Halo", message_id="<1@x>"))
    mail = sent(message)
    ours, parent = str(mail["References"]).split()
    assert parent == mail["In-Reply-To"] == "<1@x>"
    assert IDS.case_of_id(ours, SARI) == IDS.case_of(str(mail["Reply-To"]), SARI) == REFERENCE
    text, shown = (one.get_content().replace("\r\n", "\n") for one in mail.iter_parts())
    assert text.strip() == message.text
    assert shown == html(message)


def test_what_is_about_no_case_or_for_the_operators_own_people_names_none() -> None:
    case = opened().case
    notice = letter.notice(case, POLICY.answerable(case.team, case.tier), OPERATOR, "late", "n", NOW, {"level": "2"})
    code = written().evolve(owner=Owner(contact="contact-1"), template=Template.CODE)
    for message in (notice, code):
        mail = sent(message)
        assert (mail["References"], mail["Reply-To"]) == (None, None)
        assert mail.get_content_type() == "multipart/alternative"
