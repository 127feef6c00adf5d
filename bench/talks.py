"""`python -m bench talks`: the share of the talks in tests/talks that is helped, of the 200 questions answered at once.

Of the talks for building each line that does not hold is printed beside what was said; of the others only how many.
"""

from collections.abc import Sequence

from care.words import Language
from tests.integration.stage import ROOT
from tests.unit.talking import Asked, Harm, Played

PAGE = ROOT / "docs/conversation.md"


def complaints(found: Sequence[Played]) -> list[str]:
    """What does not hold in the talks that may be looked at."""
    return [line for one in found if one.talk.is_for_building for line in one.wrong]


def lines(found: Sequence[Played], asked: Sequence[Asked]) -> list[str]:
    """The tables, as Markdown."""
    table = ["| talks | for building | only measured |", "| --- | ---: | ---: |"]
    for area in sorted({one.talk.area for one in found}):
        table.append(_row(area.replace("_", " "), [one for one in found if one.talk.area == area]))
    table.append(_row("all", found))
    table += ["", "| harm | talks for building | only measured |", "| --- | ---: | ---: |"]
    for harm in Harm:
        counts = [sum(one.harms.count(harm) for one in sort) for sort in _sorts(found)]
        table.append(f"| {harm} | {counts[0]} | {counts[1]} |")
    table += ["", "| questions | answered at once | in the other language |", "| --- | ---: | ---: |"]
    for name, language in (("Indonesian", Language.INDONESIAN), ("English", Language.ENGLISH)):
        mine = [one for one in asked if one.question.language is language]
        other = sum(one.language is not language for one in mine)
        table.append(f"| {name} | {sum(one.is_answered for one in mine)} of {len(mine)} | {other} |")
    table.append(f"| all | {sum(one.is_answered for one in asked)} of {len(asked)} | |")
    return table


def _sorts(found: Sequence[Played]) -> list[list[Played]]:
    return [[one for one in found if one.talk.is_for_building is building] for building in (True, False)]


def _row(name: str, found: Sequence[Played]) -> str:
    return f"| {name} | {' | '.join(_share(sort) for sort in _sorts(found))} |"


def _share(found: Sequence[Played]) -> str:
    helped = sum(one.is_helped for one in found)
    return f"{helped} of {len(found)}, {helped / len(found):.0%}" if found else "–"
