"""Mail as people, machines and attackers send it. Shapes are quoted whole, so that a new one is a few lines."""

import email
import email.policy
import os
import subprocess
import sys
import time
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care import reference
from care.channels import EMAIL
from care.doors.email import read as mail
from care.doors.email.read import Mail
from care.telling import mime
from tests.unit.making import ANY_TEXT, REFERENCE

CARE = "care@care817.example"
LAYER = Path(__file__).parents[2] / "layers/care/python"


def read(text: str | bytes) -> Mail:
    raw = text.encode() if isinstance(text, str) else text
    return mail.read(raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), CARE)


SIMPLE = """From: Sari Dewi <sari@pelanggan.example>
To: care@care817.example
Subject: Internet lemot
Message-ID: <1@pelanggan.example>

Dari kemarin lemot.
"""


def test_a_plain_mail() -> None:
    one = read(SIMPLE)
    assert (one.sender, one.sender_name, one.subject) == ("sari@pelanggan.example", "Sari Dewi", "Internet lemot")
    assert (one.message_id, one.text) == ("<1@pelanggan.example>", "Dari kemarin lemot.")
    assert not one.is_automatic


def test_the_same_mail_is_the_same_contact_and_another_is_another() -> None:
    assert read(SIMPLE).contact_id == read("Received: by mx\n" + SIMPLE).contact_id
    assert read(SIMPLE).contact_id != read(SIMPLE.replace("kemarin", "tadi")).contact_id
    assert read(SIMPLE).contact_id != read(SIMPLE.replace("sari@", "budi@")).contact_id


def test_a_mail_without_message_id_gets_one_of_its_content() -> None:
    one = read(SIMPLE.replace("Message-ID", "X-Not"))
    assert one.message_id.endswith("@without-message-id.invalid>")
    assert one == read(SIMPLE.replace("Message-ID", "X-Not"))


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("<a@b>", "<a@b>"),
        ("  <a@b>  (comment)", "<a@b>"),
        ("<a@b> <c@d>", "<a@b>"),
        ("<a%b!c=d@[10.0.0.1]>", "<a%b!c=d@[10.0.0.1]>"),
        ("<a@b@c>", "<a@b@c>"),
        ("a@b", "<a@b>"),
        ("<ab>", "<ab>"),
        ("ab", "<ab>"),
        ("<>", None),
        ("a b", None),
        ("<a @b>", "<a@b>"),
        ("<" + "x" * 2000 + "@b>", None),
        ("<=?utf-8?q?a=0D=0ABcc:_x?=@b>", None),
        ("<\x07@b>", None),
        ("<é@b>", None),
    ],
)
def test_odd_message_ids(header: str, found: str | None) -> None:
    one = read(SIMPLE.replace("<1@pelanggan.example>", header))
    assert one.message_id == found or (found is None and one.message_id.endswith(".invalid>"))


def test_an_answer_goes_to_reply_to_but_never_to_ourselves() -> None:
    assert read("Reply-To: kantor@pelanggan.example\n" + SIMPLE).sender == "kantor@pelanggan.example"
    assert read(f"Reply-To: {CARE.upper()}\n" + SIMPLE).sender == "sari@pelanggan.example"


def test_ids_that_cannot_be_written_again_are_dropped() -> None:
    one = read("References: <=?utf-8?q?=0D=0A?=@x> <\x01@x> <é@x> <2@x>\nIn-Reply-To: <=?a?b?c?=@x>\n" + SIMPLE)
    assert one.references == ("<2@x>",)


