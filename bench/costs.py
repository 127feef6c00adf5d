"""`python -m bench costs`: what a month of contacts costs, by service, and what its busiest hour asks of the account.

How often each thing happens follows from assumed.toml; what one happening costs in requests and units is measured
(`bench.calls`, `bench.units`); how much of what is paid for merely by being there is read from the template; prices
are those of prices.toml.
"""

import math
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bench import logs
from bench.logs import Written
from bench.units import TABLE, Units
from local.cloudformation.template import TemplateLoader
from tests.integration.stage import ROOT

Assumed = Mapping[str, Mapping[str, float]]
Happenings = Counter[tuple[str, str]]

HERE = Path(__file__).parent
SECONDS_A_DAY = 86_400
SECONDS_AN_HOUR = 3_600
HOURS = 24
CHANNELS = ("voice", "chat", "email", "sms")
MEGABYTES = 1024
GIGABYTES = 1024**3
KILOBYTES = 1024 * 1024
CHUNK_KILOBYTES = 256
# Passes through the machine of a complaint that an agent speaks to and resolves, and whose customer answers; what a
# reminder adds, and what a warning and an escalation; those of a request (statemachines/complaint_followup.asl.yaml).
STATES, STATES_REMINDED, STATES_ESCALATED, STATES_REQUEST = 16, 5, 10, 6
# Of these, until it waits for its team.
STATES_BEGUN = 3
# Of one message: sent, received, deleted.
QUEUE_REQUESTS = 3
EMPTY_POLLS_A_MINUTE = 3
# A mail is sent and delivered, an SMS too: each event is a message.
EVENTS_A_MESSAGE = 2


@dataclass(frozen=True)
class Price:
    """US dollars for ``per`` of the unit; no dollars where the price was not found."""

    service: str
    per: float
    unit: str
    region: str
    source: str
    usd: float | None = None
    published: date | None = None

    def of(self, quantity: float) -> float | None:
        return None if self.usd is None else quantity / self.per * self.usd

    @property
    def is_of_the_region(self) -> bool:
        return self.region.startswith(("ap-southeast-1", "all"))


@dataclass(frozen=True)
class Measured:
    """What each happening takes: DynamoDB units, and what is written into logs."""

    units: Mapping[tuple[str, str], Units]
    written: Mapping[tuple[str, str], Written]


@dataclass(frozen=True)
class Built:
    """What of the template is paid for by its number or its size."""

    memory: Mapping[str, int]
    with_snapshot: tuple[str, ...]
    queues_read: int
    alarms: int
    dashboards: int
    keys: int
    secrets: int


@dataclass(frozen=True)
class Line:
    price: Price
    quantity: float

    @property
    def dollars(self) -> float | None:
        return self.price.of(self.quantity)


def prices() -> dict[str, Price]:
    with (HERE / "prices.toml").open("rb") as file:
        return {name: Price(**fields) for name, fields in tomllib.load(file).items()}


def assumed() -> dict[str, dict[str, float]]:
    return {group: {name: value for name, (value, _) in of.items()} for group, of in _assumptions().items()}


def _assumptions() -> dict[str, dict[str, tuple[float, str]]]:
    """By group and name: the number, and what it means."""
    with (HERE / "assumed.toml").open("rb") as file:
        return tomllib.load(file)


@cache
def built() -> Built:
    template = yaml.load((ROOT / "template.yaml").read_text(encoding="utf-8"), TemplateLoader)
    secrets = [each for each in template["Resources"].values() if each["Type"] == "AWS::SecretsManager::Secret"]
    functions, types = _functions(template), Counter(each["Type"] for each in template["Resources"].values())
    usual = template["Globals"]["Function"]["MemorySize"]
    events = [event["Type"] for each in functions.values() for event in each.get("Events", {}).values()]
    return Built(
        memory={name: each.get("MemorySize", usual) for name, each in functions.items()},
        with_snapshot=tuple(name for name, each in functions.items() if "SnapStart" in each),
        queues_read=events.count("SQS"),
        alarms=types["AWS::CloudWatch::Alarm"],
        dashboards=types["AWS::CloudWatch::Dashboard"],
        keys=types["AWS::KMS::Key"],
        secrets=sum("Condition" not in each for each in secrets),
    )


