"""A line is proven by a code: its number is asked for, the code is sent and tried, and what it was for goes on."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from care import phone
from care.conversation import script
from care.conversation.dialogue import Dialogue
from care.conversation.never_twice import was_said
from care.conversation.talk import Add, ReadLine, Talk, Turn
from care.line import packages, proof
from care.line.asking import CodeTried, SendCode, TryCode
from care.line.proof import Checked
from care.reading import slots

_CHANGES = ("order", "renew", "stop")
_HARDLY_MORE = 4
"""Words beside a number in a text that gives one."""


def other_number(talk: Talk) -> Turn:
    """Another line is to be proven; the one proven so far stays until then."""
    return _ask_number(talk, talk.dialogue.after or "line", talk.dialogue.package)


def need_line(talk: Talk, after: str, package: str = "") -> Turn:
    """Do ``after`` with the proven line: show it (``line``; ``quota`` … first), ``order``, ``renew``, ``stop``.

    What only reads does without proof where all that is said goes to the line anyway.
    """
    number = talk.facts.proven or (talk.facts.reads if after not in _CHANGES else "")
    if number and talk.facts.has_system and not _other(talk, number):
        stays = talk.dialogue.place == "guide" and after.endswith("_only")
        kept = talk.dialogue.evolve(after=after) if stays else talk.dialogue.at("start", after=after, package=package)
        return talk.turn(kept, wish=ReadLine(number))
    if talk.dialogue.place == "code" and not phone.find(talk.text):
        # The code is on its way: what it is for is all that changes.
        return talk.go("code", after=after, package=package)
    return _ask_number(talk, after, package, talk.facts.reads)


def see(talk: Talk, asked: Iterable[str]) -> Turn:
    """Have read of the line that may be what is asked of it, and no more told."""
    return need_line(talk, f"{'+'.join(dict.fromkeys(asked))}_only")


def _other(talk: Talk, number: str) -> bool:
    """Whether another number is named."""
    found = phone.find(talk.text)
    return bool(found) and number not in found


def _ask_number(talk: Talk, after: str, package: str, number: str = "") -> Turn:
    """The number is asked for, unless one is named or known."""
    if not talk.facts.has_system:
        return no_system(talk)
    numbers = phone.find(talk.text) or ([number] if number else [])
    if numbers:
        return _send(talk, numbers[0], after, package)
    return talk.go("number", after=after, package=package)


def no_system(talk: Talk) -> Turn:
    """What needs the operator's system is not possible now; all else is."""
    return talk.turn(talk.dialogue.at("offer"), talk.voice.say("no_system", "agent", "menu"))


def read_number(talk: Talk) -> Turn | None:
    """The number to prove; who asks whether it goes here, without the app, hears that it does."""
    number = next(iter(phone.find(talk.text)), None) or phone.to_e164(talk.text)
    if number:
        return _send(talk, number, talk.dialogue.after, talk.dialogue.package)
    here = talk.dialogue.place == "number" and script.says("asks_here", talk.text)
    return talk.stay(talk.voice.say("number_here", *script.places()["number"].buttons)) if here else None


def gives_number(talk: Talk) -> bool:
    """Whether a number is given and hardly anything else."""
    words = [one for one in script.tokens(talk.text) if not one[0].isdecimal()]
    return len(words) <= _HARDLY_MORE and talk.facts.has_system and bool(phone.find(talk.text))


_AFTER = {
    "stop-package": "stop",
    "pay-bill": "bill",
    "bill-details": "bill",
    "late-payment": "bill",
    "active-period": "active",
    "extend-active-period": "active",
    "expired-number": "active",
    "check-balance": "line",
    "roaming-setup": "packages",
    "roaming-costs": "packages",
    "umrah-roaming": "packages",
}
"""What a number given after an article is for."""


_SHOWN = ("bill", "active", "line")


def _of_told(talk: Talk) -> str:
    """What a line is seen for after what was told; "" where that is about no line."""
    return next((_AFTER[id] for id in talk.dialogue.told if id in _AFTER), "")


def given_number(talk: Talk) -> Turn | None:
    """A number that nobody asked for: a fact of the open case, else its line is seen or what it looked at goes on."""
    if talk.dialogue.place == "package":
        return need_line(talk, "order", talk.dialogue.package)
    if talk.dialogue.place == "packages":
        return need_line(talk, "packages")
    after = _of_told(talk)
    case = talk.open_case
    if case and case.order is None and not after:
        return talk.turn(talk.dialogue.at("start"), wish=Add(case.reference, talk.heard))
    if after == "packages":
        asked = slots.read(talk.dialogue.text).over(talk.dialogue.slots)
        talk = replace(talk, dialogue=talk.dialogue.evolve(slots=asked))
    return need_line(talk, after or "line")