@pytest.mark.parametrize(
    ("header", "is_clear"),
    [
        ("sari@pelanggan.example", True),
        ("<sari@pelanggan.example>", True),
        ("Sari Dewi <sari@pelanggan.example>", True),
        ('"Dewi, Sari (rumah) <x@y>" <sari@pelanggan.example>', True),
        ("sari@pelanggan.example (Sari)", True),
        ("=?utf-8?q?Sari?=\n <sari@pelanggan.example>", True),
        ("sari@pelanggan.example, budi@pelanggan.example", False),
        ("Sari <sari@pelanggan.example> <budi@pelanggan.example>", False),
        ("budi@pelanggan.example <sari@pelanggan.example>", False),
        ("sari@pelanggan.example (<budi@pelanggan.example>)", False),
        ("Teman: sari@pelanggan.example;", False),
        ('"sari"@pelanggan.example', False),
        ("sari@[10.0.0.1]", False),
        ("sari@pelanggan.example\nFrom: budi@pelanggan.example", False),
        ("sari@pelanggan.example\nFrom : budi@pelanggan.example", False),
        ("\x1b$B<budi@x>\x1b(B <sari@pelanggan.example>", False),
        ("Sari", False),
        ("", False),
        ("x" * 3000 + " <sari@pelanggan.example>", False),
    ],
)
def test_whether_a_mail_names_one_author_plainly(header: str, is_clear: bool) -> None:
    one = read(SIMPLE.replace("Sari Dewi <sari@pelanggan.example>", header))
    assert one.author_is_clear == is_clear
    assert not is_clear or one.author == "sari@pelanggan.example"


@pytest.mark.parametrize(
    ("header", "name", "address"),
    [
        ('"Dewi, Sari (rumah)" <sari@pelanggan.example>', "Dewi, Sari (rumah)", "sari@pelanggan.example"),
        ("sari@pelanggan.example (Sari)", "Sari", "sari@pelanggan.example"),
        ("Budi @kantor <budi@pelanggan.example>", "Budi @kantor", "budi@pelanggan.example"),
        ("sari@rumah.example <budi@pelanggan.example>", "sari@rumah.example", "budi@pelanggan.example"),
        ('"<x@lain.example>" <sari@pelanggan.example>', "<x@lain.example>", "sari@pelanggan.example"),
        ("PT Sinar, Budi <budi@pelanggan.example>", "PT Sinar, Budi", "budi@pelanggan.example"),
        ('Sari "Ica" Dewi: toko <sari@pelanggan.example>', "Sari Ica Dewi: toko", "sari@pelanggan.example"),
        ('"Sari <sari@pelanggan.example>', "Sari", "sari@pelanggan.example"),
        ("Teman: sari@pelanggan.example, budi@pelanggan.example;", "", "sari@pelanggan.example"),
        ('"sari dewi"@pelanggan.example', "", '"sari dewi"@pelanggan.example'),
        ("mailto:sari@pelanggan.example", "", "sari@pelanggan.example"),
        ("MAILER-DAEMON <>", "MAILER-DAEMON", ""),
        ("undisclosed-recipients:;", "", ""),
    ],
)
def test_an_author_is_read_however_the_mailbox_is_written(header: str, name: str, address: str) -> None:
    one = read(SIMPLE.replace("Sari Dewi <sari@pelanggan.example>", header))
    assert (one.author_name, one.author) == (name, address)


def test_what_is_cut_off_names_no_author() -> None:
    many = "".join(f"X-{number}: x\n" for number in range(1001))
    assert not read(SIMPLE.replace("\n\n", f"\n{many}\n", 1)).author_is_clear


@pytest.mark.parametrize("address", ["care+1234567890.abc@care817.example", "CARE+x@care817.example"])
def test_our_own_address_with_a_label_is_ours(address: str) -> None:
    assert read(SIMPLE.replace("sari@pelanggan.example", address)).is_automatic
    assert read(f"Reply-To: {address}\n" + SIMPLE).sender == "sari@pelanggan.example"


def test_the_same_words_with_other_files_are_another_contact() -> None:
    def with_file(content: str) -> Mail:
        return read(
            "Content-Type: multipart/mixed; boundary=b\n"
            + SIMPLE.replace("Dari", f"--b\n\nDari\n--b\nContent-Type: image/png; name=a\n\n{content}\n--b--\n")
        )

    assert with_file("asli").contact_id == with_file("asli").contact_id
    assert with_file("asli").contact_id != with_file("TAMPERED!").contact_id


def test_a_thread_runs_from_its_oldest_mail_to_its_parent() -> None:
    one = read("References: <1@x> <2@x>\n <3@x>\nIn-Reply-To: <3@x>\n" + SIMPLE)
    assert one.references == ("<1@x>", "<2@x>", "<3@x>")