def _functions(template: Any) -> dict[str, Any]:
    """Properties by the function's folder."""
    found = template["Resources"].items()
    return {
        name.removesuffix("Function").lower(): each["Properties"]
        for name, each in found
        if each["Type"] == "AWS::Serverless::Function"
    }


# ---- how often -----------------------------------------------------------------------------------------------------


def contacts(given: Assumed) -> dict[str, float]:
    """Contacts a month, by channel."""
    a_month = given["contacts"]["a_day"] * given["contacts"]["days"]
    return {channel: a_month * given["contacts"][channel] for channel in CHANNELS}


def messages(given: Assumed, later: float = 1) -> dict[str, float]:
    """Messages a month that are due to customers, by how they are sent; who called is told by SMS.

    ``later``: the share of what follows once a complaint waits for its team that comes about in the same time.
    """
    began, case = contacts(given), given["case"]
    in_all = case["messages_complaint"] * (1 + case["reopened"]) + case["reminded"] + case["escalated"]
    a_complaint = 1 + (in_all - 1) * later
    each = given["contacts"]["complaint"] * a_complaint + given["contacts"]["request"] * case["messages_request"]
    notices = given["contacts"]["complaint"] * case["notices"] * later * sum(began.values())
    return {
        "email": began["email"] * each + notices,
        "chat": began["chat"] * each,
        "sms": (began["voice"] + began["sms"]) * each,
    }


def happenings(given: Assumed, later: float = 1) -> Happenings:
    """How often a month each happening of `bench.calls` comes about; ``later`` as for `messages`."""
    began, sent, case = contacts(given), messages(given, later), given["case"]
    complaint, request = given["contacts"]["complaint"], given["contacts"]["request"]
    complaints, requests = (share * sum(began.values()) for share in (complaint, request))
    cycles = complaints * (1 + case["reopened"])
    turns = complaints * (case["reminded"] + case["escalated"])
    calls, blocks = began["voice"], given["call"]["blocks"]
    seen = later * (complaints + requests)
    refreshes = seen * given["desk"]["minutes"] * given["desk"]["refreshes_a_minute"]
    changes = case["changes_request"] + later * (case["changes_complaint"] - case["changes_request"])
    counted: dict[tuple[str, str], float] = {
        ("voice", "a caller is greeted"): calls,
        ("voice", "a complaint by phone"): calls * complaint,
        ("voice", "a key of a menu"): calls * (blocks - 1 - complaint),
        ("calls", "what an event tells of a call"): calls * (given["call"]["events"] - 1),
        ("calls", "a call that ended is settled"): calls,
        ("chat", "a complaint in a chat"): began["chat"] * complaint,
        ("chat", "one more message"): began["chat"] * (given["chat"]["messages"] - complaint),
        ("email", "a mail becomes a complaint (and one put an attachment)"): began["email"],
        ("email", "an answer joins its case"): later * began["email"] * complaint * case["answered"],
        ("sms", "a complaint by SMS"): began["sms"],
        ("fanout", "a batch of changes"): complaints * changes + requests * case["changes_request"],
        ("fanout", "a contact is put on a card"): calls + began["sms"],
        ("followup", "a follow-up is started"): cycles + requests,
        ("followup", "a wait is kept"): (1 + 2 * later) * cycles + 2 * later * turns + requests,
        ("followup", "a wait is ended by a change"): 3 * later * cycles + later * requests,
        ("step", "it is looked at what is next"): later * (3 * cycles + 2 * turns) + (1 + later) * requests,
        ("step", "the acknowledgement is made due"): (1 + 2 * later) * cycles + 2 * later * turns,
        ("notify", "an acknowledgement by e-mail"): sent["email"],
        ("notify", "an acknowledgement by SMS"): sent["sms"],
        ("notify", "an acknowledgement into a chat"): sent["chat"],
        ("delivery", "a provider's event"): EVENTS_A_MESSAGE * (sent["email"] + sent["sms"]),
        ("desk", "a screen pop: the newest of a case"): refreshes,
        ("desk", "a page of a team's list"): refreshes,
        ("desk", "an agent's reply"): seen * given["desk"]["clicks"],
    }
    return Counter({which: round(times) for which, times in counted.items()})


