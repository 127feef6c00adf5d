"""AWS calls of each function for one happening, counted where boto3 sends them, on the table of the template (moto)."""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from moto import mock_aws

from care import clients
from care.calling import State
from care.channels import VOICE
from care.contacts.contact import Contact
from tests.integration import stage as stages
from tests.integration.stage import Stage, batch, call_block, call_step, frame, letter, request, sample, sms

Happening = Callable[[Stage], None]
S = TypeVar("S", bound=Stage)


@dataclass(frozen=True)
class Row:
    """What one happening costs; ``budget`` is 0 where none is promised."""

    function: str
    happening: str
    counted: Counter[str]
    budget: int

    @property
    def kept(self) -> bool:
        return not self.budget or self.counted.total() <= self.budget


def _stored(stage: Stage) -> str:
    reference: str = stage.items("CASE#", "CASE")[0]["reference"]["S"]
    return reference


def _acknowledged(stage: Stage) -> dict[str, Any]:
    one = _stored(stage)
    stage.step("acknowledge", one)
    return {"action": "notify", "owner": {"case": one}, "key": "acknowledgement-1"}


def _mail(stage: Stage) -> None:
    stage.invoke("email", stage.put_mail("ses-1", letter("Internet lemot", "Sejak kemarin", Message_ID="<1@x>")))


def _answer(stage: Stage) -> None:
    _mail(stage)
    reply = letter(f"Re: Internet lemot [#{_stored(stage)}]", "di Bandung", References="<1@x>")
    stage.invoke("email", stage.put_mail("ses-2", reply))


def _answer_without(*ids: str) -> Happening:
    """An answer without the reference in its subject, to mails of these ids."""

    def happening(stage: Stage) -> None:
        _acknowledge(_mail)(stage)
        reply = letter("Internet lemot", "di Bandung", References=" ".join(ids))
        stage.invoke("email", stage.put_mail("ses-2", reply))

    return happening


def _call(operation: str) -> Happening:
    def happening(stage: Stage) -> None:
        one = stage.invoke("voice", call_step("complain", call="earlier"))["reference"]
        stage.invoke("voice", call_step(operation, reference=one))

    return happening


def _key(stage: Stage) -> None:
    stage.invoke("voice", call_block("turn", state=State(place="menu").write(), keys="4"))


def _chat(*texts: str) -> Happening:
    def happening(stage: Stage) -> None:
        for number, text in enumerate(texts):
            stage.invoke("chat", frame(text, f"message-{number}"))

    return happening


def _sms(*texts: str) -> Happening:
    def happening(stage: Stage) -> None:
        for number, text in enumerate(texts):
            stage.invoke("sms", sms(text, f"sms-{number}"))

    return happening


def _acknowledge(door: Happening) -> Happening:
    def happening(stage: Stage) -> None:
        door(stage)
        stage.invoke("notify", batch(_acknowledged(stage)))

    return happening


def _step(stage: Stage) -> None:
    _mail(stage)
    _acknowledged(stage)


def _fan_out(stage: Stage) -> None:
    stage.invoke("fanout", sample("dynamodb_stream"))


def _told_of_call(kind: str) -> Happening:
    """An event of a call that was queued, of which Connect's record is asked for when it ended."""

    def happening(stage: Stage) -> None:
        told = json.loads(sample("sqs_calls")["Records"][0]["body"])
        detail = told["detail"] | {"eventType": kind}
        if kind != "DISCONNECTED":
            detail = {name: value for name, value in detail.items() if name not in ("disconnectTimestamp", "agentInfo")}
        began = datetime.fromisoformat(detail["initiationTimestamp"])
        contact = Contact(contact_id=detail["contactId"], channel=VOICE, customer_id="customer", started_at=began)
        clients.centre().store.commit(contact=contact)
        stage.invoke("calls", batch(told | {"detail": detail}))

    return happening


def _carded(stage: Stage) -> None:
    _told_of_call("QUEUED")(stage)
    stage.invoke("fanout", {"Records": stage.changes()})


def _follow_up(stage: Stage) -> None:
    _mail(stage)
    stage.invoke("followup", batch({"action": "start", "reference": _stored(stage), "cycle": 1, "part": 1}))


def _wait(stage: Stage) -> None:
    _mail(stage)
    wait = {"action": "wait", "reference": _stored(stage), "cycle": 1, "part": 1, "length": 1}
    stage.invoke("followup", batch({**wait, "entered_at": "2026", "task_token": "token"}))