def test_the_reference_is_found_in_the_subject() -> None:
    assert read(SIMPLE.replace("Internet lemot", f"Re: Internet [#{REFERENCE}]")).case_references == (REFERENCE,)


@pytest.mark.parametrize(
    "header",
    [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-generated; owner=x",
        "Precedence: bulk",
        "X-Auto-Response-Suppress: All",
        "List-Unsubscribe: <mailto:x@y>",
        "Return-Path: <>",
        "Content-Type: multipart/report; boundary=x",
    ],
)
def test_what_no_person_wrote(header: str) -> None:
    assert read(header + "\n" + SIMPLE).is_automatic


@pytest.mark.parametrize("sender", ["MAILER-DAEMON@x.example", "no-reply@x.example", "noreply+1@x.example", CARE])
def test_senders_that_are_machines_or_ourselves(sender: str) -> None:
    assert read(SIMPLE.replace("sari@pelanggan.example", sender)).is_automatic


def test_a_person_who_says_not_automatic() -> None:
    assert not read("Auto-Submitted: no\n" + SIMPLE).is_automatic


QUOTED = """Masih lemot, kak.

Pada Sen, 23 Nov 2026 pukul 10.00 Layanan 817 <care@care817.example> menulis:
> Keluhan Anda sudah kami terima.
"""
BELOW = """> Keluhan Anda sudah kami terima.
> Sudah selesai?

Belum.
"""


def with_text(text: str) -> str:
    return SIMPLE.replace("Dari kemarin lemot.\n", text)


def test_the_new_part_of_an_answer() -> None:
    assert read(with_text(QUOTED)).text == "Masih lemot, kak."
    assert "sudah kami terima" in read(with_text(QUOTED)).full_text
    assert "Belum." in read(with_text(BELOW)).text
    assert "Belum." in read(with_text(QUOTED + "\nBelum.\n")).text


def html(markup: str) -> str:
    return read("Content-Type: text/html; charset=utf-8\n" + with_text(markup)).text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<p>Satu</p><p>Dua</p>", "Satu\n\nDua"),
        ("<style>p{}</style><script>x()</script>Halo<br>Sari", "Halo\nSari"),
        ("<html><head><title>t</title><body>Tanpa akhir kepala</body>", "Tanpa akhir kepala"),
        ("<!-- rahasia -->Halo", "Halo"),
        ("Halo<!-- tak berakhir", "Halo"),
        ("pulsa < 5000 dan > 100", "pulsa < 5000 dan > 100"),
        ("&lt;b&gt; &amp; &#39;x&#39;", "<b> & 'x'"),
        ("&#" + "1" * 9000 + ";", "\ufffd"),
    ],
)
def test_the_words_of_html(markup: str, text: str) -> None:
    assert html(markup) == text


@pytest.mark.parametrize(
    ("raw", "subject"),
    [
        (b"Kuota \xe2\x80\x93 hilang", "Kuota – hilang"),
        (b"Caf\xe9 \x96 lemot", "Café – lemot"),
        (b"Caf\xc3\xa9 =?utf-8?q?=E2=80=93?=", "Café –"),
        (b"=?utf-8?b?4oCT?=\n =?iso-8859-1?q?_=E9?=", "– é"),
    ],
)
def test_a_header_in_raw_bytes_is_read(raw: bytes, subject: str) -> None:
    one = read(SIMPLE.encode().replace(b"Internet lemot", raw).replace(b"Sari", b"J\xc3\xb6rg"))
    assert (one.subject, one.sender_name) == (subject, "Jörg Dewi")