def own_of_told(talk: Talk) -> Turn | None:
    """What is told of lines is asked of the own one: "punya saya sampai kapan?"."""
    after = _of_told(talk)
    return need_line(talk, after) if after in _SHOWN and script.says("own", talk.text) else None


def no_number(talk: Talk) -> Turn:
    """The number is not told: nobody is pressed."""
    return talk.turn(talk.dialogue.at("start"), talk.voice.say("number_refused", "packages", "agent"))


def number_for_code(dialogue: Dialogue, text: str) -> str:
    """The number that a code may be sent to when this is said; "" when none will be."""
    numbers = phone.find(text)
    if numbers:
        return numbers[0]
    if dialogue.place == "number":
        return phone.to_e164(text) or ""
    return dialogue.number if dialogue.place == "code" else ""


def resend(talk: Talk) -> Turn:
    """A new code to the same number."""
    if not talk.dialogue.number:
        return talk.go("number", after=talk.dialogue.after, package=talk.dialogue.package)
    return _send(talk, talk.dialogue.number, talk.dialogue.after, talk.dialogue.package)


def _counted(talk: Talk) -> Dialogue | None:
    """With one code more of today; ``None``: no more are sent."""
    today = talk.facts.today.isoformat()
    codes = talk.dialogue.codes + 1 if talk.dialogue.codes_day == today else 1
    return None if codes > talk.facts.codes_a_day else talk.dialogue.evolve(codes=codes, codes_day=today)


def _send(talk: Talk, number: str, after: str, package: str) -> Turn:
    counted = _counted(talk)
    if counted is None:
        return too_many_codes(talk)
    return talk.turn(counted.at("code", after=after or "line", package=package, number=number), wish=SendCode(number))


def check_line(talk: Talk, number: str) -> Turn | None:
    """Have a code sent by which a line can be looked at, while the talk stays where it is; ``None``: not now."""
    counted = _counted(talk)
    if not talk.facts.has_system or talk.facts.readable or counted is None:
        return None
    place = "start" if counted.place == "checklist" else counted.place
    return talk.turn(counted.evolve(place=place, number=number), wish=SendCode(number))


def too_many_codes(talk: Talk) -> Turn:
    """No more codes today."""
    return talk.turn(talk.dialogue.at("offer"), talk.voice.say("too_many_codes", "agent", "menu"))


def read_code(talk: Talk) -> Turn | None:
    """The code, or another number to send it to."""
    code = proof.code_in(talk.text)
    if code and not phone.find(talk.text):
        return talk.turn(talk.dialogue, wish=TryCode(code))
    if talk.dialogue.place == "code" and script.says("code_trouble", talk.text):
        return talk.stay(talk.voice.say("code_help", *script.places()["code"].buttons))
    return read_number(talk)


def code_sent(talk: Talk) -> Turn:
    """The same words for any number: nothing tells whether it is one of the operator's."""
    its, dialogue = script.places()["code"], talk.dialogue
    number = phone.written(dialogue.number)
    if dialogue.place != "code":
        return talk.turn(dialogue, talk.voice.say("code_to_check", number=number))
    if dialogue.number != talk.facts.reads or dialogue.after not in _CHANGES:
        sent = talk.voice.say("code_sent", *its.buttons, number=number)
        return talk.turn(dialogue, talk.voice.say("code_resent", *its.buttons) if was_said(talk, sent) else sent)
    one = packages.packages().get(dialogue.package)
    values = {"package": one.name, "price": talk.voice.rupiah(one.price)} if one else {"package": "", "price": ""}
    purpose = talk.voice.text(f"code_to_{dialogue.after}", **values)
    return talk.turn(dialogue, talk.voice.say("code_sent_for", *its.buttons, number=number, purpose=purpose))


def code_tried(talk: Talk, outcome: CodeTried) -> Turn:
    """What the code came to; once it proves the line, what it was proven for goes on."""
    if outcome.checked is Checked.PROVEN:
        dialogue = talk.dialogue.at("start", after=talk.dialogue.after or "line", package=talk.dialogue.package)
        return talk.turn(dialogue, talk.voice.say("proven"), wish=ReadLine(talk.facts.proven))
    key = {Checked.WRONG: "code_wrong", Checked.EXPIRED: "code_expired"}.get(outcome.checked, "code_tries")
    said = talk.voice.say(key, "resend", "change_number", "agent", left=str(outcome.left))
    return talk.turn(talk.dialogue, said)


def proof_over(talk: Talk) -> Turn:
    """What was proven is no more: it is proven anew, for what it was wanted."""
    return talk.go("number", after=talk.dialogue.after, package=talk.dialogue.package)


DEEDS: dict[str, Callable[[Talk], Turn]] = {
    "other_number": other_number,
    "resend_code": resend,
    "no_number": no_number,
}