def invocations(given: Assumed, later: float = 1) -> Counter[str]:
    """By function: what happens, and the chat's connections, which read and write next to nothing."""
    counted: Counter[str] = Counter()
    for (function, _), times in happenings(given, later).items():
        counted[function] += times
    chat = given["chat"]
    counted["chat"] += round(contacts(given)["chat"] * (2 + chat["minutes"] / chat["ping_minutes"]))
    return counted


def log_bytes(given: Assumed, written: Mapping[tuple[str, str], Written]) -> Counter[str]:
    """By function: bytes of log a month. Of a chat's connections only the opening says more than Lambda's own lines."""
    counted: Counter[str] = Counter()
    happened = happenings(given)
    for which, times in happened.items():
        counted[which[0]] += times * written[which].bytes
    opened = round(contacts(given)["chat"])
    others = invocations(given).total() - happened.total() - opened
    counted["chat"] += opened * written[logs.OPENED].bytes + others * logs.size(logs.PLATFORM)
    return counted


def log_bytes_of_a_contact(given: Assumed, written: Mapping[tuple[str, str], Written]) -> dict[str, dict[str, float]]:
    """By channel and function: as if all contacts came by that channel."""
    found = {}
    for channel in CHANNELS:
        alone = {**given, "contacts": {**given["contacts"], **dict.fromkeys(CHANNELS, 0.0), channel: 1.0}}
        total = sum(contacts(alone).values())
        found[channel] = {function: one / total for function, one in log_bytes(alone, written).items()}
    return found


# ---- how much ------------------------------------------------------------------------------------------------------


def quantities(given: Assumed, measured: Measured, stack: Built) -> dict[str, float]:
    """How much of each price's unit a month takes."""
    began, sent, happened, invoked = contacts(given), messages(given), happenings(given), invocations(given)
    run, mail, days = given["run"], given["mail"], given["contacts"]["days"]
    seconds, minutes = days * SECONDS_A_DAY, given["call"]["minutes"] * began["voice"]
    total = sum((_times(measured.units[which], times) for which, times in happened.items()), Units())
    snapshots = {name: invoked[name] * run["restores"] * stack.memory[name] / MEGABYTES for name in stack.with_snapshot}
    chatted = began["chat"] * (2 * given["chat"]["messages"] + given["chat"]["minutes"] / given["chat"]["ping_minutes"])
    notified, queued = _queued(given)
    logged = log_bytes(given, measured.written).total() / GIGABYTES
    return {
        "connect_voice": minutes,
        "connect_telephony": minutes,
        "sms_part": sent["sms"] * given["case"]["sms_parts"],
        "lambda_request": invoked.total(),
        "lambda_duration": sum(
            times * stack.memory[name] / MEGABYTES * run["milliseconds"] / 1000 for name, times in invoked.items()
        ),
        "snapshot_kept": sum(stack.memory[name] for name in stack.with_snapshot)
        / MEGABYTES
        * run["snapshot_versions"]
        * seconds,
        "snapshot_restored": sum(snapshots.values()),
        "write_unit": total.write,
        "read_unit": total.read,
        "table_storage": total.kilobytes * 12 / KILOBYTES,
        "http_request": invoked["desk"],
        "socket_message": chatted + sent["chat"],
        "socket_minute": began["chat"] * given["chat"]["minutes"],
        "transition": _transitions(given),
        "queue_request": queued * QUEUE_REQUESTS
        + stack.queues_read * run["pollers_a_queue"] * EMPTY_POLLS_A_MINUTE * seconds / 60,
        "topic_publish": notified,
        "mail": began["email"] + happened["email", "an answer joins its case"] + sent["email"],
        "mail_chunk": began["email"] * math.ceil(mail["kilobytes"] / CHUNK_KILOBYTES),
        "object_put": began["email"] * (1 + mail["attachments"]),
        "object_get": began["email"],
        "object_storage": began["email"] * mail["kilobytes"] * (1 + mail["attachments"]) * 12 / KILOBYTES,
        "log": logged,
        "log_storage": logged * 3,
        # What they are asked is a thousandth of a cent: a topic uses its data key for minutes, a process reads once.
        "encryption_key": stack.keys,
        "secret": stack.secrets,
        "alarm": stack.alarms,
        "metric": run["metrics"],
        "dashboard": stack.dashboards,
        "trace": sum(_traced(times, seconds, run) for times in invoked.values()),
        "transfer": run["gigabytes_out"],
    }


