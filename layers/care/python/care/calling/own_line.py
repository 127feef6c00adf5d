"""The caller's line: proven by a code, told, and packages for it: offered, confirmed, ordered."""

from typing import assert_never

from care.calling.call import Call
from care.calling.line_told import line_told
from care.calling.turn import Open, ReadLine, Turn
from care.line import packages
from care.line.asking import CodeTried, LineRead, SendCode, TryCode
from care.line.line import Line
from care.line.order import Order
from care.line.packages import Package
from care.line.proof import Checked
from care.words import Category, Kind, Priority

_A_PAGE = 4
"""So many packages are offered at once; the star gives the next."""
_MORE = "*"


def begin(call: Call) -> Turn:
    """Packages need the line, and the line a proof: a code goes to the number shown."""
    if not call.facts.has_system:
        return call.go("no_system")
    if call.facts.proven:
        return call.wish(ReadLine())
    if call.number:
        return call.wish(SendCode(call.number))
    return call.agent() if call.state.nameless else call.go("phone", then="line")


def code_sent(call: Call) -> Turn:
    """The code is to be keyed in."""
    return call.go("code")


def too_many_codes(call: Call) -> Turn:
    """Today no more codes are sent."""
    return call.go("code_over")


def read_code(call: Call, digits: str) -> Turn:
    """The code."""
    return call.wish(TryCode(digits)) if digits else call.missed("")


def code_tried(call: Call, outcome: CodeTried) -> Turn:
    """The line is read, or the code asked for again, or a new one sent."""
    match outcome.checked:
        case Checked.PROVEN:
            return call.wish(ReadLine())
        case Checked.WRONG:
            return call.go("code_again")
        case Checked.EXPIRED:
            return call.wish(SendCode(call.number))
        case Checked.TOO_MANY:
            return too_many_codes(call)
        case _:
            assert_never(outcome.checked)


def line_read(call: Call, outcome: LineRead) -> Turn:
    """The line as its owner hears it, then what can be done with it."""
    line = outcome.line
    if line is None:
        return call.agent("package_barrier_unknown_number")
    if call.state.place == "line":
        return _offer(call, line)
    return call.go("line", *_told(line, call), then="", has=line.package)


def _told(line: Line, call: Call) -> tuple[str, ...]:
    has = line.package in packages.packages()
    current = ("package_current", package_prompt(line.package)) if has else ("package_none",)
    return (*current, *line_told(line, call.facts.today, call.state.language))


def read_line(call: Call, key: str) -> Turn:
    """After the line: packages, or something else."""
    match key:
        case "1":
            return call.wish(ReadLine())
        case "":
            return call.go("anything_else")
    return call.missed(key)


def _offer(call: Call, line: Line) -> Turn:
    """What the line can buy now, the cheapest first, some at a time; else why it can buy nothing."""
    barrier = packages.barrier(line, call.facts.today)
    if barrier:
        return call.go("line").after(f"package_barrier_{barrier}")
    eligible = packages.eligible(line, call.facts.today)
    common = [one for one in eligible if not (one.roaming or one.special or one.family)] or eligible
    if not common:
        return call.go("line").after("package_no_offers", "package_barrier_not_enough_balance")
    return offer(call.with_(offers=tuple(one.id for one in common)))


def offer(call: Call) -> Turn:
    """The packages that are next."""
    page = call.state.offers[:_A_PAGE]
    said = [name for key, one in enumerate(page, start=1) for name in (f"option_{key}", package_prompt(one))]
    return call.go("packages", "package_offers", *said)


def read_packages(call: Call, key: str) -> Turn:
    """One of those offered, or those that are next."""
    offers = call.state.offers
    if key == _MORE:
        return offer(call.with_(offers=(*offers[_A_PAGE:], *offers[:_A_PAGE])))
    place = int(key) - 1 if key.isdigit() else -1
    if not 0 <= place < min(len(offers), _A_PAGE):
        return call.missed(key)
    one = packages.package(offers[place])
    lasts = "package_renews" if one.renews else "package_once"
    has = packages.packages().get(call.state.has)
    replaced = ("package_replaces",) if has and packages.replaces(one, has) else ()
    return call.go("package", "package_chosen", package_prompt(one.id), lasts, *replaced, package=one.id)


def read_package(call: Call, key: str) -> Turn:
    """Only a plain yes buys; the price is that of the catalogue now, and it was just told."""
    match key:
        case "1":
            return _order(call, packages.package(call.state.package))
        case "2":
            return offer(call).after("package_declined")
    return call.missed(key)


def _order(call: Call, one: Package) -> Turn:
    number = call.facts.proven
    if not number:
        return begin(call)
    order = Order(number=number, package=one.id, name=one.name, price=one.price)
    return call.wish(
        Open(Kind.PACKAGE_CHANGE, Category.PACKAGE, Priority.NORMAL, "order", "package_ordered", order=order)
    )


def package_prompt(id: str) -> str:
    """What a package is called among the prompts."""
    return f"package_{id}"
