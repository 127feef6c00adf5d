"""What is said of a letter's matter: a letter is answered at once, without asking back, and so is a reply to it.

Its sentences are read one after the other, as a talk is: "bisa dibeli dari sekarang?" is asked of the package that was
told to the sentence before it. What was told is kept with the case, and read with what its customer writes next.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from care.conversation import (
    abroad,
    articles,
    asked_on,
    complaints,
    emergency,
    finding,
    lookups,
    offers,
    pointing,
    script,
    small_talk,
    understand,
)
from care.conversation.articles import Fitting
from care.conversation.dialogue import Dialogue, stored
from care.conversation.talk import Facts, Said, Talk
from care.conversation.understand import Clause
from care.reading import alarms, knowledge, places, slots
from care.reading.acts import Act
from care.reading.alarms import Alarm
from care.reading.knowledge import Article
from care.reading.mask import masked
from care.telling import messages
from care.words import Category, Kind, Language

_MATTERS, _OF_TROUBLE = 3, 2
"""So many answers at most a letter has, and one that tells of trouble."""
_STEPS = 4
_LIKELY = 0.4
_WISHED, _CLEAR = 0.55, 0.8
_LONGEST = 2000
_SHORT = 900
"""Characters of two answers beside which there is room for a third."""
_BY_ARTICLE = {Act.LINE: "check-balance", Act.STOP: "stop-package"}
"""What a letter asks for, and only its line or a talk can give: how to get it."""
_TROUBLE = frozenset({Act.PROBLEM, Act.UNSOLVED, Act.VICTIM})
_PACKAGES = frozenset({Act.FIND, Act.BUY})
_ANSWERED = frozenset({Act.ASK, Act.PROBLEM, Act.UNSOLVED, Act.LOST, Act.VICTIM, *_PACKAGES, *_BY_ARTICLE})
_ASKS_NOTHING = understand.COURTESY | {Act.CHAT, Act.SOLVED}
_NOTHING_WANTED = frozenset({Act.THANKS, Act.PRAISE, Act.SOLVED})
_SELDOM_ASKS = frozenset({Act.SUGGEST, Act.PERSON})
_OF_PACKAGES = (Category.PACKAGE, Category.ROAMING)
_BY_FAR = 0.85
"""From this chance on an article is told whatever else the words may want."""
_IN_KIND = {
    Act.THANKS: "thanks",
    Act.PRAISE: "letter_praised",
    Act.SOLVED: "guide_done",
    Act.SUGGEST: "suggestion_heard",
    Act.PERSON: "letter_person",
}
_NEAR, _APART = 0.3, 3
"""The least chance of an article that is by far the nearest, and how many times as likely as any other it is."""
_OF_ANY = frozenset(
    ("atau", "dan", "or", "and", "ya", "tidak", "yes", "no", "mati", "off", "nyala", "on", "lain", "other")
)
"""Words of a choice that a letter has for other reasons."""
_GIVEN = ("complaint-process", "contact-us", "suggestion")
"""What the letter around the answer says already, unless it is asked."""
_OF_ROBOTS = "who-answers"
"""Told to who asks who answers, not to who wants no robot."""
_OF_FRAUD = (Alarm.TAKEN_OVER, Alarm.CHEATED, Alarm.IDENTITY)
_OF_LINE = ("number", "code")
"""Where a line is asked for, of which a letter shows nothing."""
_QUOTED = 200
"""Characters of a customer's words that a letter repeats."""
# "1. Apakah …", "- berapa …": what marks a question in a list says nothing.
_MARKS = re.compile(r"^[ \t]*(?:\d{1,2}[.)]|[a-e][.)]|[-*•])[ \t]+", re.MULTILINE)
# Two questions in one sentence are two: "… dan berapa harganya", "… and do I need to switch anything on".
_TWO = re.compile(
    r",?\s+(?:dan|serta|and)\s+(?=(?:apakah|bagaimana|berapa|kapan|di ?mana|ke ?mana|sampai kapan|melalui apa|lewat apa"
    r"|tolong|mohon|what|how|when|where|which|do|does|can|could|is|are|will|would|ask|please)\b)",
    re.IGNORECASE,
)
# "does it also work there" is one sentence.
_ALSO = re.compile(r"(?<=\w) also (?=\w)", re.IGNORECASE)
_THERE = re.compile(r"\b(?:(?:over |from )?there|(?:di|ke|dari) ?(?:sana|situ))\b", re.IGNORECASE)
_STAY = re.compile(r"\b(?:for )?\d{1,2} ?(?:malam|hari|nights?|days?)\b", re.IGNORECASE)
_PAGE = re.compile(r"\b(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)+/\S*", re.IGNORECASE)
_QUESTION = re.compile(r"\s*[^.?\n]+\?$")