def _times(units: Units, times: int) -> Units:
    keys = Counter({key: times * written for key, written in units.keys.items()})
    return Units(units.write * times, units.read * times, units.kilobytes * times, keys)


def _queued(given: Assumed) -> tuple[float, float]:
    """(messages through a topic, messages through a queue)"""
    happened, began = happenings(given), contacts(given)
    events = happened["delivery", "a provider's event"] + began["email"] + began["sms"]
    inside = sum(times for (function, _), times in happened.items() if function in ("calls", "followup", "notify"))
    return events, events + inside


def _transitions(given: Assumed, later: float = 1) -> float:
    complaints, requests = (
        sum(contacts(given).values()) * given["contacts"][kind] for kind in ("complaint", "request")
    )
    case = given["case"]
    turns = case["reminded"] * STATES_REMINDED + case["escalated"] * STATES_ESCALATED
    in_all = STATES * (1 + case["reopened"]) + turns
    of_request = STATES_BEGUN + (STATES_REQUEST - STATES_BEGUN) * later
    return complaints * (STATES_BEGUN + (in_all - STATES_BEGUN) * later) + requests * of_request


def _traced(invoked: float, seconds: float, run: Mapping[str, float]) -> float:
    """Of what is evenly spread over the month, so an upper bound."""
    sure = min(invoked, run["traces_a_second"] * seconds)
    return sure + (invoked - sure) * run["traces_beyond"]


def month(given: Assumed, measured: Measured, stack: Built) -> list[Line]:
    amounts = quantities(given, measured, stack)
    return [Line(price, amounts[name]) for name, price in prices().items()]


# ---- the busiest hour ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Volume:
    """A day, and the share of the day of ``hour`` that comes within its busiest hour; ``later`` as for `messages`."""

    day: Assumed
    hour: Assumed
    share: float
    later: float = 1


def usual(given: Assumed) -> Volume:
    """The day that a month is made of."""
    return Volume(given, given, given["contacts"]["busiest_hour"])


def outage(given: Assumed) -> Volume:
    """The day of [outage]: within its hour nobody can do more for a complaint than take it down."""
    struck, share = given["outage"], given["contacts"]["complaint"]
    an_hour = struck["a_day"] / HOURS
    hour = _with(given, a_day=an_hour * struck["times"], complaint=struck["complaint"])
    whole = an_hour * (HOURS - 1 + struck["times"])
    complaints = an_hour * ((HOURS - 1) * share + struck["times"] * struck["complaint"])
    return Volume(_with(given, a_day=whole, complaint=complaints / whole), hour, share=1, later=0)


def _with(given: Assumed, *, a_day: float, complaint: float) -> Assumed:
    contacts = {**given["contacts"], "a_day": a_day, "complaint": complaint}
    return {**given, "contacts": {**contacts, "request": min(contacts["request"], 1 - complaint)}}


@dataclass(frozen=True)
class Need:
    """What a quota has to hold, and how it comes about."""

    quota: str
    figure: float
    why: str


