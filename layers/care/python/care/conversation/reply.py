"""What is said to a reply by mail: once, and only where a person would write back.

A question is answered as a first letter's is, over what was told before; who asks how it stands, or says that it is
still not solved, hears of team and time; thanks need no answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from care import reference
from care.cases.case import Case
from care.conversation import articles, asked_on, aspects, matters, readers, script, understand
from care.conversation.dialogue import Dialogue
from care.conversation.letter import (
    Told,
    answer,
    first_aid,
    further,
    further_steps,
    joined,
    nearest,
    of_article,
    plain,
    relief,
)
from care.conversation.never_twice import digest
from care.conversation.talk import AskStatus, Facts, Talk
from care.conversation.understand import Clause
from care.reading import alarms, knowledge, satisfaction
from care.reading.acts import Act
from care.reading.alarms import Alarm
from care.reading.satisfaction import Verdict
from care.telling import messages
from care.words import Kind, Language, Status

_LIKELY = 0.4
_CLEAR = 0.55
_REMEMBERED = 2
_SURELY = 0.8
_OF_CASE = frozenset({Act.UNSOLVED, Act.INSULT, Act.STATUS, Act.SOLVED, Act.TELL}) | understand.COURTESY
_OF_REPORTS = frozenset({"complaint-status", "complaint-process", "contact-us"})
"""Articles about how reports are followed: told to nobody who has one."""
_LATE = {
    "letter_status": "letter_status_late",
    "letter_unsolved": "letter_unsolved_late",
    "letter_passed_on": "letter_passed_on_late",
}
"""What is said once the time has passed by which it was to be done."""
_MORE = "more-steps"
"""Stands in ``told`` once the further steps were."""
_FEW = 6
"""So few words alone are about what only an article says surely."""
_TOGETHER = 3
"""So many matters at most are asked in one reply."""
# "yang nomor 3", "my second question".
_NUMBERED = re.compile(
    r"\b(?:no|nomor|pertanyaan|poin|question|point|number)\W{0,2}(?:nomor |no\.? ?|ke-?)?([1-9])\b", re.I
)


@dataclass(frozen=True)
class Reply:
    """What is said, "" when nothing needs a word; what is kept of the talk; whether a person is wanted."""

    words: str
    dialogue: Dialogue
    person: bool = False


def reply(text: str, language: Language, facts: Facts, before: Dialogue, now: datetime, *, told: str = "") -> Reply:
    """The answer to ``text``, which its author wrote to the case ``facts.own``; ``told`` all of it, with its signature.

    Raises ``ValueError`` without a case.
    """
    text = plain(text)
    case = facts.own
    if case is None:
        raise ValueError("a reply is to a case")
    talk = Talk(before, text, text, facts, language)
    reading = _Reading(talk, case, now, told or text)
    aid = reading.aid()
    of_case = [] if aid else list(reading.of_case())
    answers = [] if aid else reading.answers()
    said = aid or "\n\n".join(filter(None, (*of_case, joined(answers))))
    again = f"{talk.voice.text('letter_unchanged')} {said}"
    if not said:
        said, again = reading.passed_on() or reading.added(), talk.voice.text("letter_passed_on_too")
    dialogue = answers[-1].dialogue.evolve(text=before.text) if answers else before
    more = (_MORE,) if reading.more_steps and reading.more_steps in of_case else ()
    alarm = (str(reading.alarm),) if aid and reading.alarm else ()
    told_now = (*alarm, *dialogue.told, *more)
    kept = dialogue.evolve(missing=readers.missing(before.missing, reading.all), told=told_now)
    return _once((said, again) if said else (), kept, person=reading.wants_person)


def _once(ways: tuple[str, ...], dialogue: Dialogue, *, person: bool) -> Reply:
    """The first of the ways to say it that was not said last, or the time before."""
    for said in ways:
        remembered = digest(said)
        if remembered not in dialogue.last:
            return Reply(said, dialogue.evolve(last=(*dialogue.last, remembered)[-_REMEMBERED:]), person)
    return Reply("", dialogue, person)


@dataclass(frozen=True)
class _Reading:
    """A reply as it is read over what was told before; ``all`` are its words with their signature."""

    talk: Talk
    case: Case
    now: datetime
    all: str

    @property
    def parts(self) -> tuple[Clause, ...]:
        return understand.clauses(self.talk.text, self.talk.language)

    def meant(self, *acts: Act) -> bool:
        """Whether one of the acts is likely meant, by the whole or by a sentence of it."""
        return any(one.act in acts and one.meant[one.act] >= _LIKELY for one in self.parts)

    @property
    def wants_person(self) -> bool:
        """Whether a person is wished for plainly."""
        return any(one.meant[Act.PERSON] >= _CLEAR for one in self.parts)

    # ---- the case ----------------------------------------------------------------------------------------------------

    @property
    def alarm(self) -> Alarm | None:
        """What its author is in now."""
        return alarms.read(self.talk.text)

    def aid(self) -> str:
        """First aid to who is in need now and did not have it yet, or that there is none; "" to all others."""
        relieved = relief(self.talk)
        if relieved or self.alarm is None or self.alarm.value in self.talk.dialogue.told:
            return relieved
        return first_aid(self.talk, self.alarm)

    def of_case(self) -> Iterator[str]:
        """That it is solved, or is not, or how it stands."""
        if self.is_solved:
            yield self._of_case("letter_solved")
        elif self.is_unsolved:
            yield self._of_case("letter_unsolved")
            yield self.more_steps
        elif self.asks_status:
            yield self._of_case("letter_status")

    @cached_property
    def is_solved(self) -> bool:
        """Whether it is said to be over, and nothing of it to be left."""
        return self.case.is_complaint and self._most(Act.SOLVED) >= _SURELY and self._most(Act.UNSOLVED) < _CLEAR

    @cached_property
    def is_unsolved(self) -> bool:
        """Whether it is still so, the same trouble is told once more, or its author is displeased."""
        if self.case.kind is Kind.SUGGESTION or self.is_solved:
            return False
        if any(self._is_displeased(one) for one in self.parts):
            return True
        troubles = [one for one in self.parts if one.act is Act.PROBLEM and one.meant[one.act] >= _LIKELY]
        read = satisfaction.read(self.talk.text, self.talk.facts.satisfied_from)
        is_displeased = read is not None and read[0] is Verdict.DISSATISFIED and not self.tells_missing
        return any(is_displeased or matters.is_about(self._about(one), self.case) for one in troubles)

    def _is_displeased(self, part: Clause) -> bool:
        """Whether a sentence says that it is still so; not where it only asks that it go on."""
        says = part.act in (Act.UNSOLVED, Act.INSULT) and part.meant[part.act] >= _LIKELY
        return says and not script.says("hurries", part.text)

    @property
    def asks_status(self) -> bool:
        """Whether it is asked how it stands, how long it takes, or that it go on faster."""
        hurries = script.says("hurries", self.talk.text)
        return self.meant(Act.STATUS) or hurries or any(map(self._asks_how_long, self.parts))

    def _asks_how_long(self, part: Clause) -> bool:
        if not part.asks:
            return False
        turn = asked_on.answer(self._about(part))
        of_else = any(one.chance >= _LIKELY for one in part.fitting if one.article.id not in _OF_REPORTS)
        is_of_case = self.case.is_complaint and aspects.asked(part.text) == ("lasts",) and not of_else
        return is_of_case or (turn is not None and isinstance(turn.wish, AskStatus))

    @cached_property
    def more_steps(self) -> str:
        """What else can be tried after the steps that the first letter had, once."""
        if _MORE in self.talk.dialogue.told:
            return ""
        told = (knowledge.article(one) for one in self.talk.dialogue.told if knowledge.is_there(one))
        found = next(filter(None, (further_steps(self.talk, one) for one in told)), [])
        return self.talk.voice.text("letter_steps", steps="\n".join(found)) if found else ""

    def _most(self, act: Act) -> float:
        return max(one.meant[act] for one in self.parts)

    def _of_case(self, say: str) -> str:
        case, language = self.case, self.talk.language
        if case.due_at < self.now:
            say = _LATE.get(say, say)
        team = messages.text(f"team.{case.team}", language)
        return self.talk.voice.text(
            say,
            matter=messages.text(f"matter.{case.kind}", language),
            reference=reference.grouped(case.reference),
            team=team,
            status=messages.text(f"status.{case.status}", language, team=team),
            due=messages.moment(case.due_at, language, case.clock, in_full=True),
        )

    # ---- questions ---------------------------------------------------------------------------------------------------

    def answers(self) -> list[Told]:
        """What is told of what is asked, after what was told before; none that was just told."""
        found: list[Told] = []
        talk = self.talk
        for one in self.parts[:_TOGETHER]:
            told = self._answer(talk, one)
            if told and told.words not in joined(found):
                found.append(told)
                talk = replace(talk, dialogue=told.dialogue)
        return found

    def _answer(self, talk: Talk, part: Clause) -> Told | None:
        if self._is_of_case(part) and not _asks_more(part):
            return None
        numbered = _NUMBERED.search(part.text)
        asked = _question(talk.dialogue.text, numbered[1]) if numbered else ""
        if asked:
            whole = understand.clause(f"{asked} {part.text}", talk.language)
            return answer(talk.about(whole.text), whole, beside=False)
        about = talk.about(part.text)
        few = part.asks and len(script.tokens(part.text)) <= _FEW
        told = (further(about) if part.asks else None) or answer(about, part, beside=few)
        if told and self._is_told(told):
            told = None
        if self.case.responded_at:
            # A person is in the talk: what is not sure is left to them.
            return told if told and (told.is_sure or told.article is None) else None
        if not part.asks or (told and (told.is_sure or told.article is None)):
            return told
        return self._together(talk, part) or told or self._near(about, part)

    def _near(self, talk: Talk, part: Clause) -> Told | None:
        """The sentence of the nearest article that answers, else all of it."""
        article = nearest(part)
        if article is None or article.id in (*self.talk.dialogue.told, *_OF_REPORTS):
            return None
        return further(talk, (article.id,)) or of_article(talk, article)

    def _is_of_case(self, part: Clause) -> bool:
        """Whether a sentence tells of the case, which ``of_case`` answers, or says nothing that needs a word."""
        is_trouble = part.act is Act.PROBLEM and self.is_unsolved
        return part.act in _OF_CASE or is_trouble or self._asks_how_long(part)

    def _together(self, talk: Talk, part: Clause) -> Told | None:
        """What answers the words of the first letter and these together, where these alone say too little."""
        together = understand.clause(f"{talk.dialogue.text} {part.text}", talk.language)
        found = articles.to_tell(together, talk.dialogue.told)
        sure = [one for one in found if one.chance >= articles.SURE]
        return of_article(talk.about(part.text), sure[0].article) if sure else None

    def _is_told(self, told: Told) -> bool:
        """Whether it is an article told before, once more, or one about what its reader has."""
        return told.article is not None and told.article.id in (*self.talk.dialogue.told, *_OF_REPORTS)

    # ---- else --------------------------------------------------------------------------------------------------------

    def passed_on(self) -> str:
        """That a question which nothing answers, or a wish, is with the team; "" when none is there."""
        asks = any(one.asks or one.act in (Act.ASK, Act.PERSON, Act.BUY, Act.STOP, Act.UNDO) for one in self.parts)
        return self._of_case("letter_passed_on") if asks else ""

    @cached_property
    def tells_missing(self) -> bool:
        """Whether something of what was asked is told."""
        asked = self.talk.dialogue.missing
        return bool(asked) and readers.missing(asked, self.all) != asked

    def added(self) -> str:
        """Thanks to who tells what was asked, or more of a complaint; "" where nothing is told."""
        tells = self.case.is_complaint and self.meant(Act.TELL, Act.PROBLEM)
        is_awaited = self.case.status is Status.WAITING_FOR_CUSTOMER
        says = any(one.act not in understand.COURTESY for one in self.parts)
        return self._of_case("letter_added") if says and (self.tells_missing or is_awaited or tells) else ""

    def _about(self, part: Clause) -> Talk:
        return self.talk.about(part.text)


def _asks_more(part: Clause) -> bool:
    """Whether a sentence that is read as something else is worded as a question an article surely answers."""
    best = [one for one in part.fitting if one.article.id not in _OF_REPORTS][:1]
    return part.asks and bool(best) and best[0].chance >= articles.SURE


def _question(text: str, number: str) -> str:
    """The numbered question of a letter: "3. Apakah kartu saya bisa diganti ke eSIM?"."""
    found = re.search(rf"(?:^|\s){number}[.)]\s+(.+?)(?=\s[1-9][.)]\s|$)", text, re.DOTALL)
    return found[1].strip() if found else ""