@dataclass(frozen=True)
class Letter:
    """What answers a letter, in paragraphs, "" when nothing does; ``alarm`` is what its author is in, if anything.

    ``dialogue`` is where that leaves the talk, for what comes next. ``about`` is what the answer surely is about.
    ``trouble``: the sentence of a letter that asks, which tells of trouble to be looked into.
    ``is_harmless``: what sounds like need or trouble is none, and nothing has to be found out. ``is_courtesy``: nothing
    but thanks or praise is said.
    """

    words: str
    dialogue: Dialogue
    alarm: Alarm | None = None
    about: Category | None = None
    is_harmless: bool = False
    is_courtesy: bool = False
    trouble: str = ""


@dataclass(frozen=True)
class Told:
    """What is told of a part, and where the talk stands after it; the ``article``, if one is told, and whether it is a
    sure one; whether packages are listed.
    """

    words: str
    dialogue: Dialogue
    article: Article | None = None
    is_sure: bool = False
    lists: bool = False


def letter(text: str, language: Language, facts: Facts) -> Letter:
    """The articles, steps or packages that answer a letter, in paragraphs.

    Who is in need gets first aid and nothing else. At most 2,000 characters.
    """
    said = plain(text)
    talk = Talk(Dialogue(slots=slots.read(said)), said, said, facts, language)
    relieved = relief(talk)
    if relieved:
        return Letter(relieved, Dialogue(text=stored(text)), is_harmless=True)
    alarm = in_need(talk)
    if alarm:
        return Letter(first_aid(talk, alarm), Dialogue(told=(alarm.value,), text=stored(text)), alarm)
    warned = emergency.warning(talk)
    if warned:
        return Letter(warned.text, Dialogue(text=stored(text)))
    whole, parts = talk.clause, understand.clauses(said, language)
    if _is_courtesy(whole, parts) or small_talk.is_settled(talk):
        kind = "letter_praised" if small_talk.praises(said) else _IN_KIND.get(whole.act, _IN_KIND[Act.SOLVED])
        return Letter(talk.voice.text(kind), Dialogue(text=stored(text)), is_courtesy=True)
    # Trouble is told by the whole letter, what is asked by its sentences.
    is_trouble = whole.act in _TROUBLE
    journey = None if is_trouble else abroad.answer(talk)
    of_journey = _said(replace(talk, dialogue=journey.dialogue), journey.said) if journey else None
    found = answers(talk, (whole, *parts), _OF_TROUBLE) if is_trouble else answers(talk, parts)
    if of_journey:
        found = [of_journey]
    elif not is_trouble and len(found) < min(len(parts), _MATTERS):
        found = _better(found, answers(talk, (whole, *parts)))
    dialogue = (found[-1].dialogue if found else talk.dialogue).evolve(text=stored(text))
    first = found[0].article if found and found[0].is_sure else None
    about = first.category if first else None
    told = [one.words for one in found]
    if any(one.meant[Act.PERSON] >= _WISHED for one in parts):
        told.append(talk.voice.text(_IN_KIND[Act.PERSON]))
    elif not told and whole.act in _IN_KIND and whole.meant[whole.act] >= _CLEAR:
        told.append(talk.voice.text(_IN_KIND[whole.act]))
    trouble = "" if is_trouble else next((one.text for one in parts if _tells_trouble(one)), "")
    return Letter("\n\n".join(told), dialogue, about=about, trouble=trouble)


def _tells_trouble(part: Clause) -> bool:
    return part.act is Act.PROBLEM and part.meant[Act.PROBLEM] >= _CLEAR and not part.asks


