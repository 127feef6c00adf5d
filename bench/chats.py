"""`python -m bench chats`: many people chat at once with a call centre started for it, each as the chat page does.

Everybody opens the chat and reads the first page. Then each goes through one of a few talks without pausing, each
message after the answer to the one before, and through the next talk in another chat. What is not answered within the
page's patience is sent again under the same id. A latency is from the first sending to the answer. Where other work
takes part of the machine, latencies are longer: how many processors the call centre had is told beside them.
"""

import asyncio
import json
import math
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp

from bench import processes
from tests.e2e.doors import until
from tests.e2e.stack import running

CHATTERS = (1, 8, 32, 96)
FEWEST_CHATS = 48
# `ANSWER_WITHIN` and `AGAIN_AFTER` in web/chat/conversation.js.
ANSWER_WITHIN = 6.0
AGAIN_AFTER = 1.5
OWN_GOAL_MS = 5.0
LEAST_MS = 0.1
REAL_TIME = "1"
TALKS = (
    (
        "kak internet saya lemot banget dari kemarin, tolong dicek",
        "di Bandung",
        "hp samsung",
        "cek status",
        "apa itu masa tenggang?",
        "sudah membantu",
        "makasih",
        "oke",
    ),
    (
        "Selamat pagi",
        "apa itu masa tenggang?",
        "sudah membantu",
        "how do I set the APN on my iPhone",
        "not yet",
        "it works",
        "cara cek kuota",
        "terima kasih banyak",
    ),
    (
        "hello",
        "I was charged twice for my data package",
        "0817-0000-0001",
        "skip",
        "status",
        "how do I avoid high roaming costs in Japan?",
        "yes, that helped",
        "ok thanks",
    ),
    (
        "p",
        "sinyal hilang di rumah saya",
        "belum",
        "sudah bisa",
        "paket apa saja yang ada?",
        "menu",
        "saran saja, gerai sebaiknya buka hari minggu",
        "terima kasih",
    ),
)


@dataclass
class Heard:
    """What the chatters saw: seconds to each answer and to each first page, and how often they sent again."""

    answers: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    again: int = 0


@dataclass(frozen=True)
class Load:
    """One run: so many chatters at once, what they saw, and what it took."""

    chatters: int
    seconds: float
    heard: Heard
    cpu: Counter[str]
    """CPU seconds by process."""
    started: int
    """Processes of the chat function there were at the end."""

    @property
    def a_second(self) -> float:
        return len(self.heard.answers) / self.seconds

    @property
    def processors(self) -> float:
        """How many it kept at work."""
        return self.cpu.total() / self.seconds

    def milliseconds(self, name: str) -> float:
        """CPU of a process an answer."""
        return self.cpu[name] / len(self.heard.answers) * 1000


def measure() -> list[Load]:
    """Every number of chatters, each with a call centre of its own."""
    return [_with_own_centre(chatters) for chatters in CHATTERS]


def lines(loads: list[Load]) -> list[str]:
    """Goals, latencies and CPU times, as Markdown."""
    return [*goals(loads), "", *table(loads)]


def are_kept(loads: list[Load]) -> bool:
    """Whether the largest crowd is answered within the page's patience."""
    return percentile(loads[-1].heard.answers, 0.95) < ANSWER_WITHIN


def table(loads: list[Load]) -> list[str]:
    """Latencies, and what an answer takes by process, as Markdown."""
    heads = ["chatters", "answers a second", "p50, s", "p95, s", "p99, s", "first page p95, s", "sent again"]
    heads += ["chat processes", "processors"]
    lines = ["| " + " | ".join(heads) + " |", "|" + " ---: |" * len(heads)]
    for load in loads:
        times = [percentile(load.heard.answers, part) for part in (0.5, 0.95, 0.99)]
        seen = " | ".join(f"{seconds:.2f}" for seconds in (*times, percentile(load.heard.pages, 0.95)))
        took = f"{load.heard.again} | {load.started} | {load.processors:.1f}"
        lines.append(f"| {load.chatters} | {load.a_second:.0f} | {seen} | {took} |")
    spent = sum((load.cpu for load in loads), Counter()).most_common()
    names = [name for name, _ in spent if any(load.milliseconds(name) >= LEAST_MS for load in loads)]
    lines += ["", "| CPU ms an answer | " + " | ".join(f"{load.chatters} chatters" for load in loads) + " |"]
    lines += ["| --- |" + " ---: |" * len(loads)]
    lines += [f"| {name} | " + " | ".join(f"{load.milliseconds(name):.1f}" for load in loads) + " |" for name in names]
    total = (sum(load.milliseconds(name) for name in names) for load in loads)
    return [*lines, "| **together** | " + " | ".join(f"**{each:.1f}**" for each in total) + " |"]


