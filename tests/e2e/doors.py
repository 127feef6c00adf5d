"""The call centre's doors as people use them: mail, telephone, chat and the desk. Nothing here knows what is behind."""

import json
import smtplib
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from functools import cache
from typing import Any, TypeVar

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

T = TypeVar("T")
PATIENCE_SECONDS = 30.0

# What every scanner of spam and of viruses takes for such (spamassassin.apache.org/gtube; EICAR's test file).
GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def until(what: str, look: Callable[[], T | None], seconds: float = PATIENCE_SECONDS) -> T:
    """The first true answer of ``look``; fails, naming what was waited for, when none comes in time."""
    deadline = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < deadline, f"not within {seconds:.0f} s: {what}; last seen: {seen!r}"
        time.sleep(0.1)
    return seen


@dataclass(frozen=True)
class Answer:
    """What an HTTP door answered; ``body`` is parsed JSON, or text when it is none."""

    status: int
    body: Any
    headers: dict[str, str]


def http(method: str, url: str, body: Any = None, token: str | None = None) -> Answer:
    """One request; bytes are sent as they are, anything else as JSON. A refusal is an answer."""
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            status, raw, heads = answer.status, answer.read(), dict(answer.headers)
    except urllib.error.HTTPError as refused:
        status, raw, heads = refused.code, refused.read(), dict(refused.headers)
    try:
        return Answer(status, json.loads(raw or b"null"), heads)
    except ValueError:
        return Answer(status, raw.decode("utf-8", "replace"), heads)


def fetch(url: str) -> Any:
    """What a door answers to GET, which must be 200."""
    answer = http("GET", url)
    assert answer.status == 200, f"{url}: {answer.status} {answer.body}"
    return answer.body


@dataclass(frozen=True)
class Sent:
    """A mail given to the SMTP door: as it was, and the id SES gave it."""

    raw: bytes
    message_id: str
    ses_id: str


@dataclass
class Correspondent:
    """A customer with an e-mail address: writes by SMTP, reads the local mailbox."""

    doors: dict[str, str]
    address: str
    name: str = ""

    def compose(
        self, subject: str, text: str, *, answers: EmailMessage | None = None, charset: str = "utf-8"
    ) -> EmailMessage:
        """A mail as a mail client writes it; ``answers`` threads it under that one."""
        mail = EmailMessage(policy=policy.SMTP)
        mail["From"] = f"{self.name} <{self.address}>" if self.name else self.address
        mail["To"] = self.doors["care"]
        mail["Subject"] = subject
        mail["Date"] = formatdate()
        mail["Message-ID"] = make_msgid(domain="mail.example")
        if answers:
            mail["In-Reply-To"] = answers["Message-ID"]
            mail["References"] = f"{answers['References'] or ''} {answers['Message-ID']}".strip()
        mail.set_content(text, charset=charset)
        return mail

    def write(self, subject: str, text: str) -> Sent:
        return self.send(self.compose(subject, text))

    def reply(self, to: EmailMessage, text: str) -> Sent:
        """Answer a mail as "Reply" does: subject and thread kept, what was said quoted below."""
        quoted = "\n".join(f"> {line}" for line in body(to).splitlines())
        subject = str(to["Subject"])
        subject = subject if subject.lower().startswith("re:") else f"Re: {subject}"
        return self.send(self.compose(subject, f"{text}\n\nPada Rabu, Layanan 817 menulis:\n{quoted}\n", answers=to))

    def send(self, mail: EmailMessage | bytes, sender: str | None = None) -> Sent:
        """Hand a mail to the SMTP door; ``sender`` is the envelope's."""
        raw = mail if isinstance(mail, bytes) else mail.as_bytes()
        code, said = self.offer(raw, sender)
        assert code == 250, f"the mail was refused: {code} {said}"
        headers = message_from_bytes(raw)
        return Sent(raw, str(headers.get("Message-ID", "")).strip(), said.split()[1])

    def offer(self, raw: bytes, sender: str | None = None, to: str | None = None) -> tuple[int, str]:
        """What the SMTP door says to a mail."""
        url = urllib.parse.urlsplit(self.doors["smtp"])
        with smtplib.SMTP(url.hostname or "", url.port or 0, timeout=60) as client:
            client.ehlo()
            client.mail(self.address if sender is None else sender, ["BODY=8BITMIME"])
            code, said = client.rcpt(to or self.doors["care"])
            if code == 250:
                code, said = client.data(raw)
            return code, said.decode(errors="replace")

    def received(self) -> list[EmailMessage]:
        """The mails that came, oldest first, as a mail client reads them."""
        listed = fetch(f"{self.doors['mailbox']}messages?{urllib.parse.urlencode({'to': self.address})}")
        url = f"{self.doors['mailbox']}messages"
        return [_mail(f"{url}/{urllib.parse.quote(one['id'], safe='')}/raw") for one in reversed(listed)]

    def awaits(self, what: str, seconds: float = PATIENCE_SECONDS) -> EmailMessage:
        """The newest mail whose subject or text contains ``what``, once it has come."""

        def come() -> EmailMessage | None:
            found = [one for one in self.received() if what in body(one) or what in str(one["Subject"])]
            return found[-1] if found else None

        return until(f"a mail to {self.address} with {what!r}", come, seconds)