def _is_courtesy(whole: Clause, parts: Iterable[Clause]) -> bool:
    """Whether a letter thanks, praises or says that all is well, and no sentence asks or tells of trouble.

    Of staff who are praised it is told what they helped with: "baik sekali bantu saya ganti kartu yang rusak".
    """
    is_told = whole.act in _NOTHING_WANTED and whole.meant[whole.act] >= _WISHED
    return (is_told or small_talk.praises(whole.text)) and not any(
        one.asks
        or (one.act not in _ASKS_NOTHING and one.meant[one.act] >= _LIKELY and not small_talk.praises(one.text))
        for one in parts
    )


def plain(text: str) -> str:
    """The words of a letter as they are read: the address of a page and the mark of a list say nothing, and two
    questions in one sentence are two.
    """
    return _TWO.sub(". ", _ALSO.sub(" ", _MARKS.sub("", _PAGE.sub(" ", text))))


def relief(talk: Talk) -> str:
    """What is said where an alarm is none: found again, nothing given, only asked about; "" to all others."""
    turn = emergency.relieved(talk)
    told = _said(talk, turn.said) if turn else None
    return told.words if told else ""


def first_aid(talk: Talk, alarm: Alarm) -> str:
    """What to do first: in a talk the other numbers to call come next, in a letter all is said at once."""
    number, short = talk.facts.short_number, alarm is Alarm.DANGER
    return emergency.told_at_once(alarm, talk.text, talk.language, number, short=short)


def in_need(talk: Talk) -> Alarm | None:
    """What somebody is in who needs first aid: by the words that sound it, else by what he is a victim of."""
    heard = alarms.read(talk.text)
    if heard:
        return heard
    victim = [
        one for one in _whole_and_parts(talk) if one.act in (Act.VICTIM, Act.LOST) and one.meant[one.act] >= _CLEAR
    ]
    if not victim:
        return None
    alarm = emergency.of_article(talk) or emergency.of_article(talk.about(victim[0].text))
    attempted = script.says("attempt", talk.text) and not script.says("harmed", talk.text)
    is_none = alarm is None or {alarm, *_OF_FRAUD} & alarms.only_sounded(talk.text)
    return None if is_none or (alarm is Alarm.CHEATED and attempted) else alarm


def _whole_and_parts(talk: Talk) -> tuple[Clause, ...]:
    return (talk.clause, *understand.clauses(talk.text, talk.language))


def understood(kind: Kind, category: Category, language: Language, words: str) -> str:
    """What was understood, in one line, and in another its author's ``words``, shortened, if there are any.

    No address of a page stands in them: a mail program would make a link of it, in a letter of ours.
    """
    matter = messages.text(f"matter.{kind}", language)
    name = "talk.letter_understood_other" if category is Category.OTHER else "talk.letter_understood"
    lines = [messages.text(name, language, matter=matter, category=messages.text(f"category.{category}", language))]
    quoted = masked(_PAGE.sub("…", " ".join(words.split())))
    if len(quoted) > _QUOTED:
        quoted = f"{quoted[:_QUOTED].rsplit(' ', 1)[0]} …"
    if quoted:
        lines.append(messages.text("talk.letter_words", language, words=quoted))
    return "\n".join(lines)


def condolence(text: str, language: Language) -> str:
    """What is said first to who writes that somebody died; "" to all others."""
    return messages.text("talk.letter_condolence", language) if script.says("bereaved", text) else ""


def not_helped(language: Language) -> str:
    """What is said below an answer."""
    return messages.text("talk.letter_not_helped", language)


def missing(text: str, category: Category, language: Language, facts: Facts) -> tuple[str, ...]:
    """What the team needs to know of a complaint besides its words."""
    return complaints.missing(Talk(Dialogue(), text, text, facts, language), script.checklists().ask[category])


def asked_for(missing: Iterable[str], language: Language) -> str:
    """What is missing, asked at once; "" when nothing is."""
    questions = "\n".join(f"- {messages.text(f'talk.missing_{one}', language)}" for one in missing)
    return messages.text("talk.letter_asks", language, questions=questions) if questions else ""


# ---- answers ---------------------------------------------------------------------------------------------------------


def joined(found: Iterable[Told]) -> str:
    """Several answers as paragraphs."""
    return "\n\n".join(one.words for one in found)