def _resume(stage: Stage) -> None:
    _wait(stage)
    # No execution waits for it here, which SendTaskSuccess says.
    resume = {"action": "resume", "reference": _stored(stage), "cycle": 1, "part": 1, "length": 2}
    stage.invoke("followup", batch(resume))


def _look(stage: Stage) -> None:
    _step(stage)
    stage.step("look", _stored(stage))


def _delivered(stage: Stage) -> None:
    _acknowledge(_sms("pulsa kesedot"))(stage)
    told = sample("sqs_delivery_sms")["Records"][1]["body"].replace(sample("step")["reference"], _stored(stage))
    stage.invoke("delivery", batch(told))


def _show(stage: Stage) -> None:
    _mail(stage)
    stage.invoke("desk", request("GET", f"/cases/{_stored(stage)}"))


def _list(stage: Stage) -> None:
    _mail(stage)
    stage.invoke("desk", request("GET", "/cases", team="network"))


def _reply(stage: Stage) -> None:
    _mail(stage)
    stage.invoke(
        "desk", request("POST", f"/cases/{_stored(stage)}/reply", {"id": "click-0001", "text": "Kami periksa."})
    )


# The id that SES puts on the acknowledgement.
_OURS = "<provider-1@ap-southeast-1.amazonses.com>"
HAPPENINGS: list[tuple[str, str, Happening, int]] = [
    ("email", "a mail becomes a complaint (and one put an attachment)", _mail, 3),
    ("email", "an answer joins its case", _answer, 3),
    ("email", "an answer whose subject lost the reference", _answer_without("<1@x>", _OURS), 3),
    ("email", "an answer that names our mail alone", _answer_without(_OURS), 0),
    ("voice", "a caller is greeted", _call("greet"), 3),
    ("voice", "a key of a menu", _key, 3),
    ("voice", "a complaint by phone", _call("complain"), 3),
    ("voice", "status by reference", _call("status"), 3),
    ("calls", "what an event tells of a call", _told_of_call("QUEUED"), 0),
    ("calls", "a call that ended is settled", _told_of_call("DISCONNECTED"), 0),
    ("chat", "a complaint in a chat", _chat("internet saya lemot dari kemarin"), 3),
    ("chat", "one more message", _chat("internet saya lemot dari kemarin", "di Bandung"), 3),
    ("chat", "status of the chat's case", _chat("internet saya lemot dari kemarin", "cek status"), 3),
    ("sms", "a complaint by SMS", _sms("pulsa kesedot"), 3),
    ("sms", "an SMS joins its case", _sms("pulsa kesedot", "20 ribu"), 3),
    ("fanout", "a batch of changes", _fan_out, 0),
    ("fanout", "a contact is put on a card", _carded, 0),
    ("followup", "a follow-up is started", _follow_up, 0),
    ("followup", "a wait is kept", _wait, 0),
    ("followup", "a wait is ended by a change", _resume, 0),
    ("step", "it is looked at what is next", _look, 0),
    ("step", "the acknowledgement is made due", _step, 0),
    ("notify", "an acknowledgement by e-mail", _acknowledge(_mail), 3),
    ("notify", "an acknowledgement by SMS", _acknowledge(_call("complain")), 4),
    ("notify", "an acknowledgement into a chat", _acknowledge(_chat("internet saya lemot dari kemarin")), 0),
    ("delivery", "a provider's event", _delivered, 0),
    ("desk", "a screen pop: the newest of a case", _show, 1),
    ("desk", "a page of a team's list", _list, 0),
    ("desk", "an agent's reply", _reply, 0),
]


def measure() -> list[Row]:
    """The calls of every happening."""
    return [
        Row(function, happening, Counter(stage.counted), budget)
        for function, happening, budget, stage in carried_out(Stage)
    ]


def carried_out(
    kind: type[S], happenings: Sequence[tuple[str, str, Happening, int]] = HAPPENINGS
) -> Iterator[tuple[str, str, int, S]]:
    """Every happening on a table of its own: function, happening, budget, and the stage after its last invocation."""
    with mock_aws():
        functions = stages.modules()
    for function, happening, carry_out, budget in happenings:
        stage = kind(functions)
        with mock_aws(), stages.watched(stage):
            stage.make()
            carry_out(stage)
        yield function, happening, budget, stage
