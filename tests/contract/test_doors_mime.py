"""Any mail can be shown, whatever its charset or damage."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local.doors import mime


def test_encoded_words_charsets_and_parts_are_read() -> None:
    mail = mime.read(
        b"From: =?utf-8?Q?Wulandari=2C_Sari?= <sari@example.com>, budi@example.com\r\n"
        b"Subject: =?iso-2022-jp?B?GyRCOzNFRBsoQg==?= and\r\n =?utf-8?B?4piC?=\r\n"
        b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain; charset=windows-1252\r\n\r\ncaf\xe9 \x80\r\n"
        b"--b\r\nContent-Type: text/html; charset=koi8-r\r\n"
        b"Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>=F0=D2=C9=D7=C5=D4</p>\r\n"
        b"--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename*=utf-8''payung%20%E2%98%82.png\r\n\r\niVBORw==\r\n"
        b"--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\nforwarded\r\n--b--\r\n"
    )
    assert mail.addresses("From") == ["sari@example.com", "budi@example.com"]
    assert mail.named_addresses("From") == ["Wulandari, Sari <sari@example.com>", "budi@example.com"]
    assert mail.header("Subject") == "山田 and ☂"
    assert mail.text == "café €"
    assert mail.html == "<p>Привет</p>"
    assert [(a.name, a.type) for a in mail.attachments] == [
        ("payung ☂.png", "image/png"),
        ("message.eml", "message/rfc822"),
    ]
    assert mail.attachments[0].content == b"\x89PNG"
    assert b"forwarded" in mail.attachments[1].content


@pytest.mark.parametrize("charset", ["unknown-8bit", "x-user-defined", "hex", "utf-8\0", "", "idna", "undefined", "ä"])
def test_a_charset_nobody_knows_is_shown_all_the_same(charset: str) -> None:
    mail = mime.read(f'Content-Type: text/plain; charset="{charset}"\r\n\r\nhalo \xff'.encode("latin-1"))
    assert mail.text.startswith("halo ")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no header at all",
        b"Subject: =?utf-8?B?not base64!?=\r\nFrom: <<>\r\nTo: \xff\xfe\r\n\r\n\xff",
        b"Content-Type: multipart/mixed\r\n\r\n--\r\n",
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Transfer-Encoding: base64\r\n\r\n%",
        b"Content-Type: text/plain; charset*=x'y'%FF; name*0*=a'b'%FF\r\n\r\nhalo",
        b"Content-Transfer-Encoding: uuencode\r\n\r\nbegin 644 x\r\n!!!\r\n",
        b"Content-Disposition: attachment; filename*=utf-8''a; filename*0*=b\r\n\r\nhalo",
        b"Content-Type: multipart/mixed; boundary*=utf-8''b; boundary*0*=b\r\n\r\n--b\r\n\r\nhalo",
        b"Content-Type: text/plain; charset*=utf-8''b; charset*0*=b\r\n\r\nhalo",
        b"Content-Disposition: attachment; filename*=no-such-charset''%FF%FE\r\n\r\nhalo",
    ],
)
def test_a_damaged_mail_is_read(raw: bytes) -> None:
    mail = mime.read(raw)
    assert isinstance(mail.text + mail.html + mail.header("Subject"), str)
    assert isinstance(mail.addresses("From", "To"), list)


@settings(max_examples=150)
@given(
    st.lists(
        st.sampled_from(
            [
                b"Content-Type: text/plain; charset=",
                b"multipart/mixed; boundary=b",
                b"\r\n",
                b"\r\n\r\n",
                b"--b",
                b"=?",
                b"?=",
                b"?q?",
                b"?b?",
                b"utf-8",
                b"utf-7",
                b"Content-Transfer-Encoding: ",
                b"base64",
                b"quoted-printable",
                b"=3",
                b"\xff",
                b"\0",
                b"From: ",
                b"filename*0*=",
                b"Content-Disposition: attachment; ",
                b'"',
                b"a@b",
                b",",
                b"<",
                b"(",
                b"Content-Type: message/rfc822",
                b" ",
            ]
        ),
        max_size=25,
    ).map(b"".join)
)
def test_no_mail_makes_it_fail(raw: bytes) -> None:
    mail = mime.read(raw)
    mail.addresses("From")
    mail.named_addresses("From")
    str(mail).encode("utf-8")


@pytest.mark.parametrize(
    "raw",
    [
        b"Subject: x\r\nContent-Type: text/plain" + b";" * 1_500_000 + b"\r\n\r\nhalo",
        b"Subject: x\r\nContent-Type: text/plain; charset=punycode\r\n\r\n" + b"a-" * 750_000,
        b"Subject: x\r\n\r\n" + b"\r\n" * 4_000_000,
        b"Subject: x\r\n" + b"a: b\r\n" * 1_000_000 + b"\r\nhalo",
        b"Subject: x\r\nTo: " + b"(" * 1_000_000 + b"\r\n\r\nhalo",
    ],
    ids=["parameters", "charset", "lines", "headers", "comments"],
)
def test_a_mail_made_never_to_end_is_shown(raw: bytes) -> None:
    mail = mime.read(raw)
    assert mail.header("Subject") == "x"
    assert isinstance(mail.addresses("To"), list)