def answers(talk: Talk, parts: Iterable[Clause], most: int = _MATTERS) -> list[Told]:
    """What is told of the parts, each after those before it, ``most`` at most; packages are listed once."""
    found: list[Told] = []
    for part in parts:
        told = answer(talk.about(part.text), part, beside=bool(found), again=any(one.lists for one in found))
        if not told or told.words in joined(found) or not _has_room((*found, told), most):
            continue
        # What was told before it stays told.
        before = tuple(dict.fromkeys((*told.dialogue.told, *talk.dialogue.told)))
        found.append(replace(told, dialogue=told.dialogue.evolve(told=before)))
        talk = replace(talk, dialogue=found[-1].dialogue)
    return found


def _better(one: list[Told], other: list[Told]) -> list[Told]:
    return other if len(other) > len(one) else one


def _has_room(told: tuple[Told, ...], most: int) -> bool:
    longest = _LONGEST if len(told) < _MATTERS else 2 * _SHORT
    return len(told) <= most and len(joined(told)) <= longest


def answer(talk: Talk, part: Clause, *, beside: bool, again: bool = False) -> Told | None:
    """What is told of a part: what its act asks for, or an article; ``beside`` another a sure one.

    ``again``: packages are listed already, and only what is asked of those is told.
    """
    act, likely = part.act, part.meant[part.act] >= _LIKELY
    without = (() if act is Act.ASK and not beside else _GIVEN) + (() if part.asks else (_OF_ROBOTS,))
    best = _best(part, without)
    by_far = best is not None and best.chance >= _BY_FAR
    if part.meant[act] >= _CLEAR and (act in _ASKS_NOTHING or (act in _SELDOM_ASKS and not by_far)):
        return None
    is_else = best is not None and by_far and best.article.category not in _OF_PACKAGES
    looks = act in _PACKAGES and likely and _looks(talk)
    # What an eSIM costs is not asked of the packages told before it.
    if (act in _PACKAGES or act is Act.ASK) and not (is_else and lookups.asks(talk.text, "costs")):
        looked_up = _looked_up(talk, again=again, all_tables=act is Act.ASK or not looks)
        if looked_up:
            return looked_up
    if looks and not is_else:
        return None if again else packages(talk)
    helps = best is not None and bool(best.article.steps) and act is Act.PROBLEM
    if best and (best.chance >= articles.SURE or (act in _ANSWERED and likely and (helps or not beside))):
        return of_article(talk, best.article, sure=by_far)
    asked_of_told = further(talk) if part.asks else None
    if asked_of_told:
        return asked_of_told
    if beside:
        return None
    if act in _BY_ARTICLE and likely:
        return of_article(talk, knowledge.article(_wished(talk, act)))
    near = nearest(part) if act is Act.PROBLEM and part.meant[act] >= _CLEAR else None
    return of_article(talk, near) if near else None


def _wished(talk: Talk, act: Act) -> str:
    """The article about what is to be seen or ended; of what is ended the whole letter tells what it is."""
    best = understand.clause(talk.heard, talk.language).fitting[:1] if act is Act.STOP else []
    return best[0].article.id if best and best[0].chance >= _LIKELY else _BY_ARTICLE[act]


def _best(part: Clause, without: tuple[str, ...]) -> Fitting | None:
    """The article that may be told; of trouble rather one about its sort."""
    fitting = articles.to_tell(part, without)
    helps = articles.of_trouble(part) if part.act is Act.PROBLEM else ""
    return next((one for one in fitting if one.article.id == helps), None) or next(iter(fitting), None)


def _looks(talk: Talk) -> bool:
    """Whether packages are looked for, not only asked on about something."""
    return bool(slots.read(talk.text).looks or lookups.asks_packages(talk) or finding.named(talk))


def _looked_up(talk: Talk, *, again: bool, all_tables: bool) -> Told | None:
    """What the tables say: of the packages told just before, of a country or a town."""
    place = "packages" if len(pointing.told(talk)) > 1 else talk.dialogue.place
    there = replace(talk.about(_with_country(talk)), dialogue=talk.dialogue.evolve(place=place))
    said = lookups.answer(there) if all_tables else lookups.fact(there)
    # What a package costs stands in the list already.
    is_price = again and lookups.asks(talk.text, "costs") and not slots.read(there.text).abroad
    return _said(talk, (said,)) if said and not is_price else None


