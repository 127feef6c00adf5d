"""What a parameter of a block may hold: small checks that are put together into the rules of a block's type.

A check takes the parameter's name and value and yields sentences about what is wrong. It takes any JSON whatever.
Text that holds a placeholder of a deployment, `${QueueArn}` or `{{queue}}`, passes: what will stand there is not known.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

Check = Callable[[str, Any], Iterator[str]]


def words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MAX_SHOWN = 60
MAX_SHOWN_NUMBER = 10**15

PLACEHOLDER = re.compile(r"\$\{[^{}]+\}|\{\{[^{}]+\}\}")
_STEP = r"\.?\[(?:'[^']+'|\"[^\"]+\"|\d+|\*)\]|\.[\w:-]+"
WHOLE_PATH = re.compile(rf"\$(?:{_STEP})+")
SOME_PATH = re.compile(rf"\$(?:{_STEP})")
STEPS = re.compile(r"\.?\[(?:'([^']+)'|\"([^\"]+)\"|(\d+|\*))\]|\.([\w:-]+)")

# "List of available contact attributes and their JSONPath references", and what published flows refer to.
LEAVES = words(
    """AwsRegion CallbackNumber Channel ContactId CustomerCallbackNumber CustomerId Description InitialContactId
    InitiationMethod InstanceARN InstanceId LanguageCode Name PreviousContactId RelatedContactId StoredCustomerInput
    TextToSpeechVoiceId"""
)
BRANCHES = words(
    """AdditionalEmailRecipients Agent Attributes Campaign Capabilities Case CaseFields ContactMetrics Customer
    CustomerEndpoint DataTables Email EmailMessage Error External FlowAttributes LambdaInvocation Lex Loop Media
    MediaStreams Metrics Modules OutboundCampaign QConnect Queue References Result SegmentAttributes SystemEndpoint
    Tags Task Views VoiceId Wisdom"""
)
ROOTS = LEAVES | BRANCHES

# What an ARN or id names, as its part of the path says.
RESOURCES = words("queue contact-flow flow-module prompt operating-hours agent phone-number task-template")
_ID = re.compile(r"[0-9a-fA-FxX]{8}(?:-[0-9a-fA-FxX]{4}){3}-[0-9a-fA-FxX]{12}(?::[$\w.-]+)?")
_FILL_IN = re.compile(
    r"<[^<>]+>|%+[^%]+%+|__\w+__|\{[^{}]+\}|\$\w+|(?:REPLACE|INSERT|YOUR|TODO|PLACEHOLDER)[\w .-]*",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"-?[0-9]{1,12}")


def shown(value: Any) -> str:
    """A value for a sentence: short, printable, whatever it is."""
    if isinstance(value, str):
        return repr(value[:MAX_SHOWN]) + "…" if len(value) > MAX_SHOWN else repr(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, float) or (isinstance(value, int) and abs(value) < MAX_SHOWN_NUMBER):
        return str(value)
    if isinstance(value, int):
        return "a huge number"
    return "a list" if isinstance(value, list) else "an object"


def named(name: str) -> str:
    """A name from the flow for a sentence: as it is, when it can be printed."""
    return name if name.isprintable() and len(name) <= MAX_SHOWN else shown(name)


def is_true(value: Any) -> bool:
    return isinstance(value, str) and value.lower() == "true"


def has_placeholder(text: str) -> bool:
    return PLACEHOLDER.search(text) is not None


def steps(path: str) -> tuple[str, ...]:
    """ "$.Attributes.language" and "$['Attributes']['language']" → ("Attributes", "language")."""
    return tuple("".join(parts) for parts in STEPS.findall(path))


def is_path(text: str) -> bool:
    """Whether a text is one JSONPath and nothing else, from a root that Connect has to a value below it."""
    if not WHOLE_PATH.fullmatch(text):
        return False
    root, *below = steps(text)
    return root in LEAVES or (root in BRANCHES and bool(below))


def paths_in(value: Any) -> Iterator[tuple[str, ...]]:
    """The JSONPaths in all texts of a value, as steps."""
    for text in leaves(value):
        if isinstance(text, str):
            yield from (steps(match[0]) for match in WHOLE_PATH.finditer(text))


def leaves(value: Any) -> Iterator[Any]:
    """Everything in a value that is no list and no object."""
    ahead = [value]
    while ahead:
        item = ahead.pop()
        if isinstance(item, Mapping):
            ahead += item.values()
        elif isinstance(item, list):
            ahead += item
        else:
            yield item


def text(meaning: str, accepts: Callable[[str], bool]) -> Check:
    """Text that is not empty and that `accepts` takes."""

    def check(name: str, value: Any) -> Iterator[str]:
        if not isinstance(value, str) or not value:
            yield f"{name} is {shown(value)}, not text."
        elif not accepts(value) and not has_placeholder(value):
            yield f"{name} is {shown(value)}, not {meaning}."

    return check


def anything(name: str, value: Any) -> Iterator[str]:
    """Any JSON: what a view is given, for example."""
    yield from ()


FREE = text("text", lambda _: True)
STATIC = text("text without a JSONPath", lambda value: not SOME_PATH.search(value))
PATH = text("one JSONPath from a root that Connect has", is_path)


def one_of(*words: str, dynamic: bool = False) -> Check:
    meaning = f"one of {', '.join(words)}" if len(words) > 1 else words[0]
    return text(meaning, lambda value: value in words or (dynamic and is_path(value)))


def truth(name: str, value: Any) -> Iterator[str]:
    """True or False as Connect's own blocks write it: the case of the letters differs between them."""
    yield from one_of("True", "False", "true", "false", "TRUE", "FALSE")(name, value)