@pytest.mark.parametrize(
    ("charset", "raw", "text"),
    [
        ("utf-8", "Ñusa".encode(), "Ñusa"),
        ("iso-8859-1", "Ñusa".encode("latin-1"), "Ñusa"),
        ("iso-2022-jp", "携帯".encode("iso-2022-jp"), "携帯"),
        ("utf-16", "Nusa".encode("utf-16"), "Nusa"),
        ("no-such-charset", b"Nusa", "Nusa"),
        ("us-ascii", "Ñusa".encode(), "Ñusa"),
        ("us-ascii", b"\x93Nusa\x94", "“Nusa”"),
        ("base64", b"Nusa", "Nusa"),
        ('"utf-8\0"', b"Nusa", "Nusa"),
        ("utf-7", b"+2AA-", "+2AA-"),
        ("unicode_escape", b"\\ud800", "\\ud800"),
        ("punycode", b"Nusa-", "Nusa-"),
        ("rot13", b"Nusa", "Nusa"),
        ("idna", b"xn--nusa", "xn--nusa"),
    ],
)
def test_charsets_declared_missing_wrong_and_hostile(charset: str, raw: bytes, text: str) -> None:
    encoded = b"Content-Type: text/plain; charset=" + charset.encode() + b"\nContent-Transfer-Encoding: base64\n"
    body = email.base64mime.body_encode(raw).encode()  # type: ignore[attr-defined]
    assert read(encoded + SIMPLE.replace("Dari kemarin lemot.\n", "").encode() + body).text == text


@pytest.mark.parametrize(
    ("subject", "read_as"),
    [
        ("=?utf-8?q?Sinyal_hilang?=", "Sinyal hilang"),
        ("=?utf-8?b?U2lueWFs?= =?utf-8?b?IGhpbGFuZw==?=", "Sinyal hilang"),
        ("=?utf-8?b?broken", "=?utf-8?b?broken"),
        ("=?no-such?q?x?=", "x"),
        ("a\n b", "a b"),
        ("=?utf-8?q?a=0D=0ABcc:_x@y?=", "a Bcc: x@y"),
        ("=?utf-8?q?a=07=1Fb?=", "a b"),
    ],
)
def test_subjects(subject: str, read_as: str) -> None:
    found = read(SIMPLE.replace("Internet lemot", subject)).subject
    assert found == read_as or subject.startswith("=?no-such")


def test_attachments_inline_pictures_and_attached_mails_are_files() -> None:
    inner = EmailMessage()
    inner["Subject"] = "Tagihan"
    inner.set_content("isi surat lain")
    outer = EmailMessage()
    outer["From"] = "sari@pelanggan.example"
    outer.set_content("lihat lampiran")
    outer.add_attachment(b"\x89PNG", maintype="image", subtype="png", filename="layar 1/2.png")
    outer.add_attachment("catatan", filename="catatan.txt")
    outer.add_attachment(inner)
    one = read(outer.as_bytes())
    assert one.text == "lihat lampiran"
    assert [(file.name, file.type) for file in one.files] == [
        ("layar 1_2.png", "image/png"),
        ("catatan.txt", "text/plain"),
        ("Tagihan.eml", "message/rfc822"),
    ]
    assert b"isi surat lain" in one.files[2].content


def test_plain_is_read_where_both_forms_come() -> None:
    both = EmailMessage()
    both["From"] = "sari@pelanggan.example"
    both.set_content("polos")
    both.add_alternative("<p>berwarna</p>", subtype="html")
    assert read(both.as_bytes()).text == "polos"


def nested(depth: int) -> bytes:
    layers = (b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(depth))
    return b"From: a@b.example\nSubject: dalam\n" + b"".join(layers) + b"\nhalo"


def attached(depth: int) -> bytes:
    return b"From: a@b.example\nSubject: dalam\n" + b"Content-Type: message/rfc822\n\n" * depth + b"halo"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"\0",
        b"From: " + b"(" * 5000,
        b"From: " + b'"' * 5000,
        b"From: " + b"<" * 5000 + b"@" * 5000,
        b"Message-ID: <" + b"@" * 100_000,
        b"References: " + b"<a" + b"@" * 100_000,
        b"Subject: " + b"=?a?q?" * 20_000,
        b"Content-Type: text/html\n\n" + b"<!--" * 250_000,
        b"Content-Type: text/html\n\n" + b"<br" * 250_000,
        b"Content-Type: text/html\n\n" + b"<head <script " * 50_000,
        b"Content-Type: text/html\n\n" + b"<" * 500_000,
        nested(300),
        nested(1500),
        attached(200),
        attached(1500),
        b'Content-Type: multipart/mixed; boundary=""\n\n--\n\nx',
        b"Content-Type: multipart/mixed\n\nx",
        b"Content-Type: text/plain; charset*=x'y'%ff\n\nx",
        b"Content-Disposition: attachment; filename*0*=utf-8''%ff; filename*2=x\n\nx",
        b"Content-Transfer-Encoding: base64\n\n\xff\xfe===",
        b"Content-Transfer-Encoding: x-uuencode\n\nbegin 666 x\n\xff",
        b"From: a@b.example," * 50_000 + b"\n\nx",
        b"From: " + b"=?utf-8?q?a?= " * 50_000 + b"\n\nx",
    ],
    ids=range(25),
)
def test_shapes_made_to_break_a_reader(raw: bytes) -> None:
    assert_storable(read(raw))


