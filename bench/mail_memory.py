"""`python -m bench mail_memory`: what the largest mails cost the function that takes them, in a process of its own.

40 MB with all that encodes it is the most that SES takes (SES developer guide, "Email receiving quotas"). The
function's own handler reads each from S3 and stores what is in it, after a few small mails, so that what first mails
load is no part of it; moto stands for S3 and DynamoDB, in this process. Memory is the resident set by /proc (proc(5),
"status"). Of a function's memory tracing may take the larger of 16 MB and 3 percent (Lambda developer guide, "The AWS
X-Ray daemon in the Lambda environment"); it has a whole processor at 1,769 MB, and below a share ("Configure Lambda
function memory"). Small mails are counted in the processor's time, and AWS answers them from memory: moto takes longer
with each item.
"""

import base64
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from moto import mock_aws
from moto.server import ThreadedMotoServer

from bench import letters
from local.cloudformation.template import Addresses, read_template
from tests.integration import stage as stages
from tests.integration.stage import CARE, ENVIRONMENT, ROOT, Event, Stage, client, sample

MEGABYTE = 1024 * 1024
LARGEST = 40 * MEGABYTE
ONE_FILE, MANY_FILES = 29 * MEGABYTE, 90
WHOLE_PROCESSOR_MB = 1769
KILOBYTES_OF_A_MEGABYTE = 1024
WORDS_AT_THE_END = 2000
# Those of `letters` in which an editor's markup comes; and so many batches before a process has loaded all it needs.
WITH_MARKUP = slice(12, 17)
FIRST_BATCHES = 4
# Prints kilobytes of memory before and at most, then seconds of the processor and by the clock.
HANDLED = """
import awslambdaric.bootstrap, json, sys, time
import app
from bench import replay
from care.services.models import session

def kilobytes(name):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name))

def handle(events):
    answers = []
    spent = sum(replay.milliseconds(lambda *told: answers.append(app.handler(*told)), one) for one in events)
    assert not any(one["batchItemFailures"] for one in answers), answers
    return spent / 1000

told = json.load(sys.stdin)
if told["answers"]:
    replay.play(session(), told["answers"])
handle(told["first"])
# Resets the most that was resident (proc(5), "clear_refs").
with open("/proc/self/clear_refs", "w") as file: file.write("5")
before, begun = kilobytes("VmRSS"), time.monotonic()
spent = handle(told["then"])
print(json.dumps([before, kilobytes("VmHWM"), spent, time.monotonic() - begun]))
"""


@dataclass(frozen=True)
class Room:
    """What template.yaml gives the function: megabytes, seconds of an invocation, mails in one."""

    megabytes: int
    seconds: int
    mails: int

    @property
    def own(self) -> float:
        """Megabytes that tracing leaves."""
        return self.megabytes - max(16, 0.03 * self.megabytes)

    @property
    def share(self) -> float:
        """Of a processor."""
        return min(1.0, self.megabytes / WHOLE_PROCESSOR_MB)


@dataclass(frozen=True)
class Cost:
    """Megabytes that were resident before and at most, seconds of the processor and by the clock.

    ``wrong`` is what the process said at its end when it did not handle what it was given.
    """

    before: float = 0.0
    most: float = 0.0
    spent: float = 0.0
    taken: float = 0.0
    wrong: str = ""


@dataclass(frozen=True)
class Largest:
    """A mail as large as SES takes it, alone or as many as one invocation takes."""

    what: str
    make: Callable[[], bytes]
    fills_a_batch: bool = False


@dataclass(frozen=True)
class Result:
    """What each large mail cost, and the milliseconds of the processor that a small one takes."""

    room: Room
    large: dict[str, Cost]
    small_ms: float

    def is_kept(self, cost: Cost) -> bool:
        return not cost.wrong and cost.most <= self.room.own and cost.spent / self.room.share <= self.room.seconds

    @cached_property
    def complaints(self) -> list[str]:
        """A line for each mail that is too much for the function."""
        return [f"{what}: {cost.wrong or cost}" for what, cost in self.large.items() if not self.is_kept(cost)]


# ---- the mails -----------------------------------------------------------------------------------------------------


def _head(*fields: str, number: int = 0) -> bytes:
    own = ("From: Sari <sari@pelanggan.example>", f"To: {CARE}", f"Message-ID: <largest-{number}@pelanggan.example>")
    return "".join(f"{field}\r\n" for field in (*own, "Subject: Keluhan", "MIME-Version: 1.0", *fields)).encode()