def whole(least: int, most: int | None = None, *, dynamic: bool = False) -> Check:
    """A whole number, as text."""
    meaning = f"a whole number from {least}" + (f" to {most}" if most is not None else " up")
    if dynamic:
        meaning += ", nor one JSONPath"

    def accepts(value: str) -> bool:
        if dynamic and is_path(value):
            return True
        return bool(_WHOLE.fullmatch(value)) and least <= int(value) and (most is None or int(value) <= most)

    return text(meaning, accepts)


def decimal(name: str, value: Any) -> Iterator[str]:
    """A number that is compared with: text, whole or with a fraction, or one JSONPath."""
    yield from text(
        "a number", lambda value: bool(re.fullmatch(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?", value)) or is_path(value)
    )(name, value)


def matching(pattern: str, meaning: str, *, dynamic: bool = False) -> Check:
    compiled = re.compile(pattern)
    return text(meaning, lambda value: bool(compiled.fullmatch(value)) or (dynamic and is_path(value)))


def arn(meaning: str) -> Check:
    """An ARN, or one JSONPath."""
    return text(
        f"{meaning}'s ARN, nor one JSONPath",
        lambda value: (
            (value.startswith("arn:") and not SOME_PATH.search(value)) or is_path(value) or _to_fill_in(value)
        ),
    )


def resource(kind: str, meaning: str, *also: str) -> Check:
    """An id, an ARN or one JSONPath. `kind` is what stands in the ARN, `also` what may stand there instead."""
    others = RESOURCES - {kind, *also}

    def accepts(value: str) -> bool:
        if value.startswith("arn:"):
            parts = set(value.split("/"))
            other = bool(parts & others) and not parts & {kind, *also}
            return not other and not SOME_PATH.search(value)
        return bool(_ID.fullmatch(value)) or is_path(value) or _to_fill_in(value)

    return text(f"{meaning}'s id or ARN, nor one JSONPath", accepts)


def _to_fill_in(value: str) -> bool:
    """Whether a value is left for whoever deploys: <queue>, %QUEUE%, __QUEUE__, {queue}, REPLACE_ME."""
    return _FILL_IN.fullmatch(value) is not None


def several(item: Check, *, least: int = 0, twice: bool = True) -> Check:
    """A list. `twice` tells whether a text may stand in it twice."""

    def check(name: str, value: Any) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{name} is {shown(value)}, not a list."
            return
        if len(value) < least:
            yield f"{name} is empty."
        for one in value:
            yield from item(name, one)
        texts = [one for one in value if isinstance(one, str)]
        if not twice and len(set(texts)) < len(texts):
            yield f"{name} names something twice."

    return check


def by_name(item: Check, *, least: int = 0) -> Check:
    """An object whose names are free."""

    def check(name: str, value: Any) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield f"{name} is {shown(value)}, not an object."
            return
        if len(value) < least:
            yield f"{name} is empty."
        for key, one in value.items():
            if not isinstance(key, str) or not key:
                yield f"{name} has an entry without a name."
            else:
                yield from item(f"{name}.{named(key)}", one)

    return check


def record(
    needed: Mapping[str, Check] | None = None,
    optional: Mapping[str, Check] | None = None,
    *,
    one_of_these: Collection[str] = (),
) -> Check:
    """An object with these entries and no others; of `one_of_these`, which are optional, exactly one."""
    known = {**(needed or {}), **(optional or {})}

    def check(name: str, value: Any) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield f"{name} is {shown(value)}, not an object."
            return
        for key in needed or {}:
            if key not in value:
                yield f"{name} needs {key}."
        if one_of_these and len(value.keys() & set(one_of_these)) != 1:
            yield f"{name} needs exactly one of {', '.join(one_of_these)}."
        for key, one in value.items():
            if key in known:
                yield from known[key](f"{name}.{key}", one)
            else:
                yield f"{name} never has {named(str(key))}."

    return check


def tree(name: str, value: Any) -> Iterator[str]:
    """An object of any shape in which all that is said is text."""
    if not isinstance(value, Mapping):
        yield f"{name} is {shown(value)}, not an object."
        return
    wrong = {shown(leaf) for leaf in leaves(value) if not isinstance(leaf, str) or not leaf}
    yield from (f"{name} holds {one}, not text." for one in sorted(wrong))


def partly(known: Mapping[str, Check]) -> Check:
    """A tree of which some entries are known, and need not be there."""

    def check(name: str, value: Any) -> Iterator[str]:
        yield from tree(name, value)
        for key in known.keys() & value.keys() if isinstance(value, Mapping) else ():
            yield from known[key](f"{name}.{key}", value[key])

    return check


def either(first: Check, second: Check) -> Check:
    """What one of two checks takes; otherwise what the first says."""

    def check(name: str, value: Any) -> Iterator[str]:
        if any(second(name, value)):
            yield from first(name, value)

    return check