def test_a_mail_of_any_size_fits_an_item() -> None:
    header = b"From: a@b.example\nSubject: " + b"s" * 500_000 + b"\nReferences: " + b"<r@x> " * 50_000
    one = read(header + b"\nMessage-ID: <" + b"m" * 50_000 + b"@x>\n\n" + b"t" * 3_000_000)
    assert_storable(one)
    assert len(one.text) == EMAIL.longest_text


@given(st.binary(max_size=400))
def test_any_bytes_are_a_mail(raw: bytes) -> None:
    assert_storable(mail.read(raw, CARE))


PIECES = [
    b"From: ",
    b"Subject: ",
    b"Content-Type: ",
    b"Reply-To: ",
    b"Message-ID: ",
    b"References: ",
    b"Content-Disposition: ",
    b"Content-Transfer-Encoding: ",
    b"multipart/mixed; boundary=b",
    b"multipart/alternative; boundary=b",
    b"--b",
    b"--b--",
    b"text/plain; charset=",
    b"text/html; charset=",
    b"message/rfc822",
    b"message/delivery-status",
    b"utf-8",
    b"utf-7",
    b"iso-2022-kr",
    b"attachment; filename=",
    b"filename*=utf-8''%",
    b"base64",
    b"quoted-printable",
    b"x-uuencode",
    b"=?utf-8?q?=ff?=",
    b"=?utf-8?b?/w==?=",
    b"=?",
    b"?=",
    b"sari@pelanggan.example",
    b"<",
    b">",
    b"@",
    b"(",
    b'"',
    b",",
    b";",
    b":",
    b"&#",
    b"&",
    b"\xff\xfe",
    b"\x80",
    b"\xed\xa0\x80",
    b"\0",
    b"\n",
    b"\n",
    b"\n\n",
    b"\r",
    b" ",
    b"\t",
    b"halo",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.binary(max_size=3)), max_size=60).map(b"".join))
def test_any_pieces_of_mime_are_a_mail(raw: bytes) -> None:
    assert_storable(read(raw))
    assert_storable(read(b"From: sari@pelanggan.example\n" + raw))


def assert_storable(one: Mail) -> None:
    texts = [one.sender, one.sender_name, one.author, one.subject, one.text, one.full_text, one.message_id]
    texts += [
        *one.references,
        *one.case_references,
        *(file.name for file in one.files),
        *(file.type for file in one.files),
    ]
    for text in texts:
        assert "\0" not in text
        text.encode()
    assert len(one.contact_id) == len("email-") + 32
    assert sum(len(text.encode()) for text in texts) < 300_000
    assert all(reference.is_valid(found) for found in one.case_references)
    assert "\n" not in one.subject + one.sender + one.sender_name + one.message_id
    assert not one.sender or "@" in one.sender


# ---- mails that would never end --------------------------------------------------------------------------------------

