"""The story, step by step; each step has a time by which it must have happened."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from demo.doors import Agent, Caller, Closed, read_config, staff
from demo.talk import talk
from local.phone.__main__ import lines

T = TypeVar("T")
SECONDS_FOR_A_STEP = 30
LOOK_EVERY_SECONDS = 0.25
LINE_LENGTH = 150
# Who resolved it first leaves it to others once its customer is not satisfied.
AGENTS = ("sari", "budi")
RESOLUTIONS = (
    "Menara di wilayah Anda sudah diperbaiki, sinyal kembali normal.",
    "Antena di menara Anda kami arahkan ulang dan kami uji di jalan Anda.",
)
NOT_YET = "belum beres"
ANSWER = "5 puas"
KEYS = (
    ("1", "Bahasa Indonesia"),
    ("4", "keluhan"),
    ("1", "jaringan dan sinyal"),
    ("2", "sinyal lemah"),
    ("17111#", "kode pos Bekasi"),
)
TO_AN_AGENT = (("1", "Bahasa Indonesia"), ("0", "petugas"))
CALL_BACK, AGREES = "2", "1"


class Missing(Exception):
    """A step did not happen in time; says what was missing."""


@dataclass
class Teller:
    """Prints what happens, with the time since the start; `pause` seconds let a reader follow."""

    pause: float
    _start: float = field(default_factory=time.monotonic)

    def tell(self, who: str, what: str) -> None:
        print(f"{self.elapsed:5.1f} s  {who:<9} {what}", flush=True)

    def tell_at_leisure(self, who: str, what: str) -> None:
        """Whole paragraphs, each with time to read it."""
        first, *rest = [line for line in what.splitlines() if line]
        self.tell(who, "\n                   ".join([first, *rest]))
        time.sleep(self.pause / 2)

    def wait(self) -> None:
        time.sleep(self.pause)

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self._start


def until(look: Callable[[], T | None], missing: str) -> T:
    """Look again and again until there is something; raises `Missing`."""
    deadline = time.monotonic() + SECONDS_FOR_A_STEP
    while True:
        found = look()
        if found is not None:
            return found
        if time.monotonic() > deadline:
            raise Missing(f"{missing}, within {SECONDS_FOR_A_STEP} s")
        time.sleep(LOOK_EVERY_SECONDS)


def play(doors: dict[str, str], pause: float) -> str:
    """A talk in the chat; a call-back instead of a wait; from a call over "belum beres" to "puas". Gives the reference
    of that call.

    Raises `Missing` or `Closed`.
    """
    teller = Teller(pause)
    talk(doors["chat_socket"], teller.tell_at_leisure)
    print()
    config = read_config(doors)
    call_back(teller, doors, config["ShortNumber"])
    print()
    caller = somebody(doors)
    print(f"Watch it go through the picture: {doors['console']}\n")

    reference = call(teller, caller, config["ShortNumber"])
    acknowledgement = until(lambda: sms_after(caller, 0), "the acknowledgement did not come by SMS")
    if reference not in digits(acknowledgement):
        raise Missing(f"the acknowledgement does not carry the reference: {acknowledgement}")
    teller.tell("SMS", one_line(acknowledgement))
    teller.wait()

    first, other = (Agent.sign_in(config, name) for name in AGENTS)
    case = until(lambda: at_desk(first, reference, "acknowledged"), "the case did not reach the desk")
    teller.tell("agent", f"{AGENTS[0]} finds it at the desk ({standing(case)}), and takes it")
    first.take(reference)
    teller.wait()
    resolve(teller, first, 0, reference, caller)

    so_far = len(caller.received())
    caller.write(NOT_YET)
    teller.tell("caller", f"answers by SMS: {NOT_YET}")
    case = until(lambda: at_desk(first, reference, "reopened"), "the case was not reopened")
    teller.tell("case", f"{reference} is open again ({standing(case)}); {case['answerable']} has to answer for it")
    told = until(lambda: sms_after(caller, so_far), "the word that it is open again did not come by SMS")
    teller.tell("SMS", one_line(told))
    teller.wait()

    teller.tell("agent", f"{AGENTS[1]} takes it: {AGENTS[0]} leaves it to others now")
    other.take(reference)
    resolve(teller, other, 1, reference, caller)

    so_far = len(caller.received())
    caller.write(ANSWER)
    teller.tell("caller", f"answers by SMS: {ANSWER}")
    until(lambda: closed_satisfied(other, reference), "the case was not closed as satisfied")
    teller.tell("case", f"{reference} is closed: satisfied")
    thanks = until(lambda: sms_after(caller, so_far), "the closing word did not come by SMS")
    teller.tell("SMS", one_line(thanks))
    print(f"\nDone in {teller.elapsed:.0f} s. Its way, in milliseconds: {doors['console']}#case={reference}")
    return reference


def somebody(doors: dict[str, str]) -> Caller:
    return Caller(doors["phone"], doors["sms"], f"+6281{secrets.randbelow(9 * 10**8) + 10**8}")


def call_back(teller: Teller, doors: dict[str, str], number: str) -> None:
    """One agent, two callers: the second keeps his place and is called back."""
    before = staff(doors["phone"], agents=1, talk_seconds=0)
    try:
        first, second = somebody(doors), somebody(doors)
        for caller in (first, second):
            teller.tell("caller", f"{caller.number} phones {number}")
            heard = caller.dial()
            for key, meaning in TO_AN_AGENT:
                teller.tell("caller", f"presses {key}, {meaning}")
                heard = caller.press(key)
            teller.tell_at_leisure(number, "\n".join(lines(heard)))
            if caller is first:
                teller.tell("caller", f"presses {AGREES}, may be recorded")
                first.press(AGREES)
                until(lambda: first.is_talking() or None, "no agent took the first call")
                teller.tell("agent", "takes the call")
        teller.tell("caller", f"presses {CALL_BACK}, to be called back")
        teller.tell_at_leisure(number, "\n".join(lines(second.press(CALL_BACK))))
        first.hang_up()
        teller.tell("caller", f"{first.number} has finished, and hangs up")
        until(lambda: second.answer() or None, "the call-back did not ring")
        teller.tell("agent", f"calls {second.number} back, who answers")
        teller.wait()
        second.hang_up()
    finally:
        staff(doors["phone"], **before)


def resolve(teller: Teller, agent: Agent, nth: int, reference: str, caller: Caller) -> None:
    """An agent resolves the case, for the first or second time, and its customer is asked if it is."""
    so_far = len(caller.received())
    agent.resolve(reference, RESOLUTIONS[nth])
    teller.tell("agent", f"{AGENTS[nth]} resolves it: {RESOLUTIONS[nth]}")
    question = until(lambda: sms_after(caller, so_far), "the question whether it is solved did not come by SMS")
    teller.tell("SMS", one_line(question))
    teller.wait()


def call(teller: Teller, caller: Caller, number: str) -> str:
    teller.tell("caller", f"{caller.number} phones {number}")
    heard = caller.dial()
    for key, meaning in KEYS:
        teller.tell(number, one_line(heard[-1]))
        teller.wait()
        teller.tell("caller", f"presses {key}, {meaning}")
        heard = caller.press(key)
    reference = caller.reference
    if reference is None:
        raise Missing(f"the call did not tell a reference; the last heard was: {' '.join(heard)}")
    teller.tell(number, f"tells the reference, digit by digit: {reference}")
    caller.hang_up()
    return reference


def sms_after(caller: Caller, count: int) -> str | None:
    received = caller.received()
    return received[count] if len(received) > count else None


def at_desk(agent: Agent, reference: str, status: str) -> dict[str, Any] | None:
    """The case as the desk shows it, once it stands there."""
    case: dict[str, Any] = agent.case(reference)["case"]
    return case if case["status"] == status else None


def standing(case: dict[str, Any]) -> str:
    return f"{case['category']} complaint, {case['status']}, priority {case['priority']}"


def closed_satisfied(agent: Agent, reference: str) -> bool | None:
    case = agent.case(reference)["case"]
    return True if case["status"] == "closed" and case["satisfaction"] else None


def digits(text: str) -> str:
    return "".join(character for character in text if character.isdigit())


def one_line(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= LINE_LENGTH else f"{flat[: LINE_LENGTH - 1]}…"


__all__ = ["Closed", "Missing", "play"]
