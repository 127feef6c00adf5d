"""Whether a mail is from whom it says: SES's verdicts, and where they say nothing the names of who was found good."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from care.channels import EMAIL
from care.customer import Address
from care.doors.email.authentic import Verdicts, is_authentic, signers
from care.doors.email.read import Mail, read
from care.reference import derive
from care.telling.reply_address import ReplyAddresses, is_ours, label_of
from care.telling.signing import Keys
from care.words import Held
from tests.unit.making import NOW

CARE = "care@care817.example"
SPF = "spf=pass (spfCheck: domain of x designates 203.0.113.8) client-ip=203.0.113.8; envelope-from=a@x; helo=mx.x"


def mail(author: str = "sari@pelanggan.example", results: str = "") -> Mail:
    top = f"Authentication-Results: {results}\r\n" if results else ""
    return read(f"{top}From: {author}\r\nSubject: x\r\n\r\nhalo".encode(), CARE)


@pytest.mark.parametrize(
    ("found", "is_from"),
    [
        (Verdicts(dmarc="PASS"), True),
        (Verdicts(dmarc="FAIL", spf="PASS", dkim="PASS", envelope_from="sari@pelanggan.example"), False),
        (Verdicts(dmarc="GRAY"), False),
        (Verdicts(dmarc="GRAY", spf="PASS", envelope_from="bounces@pelanggan.example"), True),
        (Verdicts(dmarc="GRAY", spf="PASS", envelope_from="bounces@PELANGGAN.example."), True),
        (Verdicts(dmarc="GRAY", spf="PASS", envelope_from="a@mx.pelanggan.example"), False),
        (Verdicts(dmarc="GRAY", spf="PASS", envelope_from="a@example"), False),
        (Verdicts(dmarc="GRAY", spf="PASS", envelope_from=""), False),
        (Verdicts(dmarc="GRAY", spf="PASS", envelope_from="pelanggan.example"), False),
        (Verdicts(dmarc="GRAY", spf="GRAY", envelope_from="sari@pelanggan.example"), False),
        (Verdicts(dmarc="PROCESSING_FAILED", spf="PASS", envelope_from="sari@pelanggan.example"), False),
        (Verdicts(dmarc="DISABLED", spf="PASS", envelope_from="sari@pelanggan.example"), False),
        (Verdicts(spf="PASS", dkim="PASS", envelope_from="sari@pelanggan.example"), False),
        (Verdicts(dmarc="pass"), False),
        (Verdicts(), False),
    ],
)
def test_the_domain_says_it_or_where_it_says_nothing_its_own_envelope(found: Verdicts, is_from: bool) -> None:
    assert is_authentic(mail(), found) == is_from


@pytest.mark.parametrize(
    ("results", "dkim", "is_from"),
    [
        (f"amazonses.com; {SPF}; dkim=pass header.i=@pelanggan.example; dmarc=none header.from=x", "PASS", True),
        (f"amazonses.com; {SPF}; dkim=pass header.d=pelanggan.example;", "PASS", True),
        (f"amazonses.com; {SPF}; dkim=pass header.i=@pelanggan.example;", "GRAY", False),
        (f"amazonses.com; {SPF}; dkim=fail header.i=@pelanggan.example;", "PASS", False),
        (f"amazonses.com; {SPF}; dkim=pass header.i=@lain.example;", "PASS", False),
        (f"amazonses.com; {SPF}; dkim=pass header.i=@pelanggan.example.lain.example;", "PASS", False),
        ("mx.lain.example; dkim=pass header.i=@pelanggan.example;", "PASS", False),
        ("amazonses.com; spf=fail (dkim=pass header.i=@pelanggan.example;) helo=x", "PASS", False),
        ("amazonses.com; spf=fail (a(b); dkim=pass header.i=@pelanggan.example;) helo=x", "PASS", False),
        ('amazonses.com; spf=fail envelope-from="; dkim=pass header.i=@pelanggan.example;"@x', "PASS", False),
        ('amazonses.com; spf=fail envelope-from="\\"; dkim=pass header.i=@pelanggan.example;"@x', "PASS", False),
        ("amazonses.com; spf=fail (; dkim=pass header.i=@pelanggan.example;", "PASS", False),
        ("amazonses.com; spf=fail reason=x dkim=pass header.i=@pelanggan.example;", "PASS", False),
        ("", "PASS", False),
    ],
)
def test_a_signature_counts_when_ses_found_it_good_and_it_is_the_authors_domain(
    results: str, dkim: str, is_from: bool
) -> None:
    assert (
        is_authentic(mail(results=results), Verdicts(dmarc="GRAY", dkim=dkim, envelope_from="a@x.example")) == is_from
    )


def test_the_topmost_results_alone_are_read() -> None:
    forged = "Authentication-Results: amazonses.com; dkim=pass header.i=@pelanggan.example\r\n"
    top = f"Authentication-Results: amazonses.com; {SPF}; dkim=pass header.i=@lain.example\r\n"
    raw = f"{top}{forged}From: sari@pelanggan.example\r\n\r\nhalo".encode()
    assert not is_authentic(read(raw, CARE), Verdicts(dmarc="GRAY", dkim="PASS", envelope_from="a@x.example"))


@pytest.mark.parametrize(
    "envelope", ['"x\r\n dkim=pass header.i=@pelanggan.example"@x', "x;dkim=pass header.i=@pelanggan.example;@x", "a@é"]
)
def test_an_envelope_with_more_than_an_address_in_it_makes_the_results_unreadable(envelope: str) -> None:
    results = f"amazonses.com; spf=pass envelope-from={envelope}; dkim=pass header.i=@pelanggan.example"
    found = Verdicts(dmarc="GRAY", dkim="PASS", envelope_from=envelope)
    assert not is_authentic(mail(results=results.replace("\r\n", "")), found)


@pytest.mark.parametrize(
    "author",
    [
        "sari@pelanggan.example, budi@pelanggan.example",
        "sari@pelanggan.example\r\nFrom: budi@pelanggan.example",
        "sari",
        "",
        # The sign of Kelvin is a small k in small letters.
        "\N{KELVIN SIGN}ak@pelanggan.example",
    ],
)
def test_who_is_not_plainly_one_author_is_nobody(author: str) -> None:
    assert not is_authentic(mail(author), Verdicts(dmarc="PASS"))


def test_a_domain_in_other_letters_is_compared_as_dns_does() -> None:
    found = Verdicts(dmarc="GRAY", spf="PASS", envelope_from="sari@xn--mnchen-3ya.example")
    assert is_authentic(mail("sari@münchen.example"), found)
    assert not is_authentic(
        mail("sari@" + "ü" * 80 + ".example"), Verdicts(dmarc="GRAY", spf="PASS", envelope_from="a@")
    )


@given(st.text(max_size=60), st.text(max_size=60))
def test_no_words_in_a_comment_or_in_quotes_are_a_result(comment: str, quoted: str) -> None:
    inside = "".join(one for one in comment if one not in "()\\")
    said = "".join(one for one in quoted if one not in '"\\')
    hostile = "; dkim=pass header.i=@pelanggan.example;"
    results = f'amazonses.com; spf=pass ({inside}{hostile}) x="{said}{hostile}"; dkim=pass header.i=@lain.example'
    assert signers(results) == {"lain.example"}


@pytest.mark.parametrize(
    ("found", "held"),
    [
        (Verdicts(spam="PASS", virus="PASS"), None),
        (Verdicts(spam="FAIL", virus="PASS"), Held.SPAM),
        (Verdicts(spam="FAIL", virus="FAIL"), Held.VIRUS),
        (Verdicts(spam="GRAY", virus="PROCESSING_FAILED"), None),
        (Verdicts(spam="DISABLED", virus="DISABLED"), None),
    ],
)
def test_what_is_kept_apart(found: Verdicts, held: Held | None) -> None:
    assert found.held is held


# ---- the address at which a case is answered -------------------------------------------------------------------------

CASE = derive("a mail")
KEYS = Keys(current="k" * 64)
SARI = Address(channel=EMAIL, value="sari@pelanggan.example").identity
ADDRESSES = ReplyAddresses(KEYS, CARE)


def test_an_address_of_a_case_is_read_back_for_the_addressee_alone() -> None:
    address = ADDRESSES.of(CASE, SARI, NOW)
    local, _, domain = address.partition("@")
    assert domain == "care817.example"
    assert len(local) <= 64
    assert len(local.rpartition(".")[2]) * 5 >= 80
    assert ADDRESSES.case_of(address, SARI) == CASE
    assert ADDRESSES.case_of(address.upper(), SARI) == CASE
    assert ADDRESSES.case_of(address, "mailto:budi@pelanggan.example") == ""
    assert ReplyAddresses(Keys(current="o" * 64), CARE).case_of(address, SARI) == ""
    other = derive("another mail")
    assert ADDRESSES.case_of(address.replace(CASE, other), SARI) == ""


@given(st.integers(0, 19), st.sampled_from("abcdefghijklmnopqrstuvwxyz234567"))
def test_no_other_letter_is_taken(place: int, letter: str) -> None:
    local, _, domain = ADDRESSES.of(CASE, SARI, NOW).partition("@")
    at = len(local) - 1 - place
    changed = local[:at] + letter + local[at + 1 :]
    assert (ADDRESSES.case_of(f"{changed}@{domain}", SARI) == CASE) == (changed == local)


@pytest.mark.parametrize("address", ["", CARE, "care+@care817.example", f"care+{CASE}@care817.example", "x", "é+ü@ñ"])
def test_any_other_address_is_of_no_case(address: str) -> None:
    assert ADDRESSES.case_of(address, SARI) == ""


def test_an_own_address_too_long_for_a_label_gets_none() -> None:
    assert ReplyAddresses(KEYS, f"{'x' * 40}@care817.example").of(CASE, SARI, NOW) == ""


def test_what_is_ours() -> None:
    assert is_ours("Care+x.y@Care817.example", CARE)
    assert is_ours(CARE.upper(), CARE)
    assert not is_ours("care+x@lain.example", CARE)
    assert not is_ours("carex@care817.example", CARE)
    assert label_of("care+a+b@care817.example", CARE) == "a+b"