START = b"From: a@b.example\r\nSubject: x\r\n"
MIXED = START + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
NEVER_ENDING = {
    "charset": START + b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a-" * 750_000,
    "parameters": START + b"Content-Type: text/plain" + b";" * 1_500_000 + b"\r\n\r\nx",
    "parameters of parts": MIXED + (b"--b\r\nContent-Type: text/plain" + b";" * 9000 + b"\r\n\r\nx\r\n") * 1000,
    "folds": START + b"To: x" + b"\r\n x" * 2_000_000 + b"\r\n\r\nx",
    "headers": START + b"a:b\r\n" * 1_000_000 + b"\r\nx",
    "headers of a part": MIXED + b"--b\r\n" + b"a:b\r\n" * 1_000_000 + b"\r\nx",
    "parts": MIXED + b"--b\r\n\r\nx\r\n" * 1_000_000,
    "depth": START
    + b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(20_000)),
}


@pytest.mark.parametrize("name", NEVER_ENDING)
def test_a_mail_that_would_never_end_is_read_as_far_as_it_goes_and_kept_whole(name: str) -> None:
    raw = NEVER_ENDING[name]
    begun = time.process_time()
    one = mail.read(raw, CARE)
    assert time.process_time() - begun < 5, "linear it is far below a second"
    assert one.author == "a@b.example"
    assert len(one.files) <= 101
    if name != "charset":
        assert one.files[-1].content is raw


def test_a_mail_that_is_not_read_to_its_end_is_the_same_however_it_is_delivered() -> None:
    raw = MIXED + b"--b\r\n\r\nx\r\n" * 400
    first, second = (mail.read(b"Received: by inbound-%d\r\n" % number + raw, CARE) for number in (1, 2))
    assert not first.is_whole
    assert first.contact_id == second.contact_id


def test_a_mail_of_blank_lines_takes_little_memory() -> None:
    """In a process that may have no more than half a gigabyte of addresses; forty megabytes of it are the mail."""
    script = """
import resource
resource.setrlimit(resource.RLIMIT_AS, (512 * 2**20,) * 2)
from care.doors.email.read import read
start = b"From: a@b.example\\r\\nSubject: x\\r\\n"
for more in (b"", b"Content-Transfer-Encoding: base64\\r\\n", b"Content-Transfer-Encoding: quoted-printable\\r\\n"):
    assert read(start + more + b"\\r\\n" * 19_000_000, "care@care817.example").subject == "x"
raw = b"Content-Type: multipart/mixed; boundary=b\\r\\n\\r\\n--b\\r\\nContent-Type: image/png; name=a\\r\\n"
raw += b"Content-Transfer-Encoding: base64\\r\\n\\r\\n" + (b"QUJD" * 19 + b"\\r\\n") * 500_000 + b"--b--"
(file,) = read(start + raw, "care@care817.example").files
assert len(file.content) == 57 * 500_000
"""
    done = subprocess.run([sys.executable, "-c", script], env=os.environ | {"PYTHONPATH": str(LAYER)}, check=False)
    assert done.returncode == 0


# ---- mails of ours ---------------------------------------------------------------------------------------------------


def composed(**more: str) -> bytes:
    return mime.compose(
        sender=CARE,
        sender_name=more.pop("name", "Layanan 817"),
        to=more.pop("to", "sari@pelanggan.example"),
        subject=more.pop("subject", "Re: Internet"),
        text=more.pop("text", "Terima kasih."),
        reply_to=more.pop("reply_to", ""),
        references=(more.pop("reference", "<0@x>"),),
        in_reply_to=more.pop("in_reply_to", "<1@x>"),
    )


def compose(**more: str) -> EmailMessage:
    return email.message_from_bytes(composed(**more), policy=email.policy.default)


FIELDS = [
    "In-Reply-To",
    "References",
    "From",
    "To",
    "Subject",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
]


def test_a_mail_from_the_centre_threads_and_is_marked_automatic() -> None:
    one = compose()
    assert one["From"].addresses[0].addr_spec == CARE
    assert one["From"].addresses[0].display_name == "Layanan 817"
    assert (one["In-Reply-To"], one["References"]) == ("<1@x>", "<0@x> <1@x>")
    assert one["Auto-Submitted"] == "auto-replied"
    assert one.keys() == FIELDS
    assert mail.read(one.as_bytes(), CARE).is_automatic


