"""What the first answer to a letter says of its matter: a letter is answered once, without asking back."""

import re

from care.conversation import articles, complaints, emergency, lookups, offers, own_line, script, understand
from care.conversation.dialogue import Dialogue
from care.conversation.talk import Facts, Said, Talk
from care.conversation.understand import Clause
from care.reading import alarms, knowledge
from care.reading.acts import Act
from care.reading.alarms import Alarm
from care.reading.knowledge import Article
from care.reading.mask import masked
from care.telling import messages
from care.words import Category, Kind, Language

_MATTERS = 2
_STEPS = 4
_LIKELY = 0.4
_CLEAR = 0.8
_LONGEST = 2000
_BY_ARTICLE = {Act.LINE: "check-balance", Act.STOP: "stop-package"}
"""What a letter asks for, and only its line or a talk can give: how to get it."""
_PACKAGES = frozenset({Act.FIND, Act.BUY})
_ANSWERED = frozenset({Act.ASK, Act.PROBLEM, Act.UNSOLVED, Act.LOST, Act.VICTIM, *_BY_ARTICLE})
_ASKS_NOTHING = understand.COURTESY | {Act.CHAT, Act.SOLVED}
_SELDOM_ASKS = frozenset({Act.SUGGEST, Act.PERSON})
_OF_PACKAGES = (Category.PACKAGE, Category.ROAMING)
_BY_FAR = 0.85
"""From this chance on an article is told whatever else the words may want."""
_IN_KIND = {Act.THANKS: "thanks", Act.PRAISE: "praised", Act.SOLVED: "guide_done", Act.SUGGEST: "suggestion_heard"}
_GIVEN = ("complaint-process", "contact-us", "suggestion")
"""What the letter around the answer says already, unless it is asked."""
_QUOTED = 200
"""Characters of a customer's words that a letter repeats."""
_PAGE = re.compile(r"\b(?:https?://|www\.)\S+|\b[\w-]+(?:\.[\w-]+)+/\S*", re.IGNORECASE)
_QUESTION = re.compile(r"\s*[^.?\n]+\?$")


def letter(text: str, language: Language, facts: Facts) -> str:
    """The articles, steps or packages that answer a letter, in paragraphs; "" when nothing does.

    Who is in need gets first aid and nothing else. At most 2,000 characters.
    """
    alarm = alarms.read(text)
    if alarm:
        # In a talk the other numbers to call come next; here all is said at once.
        return emergency.told_at_once(alarm, text, language, facts.short_number, short=alarm is Alarm.DANGER)
    talk = Talk(Dialogue(), text, text, facts, language)
    warned = emergency.warning(talk)
    if warned:
        return warned.text
    # The address of a page says nothing of what is wanted.
    text = _PAGE.sub(" ", text)
    talk = talk.about(text)
    whole = understand.clause(text, language)
    parts = understand.clauses(text, language)
    found = _matters(talk, parts)
    if len(found) < _MATTERS:
        found = _matters(talk, (whole, *parts))
    if found:
        return "\n\n".join(found)
    in_kind = _IN_KIND.get(whole.act) if whole.meant[whole.act] >= _CLEAR else None
    return talk.voice.text(in_kind) if in_kind else ""


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


def not_helped(language: Language) -> str:
    """What is said below an answer."""
    return messages.text("talk.letter_not_helped", language)


def asked_for(text: str, category: Category, language: Language, facts: Facts) -> str:
    """What the team needs to know of a complaint besides its words, asked at once; "" when they tell all."""
    talk = Talk(Dialogue(), text, text, facts, language)
    missing = complaints.missing(talk, script.checklists().ask[category])
    questions = "\n".join(f"- {talk.voice.text(f'missing_{one}')}" for one in missing)
    return talk.voice.text("letter_asks", questions=questions) if questions else ""


def _matters(talk: Talk, parts: tuple[Clause, ...]) -> list[str]:
    """What is told of the parts, packages once."""
    found: dict[str, Act] = {}
    for part in parts:
        is_told = part.act in _PACKAGES and not _PACKAGES.isdisjoint(found.values())
        said = "" if is_told else _answer(talk.about(part.text), part, beside=bool(found))
        if said and len(found) < _MATTERS and len("\n\n".join((*found, said))) <= _LONGEST:
            found.setdefault(said, part.act)
    return list(found)


def _answer(talk: Talk, part: Clause, *, beside: bool) -> str:
    """What is told of a part: what its act asks for, or an article; ``beside`` another a question needs a sure one."""
    act, likely = part.act, part.meant[part.act] >= _LIKELY
    fitting = articles.to_tell(part, () if act is Act.ASK and not beside else _GIVEN)
    best = fitting[0] if fitting else None
    by_far = best is not None and best.chance >= _BY_FAR
    if part.meant[act] >= _CLEAR and (act in _ASKS_NOTHING or (act in _SELDOM_ASKS and not by_far)):
        return ""
    if act in _PACKAGES and likely and not (best and by_far and best.article.category not in _OF_PACKAGES):
        return _packages(talk)
    looked_up = lookups.answer(talk) if act is Act.ASK and likely else None
    if looked_up:
        return looked_up.text
    if best and (best.chance >= articles.SURE or (act in _ANSWERED and likely and not (beside and act is Act.ASK))):
        return _told(talk, best.article)
    return _told(talk, knowledge.article(_BY_ARTICLE[act])) if act in _BY_ARTICLE and likely else ""


def _packages(talk: Talk) -> str:
    """The package that is named, two of them compared, or those that fit."""
    named = own_line.named(talk)[:2]
    if len(named) > 1:
        told: tuple[Said, ...] = (offers.comparison(talk, *named),)
    elif named:
        told = (offers.details(talk, named[0], asks=False),)
    else:
        told = own_line.find_packages(talk, talk.slots).said
    return _QUESTION.sub("", "\n\n".join(one.text for one in told))


def _told(talk: Talk, article: Article) -> str:
    """An article with its first steps, numbered; those of which one is chosen under one number, by what is chosen."""
    chosen = {choice.next: choice.label for step in article.steps for choice in step.choices}
    steps: list[list[str]] = []
    before = None
    for step in article.steps:
        if step.choices:
            continue
        label = chosen.get(step.name)
        do = f"{talk.spoken(label)}: {talk.spoken(step.do)}" if label else talk.spoken(step.do)
        if label and before:
            steps[-1].append(do)
        else:
            steps.append([do])
        before = label
    numbered = [f"{number}. " + "\n   ".join(ways) for number, ways in enumerate(steps[:_STEPS], start=1)]
    return "\n".join((talk.spoken(article.answer), *numbered))
