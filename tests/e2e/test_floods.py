"""Floods through the real doors, at a call centre of their own: nothing is refused, and nobody honest is hidden."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from care.policy import load
from tests.e2e.doors import Agent, Caller, Chatter, until
from tests.e2e.stack import CallCentre, running

LIMITS = load().limits
SESSIONS = 104
FRAMES = 300


@pytest.fixture(scope="module")
def flooded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CallCentre]:
    with running(tmp_path_factory.mktemp("flooded"), time_scale="1") as centre:
        yield centre


@pytest.fixture(scope="module")
def agent(flooded: CallCentre) -> Agent:
    return flooded.agent()


def test_a_hundred_sessions_that_all_go_first_hide_nobody(flooded: CallCentre, agent: Agent) -> None:
    def floods(_: int) -> str:
        chatter = flooded.chatter().open()
        chatter.says("HP saya hilang dicuri, blokir kartu saya sekarang juga!!!")
        chatter.close()
        return chatter.reference or ""

    caller = flooded.caller()
    before = flooded.correspondent()
    written = before.write("Pertanyaan", "Apa saja paket roaming ke Jepang, dan berapa harganya?")
    with ThreadPoolExecutor(8) as pool:
        flood = set(pool.map(floods, range(SESSIONS)))
    assert len(flood - {""}) == SESSIONS, "each was answered with a reference"
    lost = caller.dial_and_press("1", "9").reference
    listed = until("all cases", lambda: found if len(found := agent.cases()) >= SESSIONS + 2 else None)
    first = {one["reference"] for one in listed if one["priority"] in ("danger", "urgent")}
    # Ten minutes may end and others begin meanwhile.
    assert LIMITS.first_at_once <= len(first & flood) <= 2 * LIMITS.first_at_once
    page = agent.asks("GET", "/cases?team=all&list=open").body["cases"]
    assert lost in first
    assert lost in {one["reference"] for one in page}, "who lost a telephone is on the first page"
    assert flooded.records.case_of(written).reference in {one["reference"] for one in listed}


@pytest.fixture
def hastened(tmp_path: Path) -> Iterator[CallCentre]:
    """Time enough for two complaints, of which each is asked about six minutes after it is resolved."""
    with running(tmp_path, time_scale="0.02") as centre:
        yield centre


def test_a_telephone_that_answers_by_itself_comes_to_an_end(hastened: CallCentre) -> None:
    caller, agent = hastened.caller(), hastened.agent()
    for told in (1, 3):
        reference = caller.complain("1").reference
        until("the acknowledgement", partial(_has, caller, told))
        agent.resolve(reference, "Jaringan sudah normal.")
        until("the question", partial(_has, caller, told + 1))
    answered = 0
    while new := caller.received()[answered:]:
        answered += len(new)
        assert answered <= 6, "two acknowledgements, two questions, and the same words are answered twice"
        for _ in new:
            caller.text("Saya sedang rapat, nanti saya balas.")
        until("all to be quiet", partial(_is_quiet, hastened, answered))
    assert answered == 6


def _has(caller: Caller, messages: int) -> bool:
    return len(caller.received()) >= messages


def _is_quiet(centre: CallCentre, texts: int) -> bool:
    """Whether so many SMS were taken, and nothing is on its way."""
    items = centre.records.items()
    taken = sum(one["pk"].startswith("CONTACT#sms-") and one["sk"].startswith("ENTRY#") for one in items)
    on_their_way = [one for one in items if one["sk"].startswith("OUTBOX#") and one["state"] in ("due", "claimed")]
    queues = [name for name in centre.records.outputs if name.endswith("QueueUrl") and name != "ParkedQueueUrl"]
    return taken >= texts and not on_their_way and not any(centre.records.waiting(queue) for queue in queues)


def test_three_hundred_frames_on_two_sockets_are_each_answered_once(flooded: CallCentre) -> None:
    one = flooded.chatter().open()
    other = Chatter(one.doors, one.secret).open()
    ids = [uuid4().hex for _ in range(FRAMES)]
    for place, id_ in enumerate(ids):
        (one, other)[place % 2].frame({"action": "message", "id": id_, "text": f"halo nomor {place}"})
    pending = set(ids)
    deadline = time.monotonic() + 300
    failed = False
    while pending:
        assert time.monotonic() < deadline, f"{len(pending)} frames are not answered"
        quiet = True
        for socket in (one, other):
            try:
                frame = socket.hears(0.5)
            except TimeoutError:
                continue
            quiet = False
            if frame.get("code") == "busy":
                socket.frame(_again(frame["id"]))
            # The service's own failure names no frame: the page sends again what it has no answer to.
            failed |= frame.get("message") == "Internal server error"
            pending -= {message["id"] for message in frame.get("messages", [])}
        if failed and quiet:
            failed = False
            for id_ in pending:
                one.frame(_again(id_))
    one.close()
    other.close()
    reader = Chatter(one.doors, one.secret).open()
    until("the whole chat", lambda: (reader.hears(), len({m["id"] for m in reader.lines} & set(ids)) == FRAMES)[1])
    numbers = sorted(reader.seen)
    assert numbers == list(range(1, len(numbers) + 1)), "no gap and none twice"
    written = [json.dumps(line["id"]) for line in reader.lines if line["id"] in ids]
    assert len(written) == len(set(written)) == FRAMES
    reader.close()


def _again(id_: str) -> dict[str, str]:
    return {"action": "message", "id": id_, "text": "halo lagi"}
