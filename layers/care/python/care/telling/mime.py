"""A mail of ours as it goes out (RFC 5322, MIME), and what of another mail may stand in it."""

import base64
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import EmailPolicy

# RFC 5322 section 2.1.1: no line is longer than 998 characters. Printable ASCII alone, and no encoded word (RFC 2047):
# Python before 3.13 decodes what looks like one when it writes a header, line breaks and all.
_ID = re.compile(r"<(?=[!-;=?A-~]*@)[!-;=?-~]{3,980}>")
_ENCODED_WORD = "=?"
_FOLD = "\r\n "
UNSUBSCRIBE = "unsubscribe"
"""The subject of a mail by which a mail program unsubscribes."""
_BREAKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
# RFC 5321 section 4.1.2 without quoted strings and address literals, whose spellings differ from reader to reader.
_MAILBOX = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]{1,64}@([a-z0-9-]{1,63}\.)*[a-z0-9-]{1,63}", re.ASCII | re.IGNORECASE)
# RFC 2047 section 2: a line with an encoded word is no longer. The first of them has room beside the field's name.
_LINE = 76
_ENCODED_BYTES = 39
# A body that goes through every mail server as it is, RFC 2045 section 2.7; the lines of others are quoted-printable.
_PLAIN_BODY = re.compile(r"[\t\n\x20-\x7e]*")
_LONGEST_LINE = 990


class Unsendable(ValueError):
    """This cannot be written as a mail of ours; trying again changes nothing."""


def ids(text: str) -> tuple[str, ...]:
    """The Message-IDs in a header that can be written again as they are, each once, in their order."""
    return tuple(dict.fromkeys(one for one in _ID.findall(text) if _ENCODED_WORD not in one))


def one_line(text: str) -> str:
    """A text without anything that a reader might take for the end of a line."""
    return " ".join(_BREAKS.sub(" ", text).split())


def mailbox(address: str) -> str:
    """An address as it is written to: its domain in ASCII (RFC 5891). Raises ``Unsendable``."""
    local, _, domain = address.rpartition("@")
    try:
        written = f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise Unsendable("an address that nobody can be written to at") from error
    if not _MAILBOX.fullmatch(written) or _ENCODED_WORD in written:
        raise Unsendable("an address that nobody can be written to at")
    return written


class _Policy(EmailPolicy):
    """As SMTP wants it. A subject begins on its first line, which the library's own may leave empty."""

    def fold_binary(self, name: str, value: str) -> bytes:
        """A field as it is written, with the end of its line."""
        if name != "Subject":
            return super().fold_binary(name, value)
        return f"{_folded(f'{name}:', _written(value))}\r\n".encode()


_POLICY = _Policy(linesep="\r\n")


def compose(
    *,
    sender: str,
    sender_name: str,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    reply_to: str = "",
    in_reply_to: str = "",
    references: tuple[str, ...] = (),
    thread_id: str = "",
    asks: bool = False,
) -> bytes:
    """A mail from the centre, marked as automatic so that no machine answers it (RFC 3834 section 5).

    ``html`` says what ``text`` says, and a reader is shown the one of them that his mail program prefers (RFC 2046
    section 5.1.4). ``thread_id`` is an id of no mail that threads too; it stands before the mail answered, for the
    last few of the ``references`` are those that every mail program keeps. One that ``asks`` says where no more
    questions are wanted (RFC 2369 section 3.2), if there is a ``reply_to``. Has these header fields once each and these
    texts, whatever the words are. Raises ``Unsendable``.
    """
    message = EmailMessage(policy=_POLICY)
    parents = ids(in_reply_to)
    fields = {
        "From": _named(_words(sender_name), mailbox(sender)),
        "To": mailbox(to),
        "Reply-To": mailbox(reply_to) if reply_to else "",
        "Subject": _words(subject),
        "Auto-Submitted": "auto-replied" if parents else "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    # The library would write an id that has no room on its line, as Outlook's have not, as an encoded word: nobody's
    # answer finds its thread by that.
    threads = {"In-Reply-To": parents} if parents else {}
    before, last = ids(" ".join(references[-20:])), ids(f"{thread_id} {in_reply_to}")
    if last:
        threads["References"] = (*(one for one in before if one not in last), *last)
    if asks and reply_to:
        threads["List-Unsubscribe"] = (f"<mailto:{mailbox(reply_to)}?subject={UNSUBSCRIBE}>",)
    head = "".join(f"{name}: {_FOLD.join(each)}\r\n" for name, each in threads.items())
    try:
        for name, value in fields.items():
            if value or name == "Subject":
                message[name] = value
        message.set_content(text, cte=_encoding(text))
        if html:
            message.add_alternative(html, subtype="html", cte=_encoding(html))
        raw = head.encode() + message.as_bytes()
    except (MessageError, UnicodeError) as error:
        raise Unsendable("words that cannot be written as a mail") from error
    _check(raw, [*threads, *message.keys()])
    return raw


def _encoding(text: str) -> str:
    """How a text goes: as it stands, where no server has to change it on its way, and readable where it has other
    letters.
    """
    stands = _PLAIN_BODY.fullmatch(text) and all(len(line) <= _LONGEST_LINE for line in text.split("\n"))
    return "7bit" if stands else "quoted-printable"


def _written(words: str) -> list[str]:
    """The words of a field, of which lines are made: those from the first to the last that is not ASCII, or has no
    room, are encoded (RFC 2047).
    """
    plain = words.split(" ")
    coded = [place for place, one in enumerate(plain) if not one.isascii() or len(one) > _LINE - len("Subject: ")]
    if not coded:
        return plain
    first, last = coded[0], coded[-1] + 1
    return [*plain[:first], *_encoded(" ".join(plain[first:last])), *plain[last:]]


def _encoded(words: str) -> Iterator[str]:
    """Encoded words, each of whole letters; what a reader puts together from them is the words again."""
    piece = b""
    for letter in words:
        more = letter.encode()
        if len(piece) + len(more) > _ENCODED_BYTES:
            yield f"=?utf-8?b?{base64.b64encode(piece).decode()}?="
            piece = b""
        piece += more
    yield f"=?utf-8?b?{base64.b64encode(piece).decode()}?="


def _folded(name: str, words: list[str]) -> str:
    """A field, its lines broken between words; the first word stands on the first line."""
    lines = [f"{name} {words[0]}"]
    for one in words[1:]:
        if len(lines[-1]) + 1 + len(one) <= _LINE:
            lines[-1] += f" {one}"
        else:
            lines.append(f" {one}")
    return "\r\n".join(lines)


def _check(raw: bytes, names: list[str]) -> None:
    """That there is a line for each field, its continuations aside, and none besides. Raises ``Unsendable``."""
    head = raw.partition(b"\r\n\r\n")[0]
    lines = head.split(b"\r\n")
    found = [line.partition(b":")[0].decode("ascii", "replace") for line in lines if line[:1] not in (b" ", b"\t")]
    if found != names or re.search(rb"[\r\n\0]", b"".join(lines)):
        raise Unsendable("a header that would break")


def _words(text: str) -> str:
    """Free words of a header field: on one line, nothing in them is an encoded word, and no half a character."""
    return one_line(text).replace(_ENCODED_WORD, "= ?").encode("utf-8", "replace").decode()


def _named(name: str, address: str) -> str:
    quoted = name.replace("\\", "").replace('"', "")
    return f'"{quoted}" <{address}>' if quoted else address