@cache
def _mail(url: str) -> EmailMessage:
    """A mail in the mailbox; it never changes."""
    with urllib.request.urlopen(url, timeout=60) as raw:
        return message_from_bytes(raw.read(), _class=EmailMessage, policy=policy.default)


def body(mail: EmailMessage) -> str:
    """The text of a mail, its lines ended by a line feed."""
    part = mail.get_body(("plain", "html"))
    return str(part.get_content()).replace("\r\n", "\n").strip() if part else ""


@dataclass
class Call:
    """A call to the short number: what has been heard, and the keypad."""

    url: str
    state: dict[str, Any]
    heard: list[str] = field(default_factory=list)
    prompts: list[str] = field(default_factory=list)

    def press(self, keys: str) -> list[str]:
        """Press keys ("" is silence until the time is up); gives the names of the prompts played then."""
        answer = http("POST", f"{self.url}/{self.state['call_id']}/keys", {"keys": keys})
        assert answer.status == 200, answer
        return self.take(answer.body)

    def take(self, state: dict[str, Any]) -> list[str]:
        self.state = state
        new = [str(one["prompt"]) for one in state["heard"]]
        self.prompts += new
        self.heard += [str(one["text"]) for one in state["heard"]]
        return new

    def look(self) -> dict[str, Any]:
        """The call as it stands now; what was played since it was last looked at is heard."""
        answer = http("GET", f"{self.url}/{self.state['call_id']}")
        assert answer.status == 200, answer
        self.take(answer.body)
        return self.state

    def hang_up(self) -> None:
        http("POST", f"{self.url}/{self.state['call_id']}/hangup")

    @property
    def reference(self) -> str:
        """The reference as it was spoken last: ten digits, one or two a prompt."""
        digits = "".join(one.partition("/d_")[2] for one in self.prompts)
        assert len(digits) >= 10, f"no reference was told: {self.heard}"
        return digits[-10:]


@dataclass
class Caller:
    """A customer with a telephone; ``number`` is ``None`` when it is withheld."""

    doors: dict[str, str]
    number: str | None

    def dial(self) -> Call:
        url = f"{self.doors['phone']}calls"
        answer = http("POST", url, {"from": self.number})
        assert answer.status == 201, answer
        call = Call(url, {})
        call.take(answer.body)
        return call

    def dial_and_press(self, *keys: str) -> Call:
        call = self.dial()
        for one in keys:
            call.press(one)
        return call

    def complain(self, category: str, language: str = "1") -> Call:
        """A complaint by the key of its category, about the first subject of its menu, without a place and words."""
        call = self.dial_and_press(language, "4", category, "1")
        if call.prompts[-1].endswith("/area_ask"):
            call.press("#")
        if call.prompts[-1].endswith("/message_consent"):
            call.press("2")
        return call

    def text(self, words: str) -> None:
        """Send an SMS."""
        answer = http("POST", f"{self.doors['sms']}messages", {"from": self.number, "text": words})
        assert answer.status == 201, answer

    def received(self) -> list[dict[str, Any]]:
        """The SMS that came, oldest first."""
        found = fetch(f"{self.doors['sms']}messages?{urllib.parse.urlencode({'to': self.number or ''})}")
        return [one for one in found if one["direction"] == "out"]

    def awaits(self, what: str, seconds: float = PATIENCE_SECONDS) -> str:
        """The text of the first SMS that contains ``what``, once it has come."""
        return until(
            f"an SMS to {self.number} with {what!r}",
            lambda: next((str(one["text"]) for one in self.received() if what in one["text"]), ""),
            seconds,
        )