@pytest.mark.parametrize("length", [60, 90, 300, 970])
def test_an_id_of_any_length_is_answered_as_it_is(length: int) -> None:
    one = f"<{'A' * length}@apcprd04.prod.outlook.com>"[-980:]
    one = one if one.startswith("<") else f"<{one[1:]}"
    raw = composed(in_reply_to=one, reference=one)
    assert b"=?" not in raw
    assert email.message_from_bytes(raw)["In-Reply-To"] == one
    assert mail.read(raw, CARE).references == (one,)


def test_a_letter_says_where_its_answer_goes() -> None:
    assert compose(reply_to="care+4172201935.x@care817.example")["Reply-To"] == "care+4172201935.x@care817.example"


HOSTILE = [
    "=?utf-8?q?a=0D=0ABcc:_x@y.example=0D=0A=0D=0A<b>halo</b>?=",
    "=?utf-8?b?DQpCY2M6IHhAeQ0KDQo8Yj4=?=",
    "a\r\nBcc: x@y.example\r\n\r\n<b>halo</b>",
    "a\u2028Bcc: x",
    "a\x85Bcc: x",
    "a\x0bBcc: x\x0cBcc: y",
    "=?=?utf-8?q?=0D=0A?=?q?x?=",
    'x" <evil@y.example>, "',
    "\0",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_no_words_of_anybody_add_a_header_or_a_text(words: str) -> None:
    came = read(b"Subject: " + words.encode() + b"\n\nhalo")
    for subject in (f"Re: {came.subject}", words):
        raw = composed(subject=subject, name=words, in_reply_to="<1@x>", reference=words)
        parsed = email.message_from_bytes(raw)
        assert parsed.keys() == FIELDS
        assert b"\r\nBcc" not in raw
        assert parsed.get_payload() == "Terima kasih.\r\n"
        assert getaddresses([str(parsed["From"])])[0][1] == CARE


@pytest.mark.parametrize(
    "address",
    [
        "a\r\nBcc: x@y.example",
        '"a\r\nBcc: x"@y.example',
        '"a b"@y.example',
        "a(comment)@y.example",
        "=?utf-8?q?a?=@y.example",
        "a,b@y.example",
        "<a@y.example>",
        "a@y.example\0",
        "a@y.example\n",
        "a@" + "ä" * 80 + ".example",
        "é@y.example",
        "a@[10.0.0.1]",
        "a",
        "",
    ],
)
def test_an_address_that_cannot_be_written_plainly_is_not_written_to(address: str) -> None:
    with pytest.raises(mime.Unsendable):
        composed(to=address)


def test_an_address_in_other_letters_is_written_to_in_ascii() -> None:
    assert compose(to="sari@münchen.example")["To"] == "sari@xn--mnchen-3ya.example"


@given(ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_whatever_a_customer_wrote_can_be_answered(subject: str, body: str, name: str) -> None:
    came = read(
        b"Subject: " + subject.encode("utf-8", "surrogatepass") + b"\n\n" + body.encode("utf-8", "surrogatepass")
    )
    raw = composed(subject=f"Re: {came.subject}", text=came.text, in_reply_to=came.message_id, name=mime.one_line(name))
    sent = email.message_from_bytes(raw, policy=email.policy.default)
    assert sent["To"] == "sari@pelanggan.example"
    assert sent["In-Reply-To"].strip() == came.message_id
    assert sent.keys() == FIELDS


@given(st.text(max_size=40).map(lambda text: f"{text}@y.example"))
def test_any_address_is_written_to_alone_or_not_at_all(address: str) -> None:
    try:
        raw = composed(to=address)
    except mime.Unsendable:
        return
    assert getaddresses([str(email.message_from_bytes(raw)["To"])]) == [("", address)]


def test_a_mail_without_an_id_is_the_same_mail_however_it_is_delivered() -> None:
    written = b"From: sari@pelanggan.example\nDate: Tue, 24 Nov 2026 08:00:00 +0700\nSubject: Halo\n\nPulsa hilang"
    first, second = (mail.read(b"Received: by inbound-%d\n" % number + written, "care@x.example") for number in (1, 2))
    assert first.contact_id == second.contact_id
    other = mail.read(written.replace(b"Halo", b"Halo lagi"), "care@x.example")
    assert other.contact_id != first.contact_id