def needs(volume: Volume, measured: Measured, stack: Built) -> list[Need]:
    """Of the busiest hour. A number at a time is its mean and three roots of it, which chance seldom exceeds."""
    given, later, case, run = volume.hour, volume.later, volume.hour["case"], volume.hour["run"]
    a_second = volume.share / given["contacts"]["days"] / SECONDS_AN_HOUR
    days = volume.day["contacts"]["days"]
    began, sent, happened = contacts(given), messages(given, later), happenings(given, later)
    sent_a_day = {channel: each / days for channel, each in messages(volume.day).items()}
    calls = began["voice"] * a_second
    of_day = volume.day["contacts"]
    followed = sum(contacts(volume.day).values()) / days * (of_day["complaint"] + of_day["request"])
    running = invocations(given, later).total() * a_second * run["milliseconds"] / 1000
    readers = stack.queues_read * run["pollers_a_queue"]
    written = sum((_times(measured.units[which], times) for which, times in happened.items()), Units()).keys
    return [
        Need(
            "Amazon Connect: concurrent calls of an instance",
            at_a_time(calls * given["call"]["minutes"] * 60),
            f"calls of {given['call']['minutes']:g} minutes, their agent's part included",
        ),
        Need(
            "Lambda: concurrent executions",
            at_a_time(running) + readers,
            f"invocations of {run['milliseconds']:g} ms, and {run['pollers_a_queue']:g} readers of"
            f" {stack.queues_read} queues",
        ),
        *(
            Need(f"DynamoDB: write units a second, {where}", _a_second(_of(written, where) * a_second), why)
            for where, why in (
                (TABLE, "warm from the start: 4,000; twice the last peak within 30 minutes; a table's quota: 40,000"),
                ("by-customer", "as much: an index that throttles refuses the table's writes"),
                ("by-list", "as much"),
            )
        ),
        Need("SES: mails a day", math.ceil(sent_a_day["email"]), "the sandbox allows 200"),
        Need("SES: mails a second", _a_second(sent["email"] * a_second), "what is not sent waits in its queue"),
        Need(
            "End User Messaging: parts a second",
            _a_second(sent["sms"] * a_second * case["sms_parts"]),
            f"{case['sms_parts']:g} parts an SMS; what is not sent waits in its queue",
        ),
        Need(
            "End User Messaging: parts a day",
            math.ceil(sent_a_day["sms"] * case["sms_parts"]),
            "their price, times the days, is what a month spends; a new account may spend 1 USD",
        ),
        Need("API Gateway: new WebSocket connections a second", _a_second(began["chat"] * a_second), "500 are allowed"),
        Need(
            "Step Functions: executions begun a second",
            _a_second(happened["followup", "a follow-up is started"] * a_second),
            "what is not begun waits in its queue",
        ),
        Need(
            "Step Functions: state transitions a second",
            _a_second(_transitions(given, later) * a_second),
            "three until a case waits for its team, thirteen and more of a complaint later",
        ),
        Need(
            "Step Functions: executions open at a time",
            at_a_time(followed * case["open_days"]),
            f"complaints and requests of {case['open_days']:g} days; 1,000,000 are allowed",
        ),
    ]


def _of(written: Mapping[tuple[str, str], int], where: str) -> int:
    """A local index writes to the table's own partitions."""
    names = (where, "by-number") if where == TABLE else (where,)
    return sum(times for (each, _), times in written.items() if each in names)


def _a_second(rate: float) -> int:
    return max(1, math.ceil(rate))


def at_a_time(mean: float) -> int:
    return math.ceil(mean + 3 * math.sqrt(mean))


# ---- the pages -------------------------------------------------------------------------------------------------------


def month_table(lines: list[Line]) -> list[str]:
    table = ["| service | unit | how many | price | a month, USD |", "| --- | --- | ---: | ---: | ---: |"]
    for line in lines:
        paid = f"{_amount(line)} | {_price(line.price)} | {_dollars(line)}"
        table.append(f"| {line.price.service} | {line.price.unit} | {paid} |")
    known = sum(line.dollars or 0 for line in lines)
    return [*table, f"| **all whose price was found** | | | | **{known:,.0f}** |"]


def service_table(lines: list[Line]) -> list[str]:
    """By service, dearest first; what has no price leads, because it is likely the dearest."""
    services: dict[str, float] = {}
    for line in lines:
        if line.dollars is not None:
            services[line.price.service] = services.get(line.price.service, 0) + line.dollars
    table = ["| service | a month, USD |", "| --- | ---: |"]
    table += [f"| {line.price.service} | {_dollars(line)} |" for line in lines if line.dollars is None]
    table += [f"| {name} | {dollars:,.2f} |" for name, dollars in sorted(services.items(), key=lambda each: -each[1])]
    return [*table, f"| **all whose price was found** | **{sum(services.values()):,.0f}** |"]