@dataclass
class Chatter:
    """A customer at the chat: a browser that keeps its secret, resends, and sorts by number."""

    doors: dict[str, str]
    secret: str = field(default_factory=lambda: uuid.uuid4().hex + uuid.uuid4().hex)
    seen: dict[int, dict[str, Any]] = field(default_factory=dict)
    reference: str | None = None
    _socket: ClientConnection | None = None

    def open(self) -> "Chatter":
        query = urllib.parse.urlencode({"session": self.secret})
        # As a browser: it takes whatever comes, read or not, and sends no pings of its own.
        self._socket = connect(
            f"{self.doors['chat_socket']}?{query}",
            open_timeout=60,
            ping_interval=None,
            max_queue=None,
            proxy=None,
            legacy=True,
        )
        self.frame({"action": "resume", "after": max(self.seen, default=0)})
        return self

    def close(self) -> None:
        if self._socket:
            self._socket.close()
            self._socket = None

    def frame(self, values: dict[str, Any]) -> None:
        """Send a frame with the session's secret."""
        self.raw(json.dumps({**values, "session": self.secret}))

    def raw(self, text: str | bytes) -> None:
        assert self._socket is not None
        self._socket.send(text)

    def hears(self, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The next frame from the other side."""
        assert self._socket is not None
        frame: dict[str, Any] = json.loads(self._socket.recv(timeout=seconds))
        if frame.get("type") == "messages":
            self.reference = frame["reference"] or self.reference
            self.seen.update({one["seq"]: one for one in frame["messages"]})
            if frame.get("more") and frame["after"] is not None:
                self.frame({"action": "resume", "after": frame["messages"][-1]["seq"]})
        return frame

    def says(self, text: str, id_: str | None = None) -> list[dict[str, Any]]:
        """Write, and wait for the direct answer: what the centre says to it. What failed is sent again."""
        id_ = id_ or uuid.uuid4().hex
        written = {"action": "message", "id": id_, "text": text}
        self.frame(written)
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            frame = self.hears(max(0.1, deadline - time.monotonic()))
            if frame.get("message") == "Internal server error":
                self.frame(written)
                continue
            assert frame["type"] == "messages", frame
            mine = next((one["seq"] for one in frame["messages"] if one["id"] == id_), None)
            if mine is not None:
                return [one for one in frame["messages"] if one["seq"] > mine]

    def awaits(self, what: str, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """The message that contains ``what``, once it is on this screen."""
        deadline = time.monotonic() + seconds
        while True:
            found = next((one for one in self.lines if what in one["text"]), None)
            if found:
                return found
            left = deadline - time.monotonic()
            assert left > 0, f"not on the screen within {seconds:.0f} s: {what!r}; on it: {self.lines}"
            try:
                self.hears(left)
            except TimeoutError:
                continue
            except ConnectionClosed:
                self.open()

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [self.seen[number] for number in sorted(self.seen)]


@dataclass
class Agent:
    """Somebody at the desk, signed in."""

    api: str
    token: str

    @classmethod
    def sign_in(cls, config: dict[str, str], username: str = "ratna") -> "Agent":
        """By the local issuer's grant for scripts; people sign in on a page."""
        form = {"grant_type": "password", "username": username, "client_id": config["SignInClientId"]}
        request = urllib.request.Request(
            f"{config['SignInUrl']}/oauth2/token", urllib.parse.urlencode(form).encode(), method="POST"
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return cls(config["DeskApiUrl"], json.loads(answer.read())["access_token"])

    def asks(self, method: str, path: str, words: Any = None) -> Answer:
        return http(method, f"{self.api}{path}", words, self.token)

    def cases(self, team: str = "all", which: str = "open") -> list[dict[str, Any]]:
        """All of a list, page after page."""
        found: list[dict[str, Any]] = []
        after: str | None = ""
        while after is not None:
            asked = urllib.parse.urlencode({"team": team, "list": which, "after": after})
            page = self._done("GET", f"/cases?{asked}")
            found += page["cases"]
            after = page["next"]
        return found

    def case(self, reference: str) -> dict[str, Any]:
        return self._done("GET", f"/cases/{reference}")

    def take(self, reference: str) -> dict[str, Any]:
        return self._done("POST", f"/cases/{reference}/take", {})

    def reply(self, reference: str, text: str, id_: str | None = None) -> dict[str, Any]:
        return self._done("POST", f"/cases/{reference}/reply", {"id": id_ or uuid.uuid4().hex, "text": text})

    def resolve(self, reference: str, text: str, id_: str | None = None) -> dict[str, Any]:
        return self._done("POST", f"/cases/{reference}/resolve", {"id": id_ or uuid.uuid4().hex, "text": text})

    def act(self, reference: str, what: str, **words: Any) -> dict[str, Any]:
        """Any other click: ask the customer back, promise, merge, keep …"""
        return self._done("POST", f"/cases/{reference}/{what}", {"id": uuid.uuid4().hex, **words})

    def _done(self, method: str, path: str, words: Any = None) -> dict[str, Any]:
        answer = self.asks(method, path, words)
        assert answer.status == 200, f"{method} {path}: {answer.status} {answer.body}"
        found: dict[str, Any] = answer.body
        return found