def _with_country(talk: Talk) -> str:
    """A text with the country's name for "there", and without how long one stays where it is asked of what was told
    whether it holds in a country: "kalau transit di Malaysia 1 malam apakah bisa dipakai?".
    """
    if slots.read(talk.text).abroad:
        covered = pointing.told(talk) and lookups.asks(talk.text, "covered")
        return _STAY.sub(" ", talk.text) if covered else talk.text
    country = places.countries().get(talk.dialogue.slots.country)
    if country is None:
        return talk.text
    name = talk.spoken(country.name)
    return _THERE.sub(f"di {name}" if talk.language is Language.INDONESIAN else f"in {name}", talk.text)


def further(talk: Talk, told: tuple[str, ...] = ()) -> Told | None:
    """The sentences of an article told before, or of those ``told``, that answer a question about it."""
    dialogue = talk.dialogue.evolve(place="answered", told=told or talk.dialogue.told)
    turn = asked_on.answer(replace(talk, dialogue=dialogue))
    return _said(talk, turn.said) if turn and not turn.wish else None


def nearest(part: Clause) -> Article | None:
    """The article that is by far the nearest, though it is not near; ``None``: there is no such."""
    if not part.fitting:
        return None
    best, *others = part.fitting
    is_apart = best.chance >= _NEAR and all(best.chance >= _APART * one.chance for one in others)
    return best.article if is_apart else None


def packages(talk: Talk) -> Told | None:
    """The package that is named, two of them compared, or those that fit."""
    named = finding.named(talk)[:2]
    if len(named) > 1:
        turn = finding.compare_packages(talk, [one.id for one in named])
    elif named:
        turn = finding.details(talk, named[0])
        turn = replace(turn, said=(offers.details(talk, named[0], asks=False),))
    else:
        turn = finding.find_packages(talk, talk.slots)
    if turn.dialogue.place in _OF_LINE:
        return None
    told = _said(replace(talk, dialogue=turn.dialogue), turn.said)
    return replace(told, lists=True) if told else None


def _said(talk: Talk, said: Iterable[Said]) -> Told | None:
    """What was said, without the question at its end: a letter asks nothing back."""
    words = _QUESTION.sub("", "\n\n".join(one.text for one in said))
    return Told(words, talk.dialogue) if words else None


def of_article(talk: Talk, article: Article, *, sure: bool = False) -> Told:
    """An article with its first steps."""
    dialogue = talk.dialogue.at("answered", article=article.id, told=(article.id,), text=stored(talk.text))
    words = "\n".join((talk.spoken(article.answer), *_numbered(_steps(talk, article)[:_STEPS])))
    return Told(words, dialogue, article, is_sure=sure)


def further_steps(talk: Talk, article: Article) -> list[str]:
    """The steps of an article that a letter about it did not have yet."""
    return _numbered(_steps(talk, article)[_STEPS : 2 * _STEPS])


def _numbered(steps: list[list[str]]) -> list[str]:
    return [f"{number}. " + "\n   ".join(ways) for number, ways in enumerate(steps, start=1)]


def _steps(talk: Talk, article: Article) -> list[list[str]]:
    """The steps of an article; those of which one is chosen are one, in as many ways, by what is chosen. Where the
    letter says which ("lampunya merah"), that alone.
    """
    chosen = {choice.next: choice.label for step in article.steps for choice in step.choices}
    said = {*script.tokens(talk.heard), *script.tokens(talk.dialogue.text)}
    named = {one for one, label in chosen.items() if said & {*script.tokens(talk.spoken(label))} - _OF_ANY}
    left_out = chosen.keys() - named if named else frozenset()
    found: list[list[str]] = []
    before = None
    for step in article.steps:
        if step.choices or step.name in left_out:
            continue
        label = None if step.name in named else chosen.get(step.name)
        do = f"{talk.spoken(label)}: {talk.spoken(step.do)}" if label else talk.spoken(step.do)
        if label and before:
            found[-1].append(do)
        else:
            found.append([do])
        before = label
    return found