def _filled(head: bytes, piece: bytes, end: bytes = b"") -> bytes:
    """A piece again and again between what comes first and last, up to the most that SES takes."""
    return head + piece * ((LARGEST - len(head) - len(end)) // len(piece)) + end


_MIXED = _head("Content-Type: multipart/mixed; boundary=b") + b"\r\n"
_NO_FIELDS = b"\r\n"


def _files(count: int) -> bytes:
    """As many files as one mail program encodes them, all as large as the largest alone."""
    chance = random.Random(817)
    lines = [_MIXED, b"--b\r\n\r\nPulsa saya hilang, lihat foto.\r\n"]
    for number in range(count):
        lines.append(
            f'--b\r\nContent-Type: image/jpeg\r\nContent-Disposition: attachment; filename="{number}.jpg"'.encode()
        )
        lines.append(b"\r\nContent-Transfer-Encoding: base64\r\n\r\n")
        lines.append(base64.encodebytes(chance.randbytes(ONE_FILE // count)).replace(b"\n", b"\r\n"))
    return b"".join([*lines, b"--b--\r\n"])


def _text(kind: str, piece: bytes, encoding: str = "8bit", charset: str = "utf-8") -> bytes:
    fields = (f"Content-Type: {kind}; charset={charset}", f"Content-Transfer-Encoding: {encoding}")
    return _filled(_head(*fields) + _NO_FIELDS, piece)


def _deep() -> bytes:
    level = "Content-Type: multipart/mixed; boundary=b{0}\r\n\r\n--b{0}\r\n"
    levels = (level.format(number).encode() for number in range(LARGEST // 64))
    return _head() + b"".join(levels) + b"\r\nPulsa saya hilang.\r\n"


_SAID = b"Pulsa saya hilang 25 ribu, padahal tidak dipakai sama sekali.\r\n"
_MARKUP = (
    b'<tr><td class="x" style="padding:0"><p>Pulsa saya <b>hilang</b> 25&nbsp;ribu&#44; caf\xc3\xa9</p></td></tr>\r\n'
)
_EMPTY_FILE = b"--b\r\nContent-Disposition: attachment; filename=a\r\n\r\nx\r\n"

LARGE = (
    Largest("one file of 29 MB", partial(_files, 1)),
    Largest("one file of 29 MB, in a full batch", partial(_files, 1), fills_a_batch=True),
    Largest("90 files", partial(_files, MANY_FILES)),
    Largest("text", partial(_text, "text/plain", _SAID)),
    Largest(
        "text, encoded", partial(_text, "text/plain", base64.encodebytes(_SAID * 9).replace(b"\n", b"\r\n"), "base64")
    ),
    Largest("HTML", partial(_text, "text/html", _MARKUP)),
    Largest("HTML, encoded", partial(_text, "text/html", b"<p>Pulsa =C3=A9 hilang</p>=\r\n", "quoted-printable")),
)
HOSTILE = (
    Largest("parts in parts", _deep),
    Largest("parts, empty", lambda: _filled(_MIXED, b"--b\r\n\r\n\r\n")),
    Largest("files, almost empty", lambda: _filled(_MIXED, _EMPTY_FILE, b"--b--\r\n")),
    Largest("lines that almost end a part", lambda: _filled(_MIXED + b"--b\r\n\r\n", b"--b-\r\n")),
    Largest("mails in mails", lambda: _filled(_head(), b"Content-Type: message/rfc822\r\n\r\n")),
    Largest(
        "one attached mail",
        lambda: _filled(_MIXED + b"--b\r\nContent-Type: message/rfc822\r\n\r\n" + _head() + b"\r\n", _SAID),
    ),
    Largest("header fields", lambda: _filled(_head(), b"X-A: b\r\n")),
    Largest("one header field", lambda: _filled(_head() + b"X-A: b\r\n", b" b\r\n")),
    Largest("a subject of encoded words", lambda: _filled(_head() + b"Subject:", b" =?utf-8?B?w6k=?=")),
    Largest("a From of mailboxes", lambda: _filled(b"From: a", b"<a@b.example>,(")),
    Largest("References", lambda: _filled(_head() + b"References:", b" <a@b.example>\r\n")),
    Largest("parameters", lambda: _filled(_head() + b"Content-Type: multipart/mixed", b"; a*0=b")),
    Largest("quotes", partial(_text, "text/plain", b"> > Pulsa saya hilang\r\n")),
    Largest("one line of text", partial(_text, "text/plain", b"x ")),
    Largest("empty lines", partial(_text, "text/plain", b"\r\n")),
    Largest("text that is no UTF-8", partial(_text, "text/plain", b"caf\xe9 \xff")),
    Largest("base64 that is none", partial(_text, "text/plain", b"w*6k_=", "base64")),
    Largest("a file within the text", partial(_text, "text/plain", b"begin 644 foto.jpg\r\nM" + b"A" * 60 + b"\r\n")),
    Largest("HTML of open tags", partial(_text, "text/html", b"<div><table>")),
    Largest("HTML of open comments", partial(_text, "text/html", b"<!-- <script ")),
    Largest("HTML of open attributes", partial(_text, "text/html", b'<a href="x')),
    Largest("HTML of character references", partial(_text, "text/html", b"&#233;&amp")),
)


# ---- what they cost ------------------------------------------------------------------------------------------------


def room() -> Room:
    """As the template says."""
    base = "http://127.0.0.1"
    properties = read_template(ROOT / "template.yaml", "care", {}, Addresses(base, base, base, base))
    function = properties.resources["EmailFunction"].properties
    (mails,) = (one["Properties"]["BatchSize"] for one in function["Events"].values())
    return Room(int(function["MemorySize"]), int(function["Timeout"]), int(mails))


def measure(large: tuple[Largest, ...] = LARGE + HOSTILE) -> Result:
    """The small mails, and each of the large ones."""
    given, found = room(), dict[str, Cost]()
    small_ms = _small_ms(given)
    with _served() as url:
        for one in large:
            raw = one.make()
            times = range(given.mails if one.fills_a_batch else 1)
            found[one.what] = _large(url, [raw.replace(b"<largest-0@", b"<largest-%d@" % each, 1) for each in times])
    return Result(given, found, small_ms)


@contextmanager
def _served() -> Iterator[str]:
    """moto, answering at the URL for what is stored by `mock_aws` in this process."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        yield f"http://{host}:{port}"
    finally:
        server.stop()


def _large(url: str, mails: list[bytes]) -> Cost:
    """What mails cost that come in one invocation."""
    with mock_aws():
        stage = Stage(stages.modules())
        stage.make()
        first = _batch(stage, "first", [one.first.raw for one in letters.conversations(CARE)[WITH_MARKUP]])
        return _handled({"first": [first], "then": [_batch(stage, "then", mails)]}, AWS_ENDPOINT_URL=url)


def _small_ms(given: Room) -> float:
    """Milliseconds of the processor that a first mail takes, of those of `bench mails`, in full batches."""
    all_ = letters.conversations(CARE)
    answers = [_answer("GetObject", one.first.raw) for one in all_]
    answers += [_answer("PutObject", b"") for one in all_ for _ in one.first.files]
    # Of who writes for the first time nothing is known.
    answers += [_answer("Query", b'{"Items": []}') for _ in all_]
    names = [f"small-{one.number}" for one in all_]
    batches = [_messages(names[start : start + given.mails]) for start in range(0, len(names), given.mails)]
    cost = _handled({"first": batches[:FIRST_BATCHES], "then": batches[FIRST_BATCHES:], "answers": answers})
    assert not cost.wrong, cost.wrong
    return 1000 * cost.spent / (len(names) - FIRST_BATCHES * given.mails)


def _handled(told: dict[str, Any], **environment: str) -> Cost:
    """What a process takes to handle events, after those that come first."""
    path = os.pathsep.join([str(ROOT / "functions/email"), str(ROOT / "layers/care/python"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", HANDLED],
        env={**os.environ, **ENVIRONMENT, "PYTHONPATH": path, **environment},
        input=json.dumps({"answers": [], **told}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = " ".join(f"{done.stdout} {done.stderr}".split())[-WORDS_AT_THE_END:]
        return Cost(wrong=f"ended with {done.returncode}: {said}")
    before, most, spent, taken = json.loads(done.stdout.splitlines()[-1])
    return Cost(before / KILOBYTES_OF_A_MEGABYTE, most / KILOBYTES_OF_A_MEGABYTE, spent, taken)


def _batch(stage: Stage, name: str, mails: list[bytes]) -> Event:
    """The messages about some mails, which are stored."""
    names = [f"{name}-{number}" for number, _ in enumerate(mails)]
    for id_, raw in zip(names, mails, strict=True):
        client("s3").put_object(Bucket="mail", Key=f"raw/{id_}", Body=raw)
    return _messages(names)


def _messages(names: list[str]) -> Event:
    """The messages about the mails of these ids, as they come from the queue."""
    (record,) = sample("sqs_email")["Records"]
    told = json.loads(record["body"])
    records = []
    for id_ in names:
        mail = {**told["mail"], "messageId": id_}
        receipt = {
            **told["receipt"],
            "recipients": [CARE],
            "action": {**told["receipt"]["action"], "objectKey": f"raw/{id_}"},
        }
        records.append({**record, "messageId": id_, "body": json.dumps({**told, "mail": mail, "receipt": receipt})})
    return {"Records": records}


def _answer(operation: str, body: bytes) -> dict[str, Any]:
    """AWS's, as `bench.replay` gives it."""
    return {"operation": operation, "status": 200, "headers": {}, "body": base64.b64encode(body).decode()}


# ---- the figures ---------------------------------------------------------------------------------------------------


def lines(result: Result) -> list[str]:
    """The tables of the figures, as Markdown."""
    room = result.room
    found = [
        f"The function has {room.megabytes} MB, {room.own:.0f} without tracing's, {room.share:.0%} of a processor, and"
        f" {room.seconds} s for up to {room.mails} mails. A small mail takes {result.small_ms:.1f} ms of the processor:"
        f" {1000 / result.small_ms:.0f} a second.",
        "",
        "| 40 MB of | MB at most | MB before | of the function's memory | processor, s | there, s |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for what, cost in result.large.items():
        over = "" if result.is_kept(cost) else " (too much)"
        found.append(
            f"| {what}{over} | {cost.most:.0f} | {cost.before:.0f} | {cost.most / room.own:.0%} |"
            f" {cost.spent:.1f} | {cost.spent / room.share:.1f} |"
        )
    return found