def goals(loads: list[Load]) -> list[str]:
    """Each goal with what was measured."""
    most = percentile(loads[-1].heard.answers, 0.95)
    # One is answered by the process that is there already: the start of no other is in it.
    own = loads[0].milliseconds("chat")
    return [
        "| goal | | measured |",
        "| --- | ---: | ---: |",
        f"| p95 of {loads[-1].chatters} chatters, below the page's patience | {ANSWER_WITHIN:.1f} s | {most:.1f} s |",
        f"| CPU of the chat function an answer, warm | {OWN_GOAL_MS:.1f} ms | {own:.1f} ms |",
    ]


def percentile(values: list[float], part: float) -> float:
    """The smallest value that so large a part of all does not exceed."""
    return sorted(values)[max(0, math.ceil(len(values) * part) - 1)]


def _with_own_centre(chatters: int) -> Load:
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), REAL_TIME) as centre:
        until("every function to be loaded", lambda: processes.are_loaded(centre))
        return asyncio.run(_crowd(centre.doors["chat_socket"], chatters))


async def _crowd(url: str, chatters: int) -> Load:
    """So many chatters open all chats, and then talk; what is counted begins when everybody has the first page."""
    heard = Heard()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        chats = [Chat(session, url, TALKS[number % len(TALKS)]) for number in range(max(FEWEST_CHATS, chatters))]
        await _in_turn(chatters, (chat.open(heard) for chat in chats))
        before, began, own = processes.running(), time.monotonic(), time.process_time()
        await _in_turn(chatters, (chat.talk(heard) for chat in chats))
        seconds, after = time.monotonic() - began, processes.running()
        cpu = processes.spent(before, after) + Counter({"the chatters": time.process_time() - own})
        await asyncio.gather(*(chat.close() for chat in chats))
    return Load(chatters, seconds, heard, cpu, sum(one.name == "chat" for one in after))


async def _in_turn(at_once: int, tasks: Iterable[Coroutine[Any, Any, None]]) -> None:
    waiting = iter(tasks)

    async def worker() -> None:
        for task in waiting:
            await task

    await asyncio.gather(*(worker() for _ in range(at_once)))


@dataclass
class Chat:
    """Somebody at the chat page, who will say these things."""

    session: aiohttp.ClientSession
    url: str
    texts: tuple[str, ...]
    secret: str = field(default_factory=lambda: uuid.uuid4().hex)
    _socket: aiohttp.ClientWebSocketResponse | None = None

    async def open(self, heard: Heard) -> None:
        began = time.monotonic()
        self._socket = await self.session.ws_connect(f"{self.url}?session={self.secret}", max_msg_size=0)
        await _put(self._socket, {"action": "resume", "session": self.secret}, lambda frame: "more" in frame, heard)
        heard.pages.append(time.monotonic() - began)

    async def talk(self, heard: Heard) -> None:
        assert self._socket is not None
        for text in self.texts:
            id_, began = uuid.uuid4().hex, time.monotonic()
            frame = {"action": "message", "session": self.secret, "id": id_, "text": text}
            await _put(self._socket, frame, partial(_has, id_), heard)
            heard.answers.append(time.monotonic() - began)

    async def close(self) -> None:
        assert self._socket is not None
        await self._socket.close()


async def _put(
    socket: aiohttp.ClientWebSocketResponse,
    frame: dict[str, Any],
    answers: Callable[[dict[str, Any]], bool],
    heard: Heard,
) -> None:
    """Send a frame until it is answered; what else comes meanwhile is read past."""
    await socket.send_json(frame)
    deadline = time.monotonic() + ANSWER_WITHIN
    while True:
        try:
            got = json.loads(await socket.receive_str(timeout=max(0.01, deadline - time.monotonic())))
        except TimeoutError:
            heard.again += 1
            await socket.send_json(frame)
            deadline = time.monotonic() + ANSWER_WITHIN
            continue
        if got.get("type") != "messages":
            deadline = min(deadline, time.monotonic() + AGAIN_AFTER)
        elif answers(got):
            return


def _has(id_: str, frame: dict[str, Any]) -> bool:
    return any(message["id"] == id_ for message in frame["messages"])
