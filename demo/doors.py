"""The doors of the running call centre, as a customer and an agent use them: plain HTTP."""

import json
import urllib.error
import urllib.parse
import urllib.request
import uuid
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SECONDS_FOR_AN_ANSWER = 20


class Closed(Exception):
    """A door did not do what was asked of it; says which and why."""


def read_doors(file: Path) -> dict[str, str] | None:
    """What `python -m local` wrote when every door answered; None when nothing runs behind it."""
    try:
        doors: dict[str, str] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    pages = {name: f"{doors[name].rstrip('/')}/" for name in ("phone", "sms", "console")}
    try:
        _ask("GET", f"{pages['console']}about.json")
    except Closed:
        return None
    return doors | pages


def _ask(method: str, url: str, body: Any = None, token: str | None = None) -> Any:
    headers = {"Content-Type": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    return _send(urllib.request.Request(url, data, headers, method=method))


def _send(request: urllib.request.Request) -> Any:
    try:
        with urllib.request.urlopen(request, timeout=SECONDS_FOR_AN_ANSWER) as answer:
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as problem:
        said = problem.read().decode(errors="replace")[:300]
        raise Closed(f"{request.full_url} answered {problem.code}: {said}") from problem
    except (OSError, ValueError) as problem:
        raise Closed(f"{request.full_url} did not answer: {problem}") from problem


def staff(phone: str, agents: int, talk_seconds: float) -> dict[str, Any]:
    """How many agents there are from now on, and how long each talks (0: until a hang-up); gives how it was."""
    before = _ask("GET", f"{phone}agents")
    _ask("PUT", f"{phone}agents", {"agents": agents, "talk_seconds": talk_seconds})
    return {name: before[name] for name in ("agents", "talk_seconds")}


@dataclass
class Caller:
    """A customer with a telephone, at the phone door and its SMS."""

    phone: str
    sms: str
    number: str
    _call: dict[str, Any] = field(default_factory=dict)

    def dial(self) -> list[str]:
        """Starts a call; gives what is heard."""
        self._call = _ask("POST", f"{self.phone}calls", {"from": self.number})
        return self._heard()

    def press(self, keys: str) -> list[str]:
        self._call = _ask("POST", f"{self.phone}calls/{self._call['call_id']}/keys", {"keys": keys})
        return self._heard()

    def hang_up(self) -> None:
        if self._call["state"] in ("listening", "queued", "talking"):
            _ask("POST", f"{self.phone}calls/{self._call['call_id']}/hangup", {})

    def is_talking(self) -> bool:
        """Whether an agent has taken the call."""
        self._call = _ask("GET", f"{self.phone}calls/{self._call['call_id']}")
        return bool(self._call["state"] == "talking")

    def answer(self) -> bool:
        """Pick up, if the telephone rings; whether it did."""
        contacts = _ask("GET", f"{self.phone}agents")["contacts"]
        ringing = next((one for one in contacts if one["number"] == self.number and one["state"] == "ringing"), None)
        if ringing is None:
            return False
        self._call = _ask("POST", f"{self.phone}calls/{ringing['contact_id']}/answer", {})
        return True

    @property
    def reference(self) -> str | None:
        """The reference the call has told."""
        told = self._call["attributes"].get("reference")
        return str(told) if str(told).isdigit() else None

    def _heard(self) -> list[str]:
        return [str(heard["text"]) for heard in self._call["heard"]]

    def received(self) -> list[str]:
        """The texts of the SMS that came, oldest first."""
        found = _ask("GET", f"{self.sms}messages?{urllib.parse.urlencode({'to': self.number})}")
        return [str(message["text"]) for message in found if message["direction"] == "out"]

    def write(self, text: str) -> None:
        _ask("POST", f"{self.sms}messages", {"from": self.number, "text": text})


@dataclass(frozen=True)
class Agent:
    """An agent at the desk's API."""

    api: str
    token: str

    @classmethod
    def sign_in(cls, config: dict[str, str], username: str) -> "Agent":
        """With the local issuer's grant for scripts; on AWS agents sign in on Cognito's page."""
        form = {"grant_type": "password", "username": username, "client_id": config["SignInClientId"]}
        request = urllib.request.Request(
            f"{config['SignInUrl']}/oauth2/token", urllib.parse.urlencode(form).encode(), method="POST"
        )
        return cls(api=config["DeskApiUrl"], token=str(_send(request)["access_token"]))

    def case(self, reference: str) -> dict[str, Any]:
        file: dict[str, Any] = _ask("GET", f"{self.api}/cases/{reference}", token=self.token)
        return file

    def take(self, reference: str) -> None:
        _ask("POST", f"{self.api}/cases/{reference}/take", {}, self.token)

    def resolve(self, reference: str, text: str) -> None:
        body = {"id": str(uuid.uuid4()), "text": text}
        _ask("POST", f"{self.api}/cases/{reference}/resolve", body, self.token)


def read_config(doors: dict[str, str]) -> dict[str, str]:
    """What the pages read: the template's outputs."""
    config: dict[str, str] = _ask("GET", urllib.parse.urljoin(doors["phone"], "/config.json"))
    return config