def log_part(given: Assumed, written: Mapping[tuple[str, str], Written]) -> list[str]:
    """What is written into logs: of a contact, and of each happening."""
    said = "Bytes of log a contact by function, all that follows it included, and what taking in a month of them costs:"
    return ["### Logs", "", said, "", *log_table(given, written), "", "Bytes an invocation:", "", *logs.table(written)]


def log_table(given: Assumed, written: Mapping[tuple[str, str], Written]) -> list[str]:
    """Bytes of log a contact by function and channel, and what a month of all contacts pays for them."""
    each, all_ = log_bytes_of_a_contact(given, written), log_bytes(given, written)
    paid = prices()["log"]
    table = ["| function | " + " | ".join(CHANNELS) + " | a month, USD |", "| --- |" + " ---: |" * (len(CHANNELS) + 1)]
    for function, total in all_.most_common():
        row = " | ".join(f"{each[channel][function]:,.0f}" for channel in CHANNELS)
        table.append(f"| {function} | {row} | {paid.of(total / GIGABYTES):,.2f} |")
    sums = " | ".join(f"**{sum(each[channel].values()):,.0f}**" for channel in CHANNELS)
    return [*table, f"| **bytes a contact** | {sums} | **{paid.of(all_.total() / GIGABYTES):,.2f}** |"]


def _amount(line: Line) -> str:
    digits = 0 if line.quantity >= 10 or line.quantity == int(line.quantity) else 2
    return f"{line.quantity:,.{digits}f}"


def _price(price: Price) -> str:
    if price.usd is None:
        return "not found"
    per = "" if price.per == 1 else f" for {price.per:,.0f}"
    return f"{price.usd:.10f}".rstrip("0").rstrip(".") + per + ("" if price.is_of_the_region else " ¹")


def _dollars(line: Line) -> str:
    if line.dollars is None:
        return f"{line.quantity / 100:,.0f} for each cent"
    return f"{line.dollars:,.2f}"


def needs_table(given: Assumed, measured: Measured, stack: Built) -> list[str]:
    volumes = (usual(given), outage(given))
    struck = given["outage"]
    titles = [
        f"{given['contacts']['a_day']:,.0f} contacts a day",
        f"{struck['a_day']:,.0f}, and an hour of {struck['times']:g} times as many",
    ]
    lines = [f"| quota | {' | '.join(titles)} | |", "| --- | ---: | ---: | --- |"]
    for needed in zip(*(needs(each, measured, stack) for each in volumes), strict=True):
        figures = " | ".join(f"{need.figure:,.0f}" for need in needed)
        lines.append(f"| {needed[0].quota} | {figures} | {needed[0].why} |")
    return lines


def assumed_table() -> list[str]:
    numbers = [f"| {value:,} | {means} |" for group in _assumptions().values() for value, means in group.values()]
    return ["| | |", "| ---: | --- |", *numbers]


def price_table() -> list[str]:
    table = ["| price | whose | published | source |", "| --- | --- | --- | --- |"]
    for price in prices().values():
        when = price.published.isoformat() if price.published else "not said"
        of_ = f"{price.service}: {price.unit}"
        table.append(f"| {of_} | {price.region} | {when if price.usd else 'not found'} | <{price.source}> |")
    return table


def pages(measured: Measured) -> dict[Path, list[str]]:
    """The measured part of each page, as lines."""
    given, stack = assumed(), built()
    lines = month(given, measured, stack)
    quotas = needs_table(given, measured, stack)
    costs = ["### By service", "", *service_table(lines), "", "### By what is paid for", "", *month_table(lines), ""]
    costs += ["¹ The price of another region, or of none that is named: that of Singapore was not found.", ""]
    costs += [*log_part(given, measured.written), ""]
    costs += ["### Assumed", "", *assumed_table(), "", "### Prices", "", *price_table()]
    return {ROOT / "docs/costs.md": costs, ROOT / "docs/deploy.md": quotas}
