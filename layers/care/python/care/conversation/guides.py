"""Answers from the articles, and guides walked step by step."""

import re
from collections.abc import Callable
from dataclasses import replace

from care.conversation import articles, lookups, proving, readers, script, understand
from care.conversation.articles import Fitting
from care.conversation.dialogue import Dialogue, stored
from care.conversation.handover import notes
from care.conversation.never_twice import was_said
from care.conversation.talk import Add, Open, Said, Talk, Turn
from care.reading import knowledge, menus, remarks, satisfaction, slots, tried
from care.reading.acts import Act
from care.reading.knowledge import Article, Asks, Choice, Step
from care.reading.remarks import Remark
from care.reading.satisfaction import Verdict
from care.telling.outbox import Button
from care.words import Category, Kind

_CAUSE = 2
_LONGEST_ANSWER = 12
_LIKELY = 0.6
_PLAINLY = 0.8
_TITLES = 2
_LISTED = 6
_NEAR = 0.15
_MAYBE = 0.05
"""The chance of a guide of the same sort, where another is denied."""
_FACTS = ("where", "when", "device", "number")
_KINDS = ("android", "samsung", "iphone", "modem")
"""Kinds of devices, by the lists of their makes."""
_OF_SIGNAL = (Category.NETWORK, Category.INTERNET)
_DENIED = re.compile(r"\b(?:bukan|bkn|not)\b.*?(?=[,.;]|\b(?:tapi|tp|maksud\w*|melainkan|but|i mean\w*)\b|$)", re.I)
"""What somebody says he does not mean."""
_LINKED = re.compile(r"[.;!?\n]+\s+|\b(?:btw|by the way|oh iya|oiya|sekalian)\b,?\s*", re.I)
"""Between what is told and what is asked beside it."""
_BARE = 4
"""So few words that tell something missing are an answer, however they are else read."""


def question(talk: Talk) -> Turn:
    """Somebody has a question: it is asked."""
    return talk.turn(talk.dialogue.at("start"), talk.voice.say("ask_question"))


def tell(talk: Talk, told: list[Fitting], note: Said | None = None) -> Turn:
    """The articles that answer, one at least; then the guide of one is offered, or it is asked whether that helped.

    Who asks how something is done reads the steps at once, or is asked what they depend on. A ``note`` on it follows.
    """
    first = told[0].article
    asks_how = script.says("asks_way", talk.text) and bool(first.steps) and not talk.facts.short
    listed, asked = _listed(talk, first) if asks_how else ([], None)
    if asked:
        return _depends(talk, first, asked)
    shown = [one.article for one in told]
    guided = next((one for one in shown if one.steps), None)
    place = "guide_offered" if guided else "answered"
    its = script.places()[place]
    ids = tuple(one.id for one in shown)
    others = tuple(one.article.id for one in talk.clause.fitting if one.chance >= _NEAR)
    others = tuple(one for one in others if one not in ids)[:_TITLES]
    dialogue = talk.dialogue.at(
        place, article=(guided or shown[0]).id, text=stored(talk.heard), told=ids, offered=others
    )
    if any(one.always_person for one in shown):
        place = "person_offered"
        its = script.places()[place]
        dialogue = dialogue.evolve(place=place)
    said = articles_said(talk, told)
    if listed:
        steps = "\n".join(f"{number}. {talk.spoken(step.do)}" for number, step in enumerate(listed, start=1))
        said = (replace(said[0], text=f"{said[0].text}\n\n{steps}"), *said[1:])
    return talk.turn(
        dialogue,
        *said,
        *((note,) if note else ()),
        talk.voice.say(its.ask, *its.buttons, *(_titled(talk, one) for one in others)),
    )


def _listed(talk: Talk, article: Article) -> tuple[list[Step], Step | None]:
    """The steps one after the other, as the words choose among them, and the first that asks what they do not say."""
    step: Step | None = article.steps[0]
    found: list[Step] = []
    while step and step not in found and len(found) < _LISTED:
        if not step.choices:
            found.append(step)
            step = article.after(step.name)
            continue
        choice = _named(step.choices, script.tokens(talk.text))
        if choice is None:
            return found, step
        step = article.step(choice.next)
    return found, None


def _depends(talk: Talk, article: Article, asked: Step) -> Turn:
    """What an article begins with, and the step that asks what all further ones depend on."""
    text = talk.dialogue.text or stored(talk.heard)
    dialogue = talk.dialogue.at("guide", article=article.id, text=text, step=asked.name, told=(article.id,))
    step = step_said(talk, dialogue)
    return talk.turn(dialogue, replace(step, text=f"{cause(talk, article)}\n\n{step.text}"))


def _titled(talk: Talk, id: str) -> Button:
    title = talk.spoken(knowledge.article(id).title)
    return Button(label=title, text=title)


def articles_said(talk: Talk, told: list[Fitting]) -> tuple[Said, ...]:
    """The answers of articles, and the shops where to go with what they are about, if that is asked in a town."""
    said = tuple(talk.voice.say("said", words=talk.spoken(one.article.answer)) for one in told)
    return (*said, *lookups.shops_beside(talk, (one.text for one in said)))


def begin(talk: Talk, article: Article) -> Turn | None:
    """The likely cause and the first step in one; ``None`` when no step is left to try."""
    dialogue = _begun(talk, article)
    if dialogue is None:
        return None
    dialogue = dialogue.evolve(told=(article.id,))
    step = step_said(talk, dialogue)
    return talk.turn(dialogue, replace(step, text=f"{cause(talk, article)}\n\n{step.text}"))


def cause(talk: Talk, article: Article, sentences: int = _CAUSE) -> str:
    """What an article begins with: of a trouble its likely cause."""
    return " ".join(knowledge.sentences(talk.spoken(article.answer))[:sentences])


def offered(talk: Talk) -> Turn | None:
    """An article chosen by the button with its title."""
    said = script.tokens(talk.text)
    for id in talk.dialogue.offered:
        article = knowledge.article(id)
        if said in (script.tokens(article.title.id), script.tokens(article.title.en)):
            return tell(talk, [Fitting(article, 1.0)])
    return None


# ---- guides --------------------------------------------------------------------------------------------------------


def _said(talk: Talk, text: str) -> str:
    """All that the customer said that a step may not ask for again."""
    return ". ".join(dict.fromkeys((*talk.dialogue.recent, text, talk.heard)))


def _begun(talk: Talk, article: Article) -> Dialogue | None:
    """At the step that the customer's words call for, else the first they do not answer; ``None``: none is left."""
    text = talk.dialogue.text or stored(talk.heard)
    said = _said(talk, text)
    dialogue = talk.dialogue.at("guide", article=article.id, text=text, tried=tried.done(said, article))
    return _at(talk, dialogue, article, tried.first(text, article) or article.steps[0])


def _at(talk: Talk, dialogue: Dialogue, article: Article, step: Step | None) -> Dialogue | None:
    """At a step, or at the next one that is neither tried nor answered by what was said; ``None``: none is left."""
    said = script.tokens(_said(talk, dialogue.text))
    for _ in article.steps:
        if step is None:
            break
        choice = _told_before(step, said)
        if choice:
            dialogue = dialogue.evolve(path=(*dialogue.path, step.name))
            step = article.step(choice.next)
        elif step.name in dialogue.tried:
            step = article.after(step.name)
        else:
            return dialogue.evolve(step=step.name, misunderstood=0, asked="")
    left = _left(article, dialogue)
    return dialogue.evolve(step=left.name, misunderstood=0, asked="") if left else None


def _left(article: Article, dialogue: Dialogue) -> Step | None:
    """A step before the one that the words called for first; a guide that branches is walked on only."""
    if any(one.choices or one.then for one in article.steps):
        return None
    return next((one for one in article.steps if one.name not in (*dialogue.tried, *dialogue.path)), None)


def _after(talk: Talk, article: Article, step: Step) -> Dialogue | None:
    """At what follows a step."""
    return _at(talk, _passed(talk.dialogue, step), article, article.after(step.name))


def _passed(dialogue: Dialogue, step: Step) -> Dialogue:
    return dialogue.evolve(path=(*dialogue.path, step.name))


def walk(talk: Talk) -> Turn:
    """Begin the guide that was offered."""
    article = knowledge.article(talk.dialogue.article)
    dialogue = _begun(talk, article)
    return _to_team(talk, article) if dialogue is None else _walk(talk, dialogue.evolve(about=talk.dialogue.about))


def begin_knowing(talk: Talk) -> Turn | None:
    """A device named where a guide was offered, or what was tried or calls for a step, begins it there; not what
    another article surely is about.

    Where a menu is that was told of is said at once; one that is not there is for a person.
    """
    article = knowledge.article(talk.dialogue.article)
    said = remarks.read(talk.text)
    found = menus.named(talk.text, talk.spoken(article.title), talk.spoken(article.answer))
    if found and len(script.tokens(talk.text)) <= _LONGEST_ANSWER:
        if Remark.CANNOT in said and talk.dialogue.asked == "find":
            return talk.turn(
                talk.dialogue.at("offer", text=talk.dialogue.text), talk.voice.say("menu_missing", "agent")
            )
        if Remark.CANNOT in said or Remark.SEEKS in said:
            said_where = talk.voice.say("guide_find", "guide", words=found.on(talk.text, talk.language))
            return talk.turn(talk.dialogue.evolve(asked="find", misunderstood=0), said_where)
    named = len(script.tokens(talk.text)) <= _BARE and readers.READERS["device"](talk.text)
    if (
        is_of_another(talk)
        or asks(talk)
        or not (named or tried.done(talk.text, article) or tried.first(talk.text, article))
    ):
        return None
    text = stored(f"{talk.dialogue.text} {talk.heard}")
    return walk(replace(talk, dialogue=talk.dialogue.evolve(text=text)))


def is_of_another(talk: Talk) -> bool:
    """Whether what is said is surely about another article than the one whose guide was offered."""
    best = talk.clause.fitting[:1]
    return bool(best) and best[0].chance >= articles.SURE and best[0].article.id != talk.dialogue.article


def _walk(talk: Talk, dialogue: Dialogue, *before: Said) -> Turn:
    return talk.turn(dialogue, *before, step_said(talk, dialogue))


def step_said(talk: Talk, dialogue: Dialogue) -> Said:
    """The step a dialogue is at, with what can be answered."""
    article = knowledge.article(dialogue.article)
    step = article.step(dialogue.step)
    if step.choices:
        labels = (talk.spoken(choice.label) for choice in step.choices)
        return talk.voice.say(
            "said", *(Button(label=one, text=one) for one in labels), "agent", words=talk.spoken(step.do)
        )
    asks = step.asks or article.asks
    key = _STEP[asks]
    if _after(replace(talk, dialogue=dialogue), article, step) is None:
        key = "guide_step_done_last" if asks is Asks.DONE else "guide_step_last"
    return talk.voice.say(key, *_buttons(asks), words=talk.spoken(step.do))


_STEP = {Asks.WORKED: "guide_step", Asks.FOUND: "guide_step_found", Asks.DONE: "guide_step_done"}
_AGAIN = {Asks.WORKED: "ask_worked", Asks.FOUND: "ask_found", Asks.DONE: "ask_done"}


def _buttons(asks: Asks) -> tuple[str, ...]:
    return script.places()["guide"].buttons if asks is Asks.WORKED else ("done", "cannot", "agent")


def again_said(talk: Talk) -> Said:
    """What is asked after the step a talk is at, in short; the whole of a choice, or of a step not told yet."""
    article = knowledge.article(talk.dialogue.article)
    step = article.step(talk.dialogue.step)
    asks = step.asks or article.asks
    if step.choices or talk.dialogue.asked == "next":
        return step_said(talk, talk.dialogue)
    return talk.voice.say(_AGAIN[asks], *_buttons(asks))


def asks(talk: Talk) -> bool:
    """Whether a text asks something, be it by its last word: "kena biaya ga"."""
    said = script.tokens(talk.text)
    return talk.asks or (len(said) > _BARE and said[-1] in script.listed("tags"))


def read_step(talk: Talk) -> Turn | None:
    """What a customer says at a step: chosen, solved, not solved; ``None`` when it is something else."""
    article = knowledge.article(talk.dialogue.article)
    step = article.step(talk.dialogue.step)
    if step.choices:
        choice = _chosen(step.choices, talk)
        at = _at(talk, _passed(talk.dialogue, step), article, article.step(choice.next)) if choice else None
        return _walk(talk, at) if at else None
    plain = _read_plain(talk, article, step)
    if plain or asks(talk):
        return plain
    tells_too = Remark.LISTS in remarks.read(talk.text) and talk.meant[Act.PROBLEM] > talk.meant[Act.UNSOLVED]
    if _tells_fact(talk) or tells_too:
        return tell_more(talk)
    verdict = _verdict(talk)
    if verdict is Verdict.SATISFIED:
        return solved(talk)
    if verdict is None and talk.meant[Act.YES] >= _PLAINLY:
        return _done(talk, article, step)
    if (step.asks or article.asks) is Asks.FOUND and verdict is None:
        return _found(talk, article, step)
    # Who says more than that it is done says that it did not help.
    failed = verdict is Verdict.DISSATISFIED or script.says("tried", talk.text)
    return _next(talk, article, step) if failed else None


def read_plainly(talk: Talk) -> Turn | None:
    """What can mean one thing only at a step: its button, a plain word for it, a remark, or a bare fact of the case."""
    article = knowledge.article(talk.dialogue.article)
    step = article.step(talk.dialogue.step)
    is_bare = len(script.tokens(talk.text)) <= _BARE
    if step.choices:
        return read_step(talk) if is_bare else None
    plain = _read_plain(talk, article, step)
    if plain or not is_bare:
        return plain
    tells = any(readers.READERS[item](talk.text) for item in (*_FACTS, *talk.dialogue.missing))
    return tell_more(talk) if tells else None


def _read_plain(talk: Talk, article: Article, step: Step) -> Turn | None:
    """What the words for it say of a step: how it went, that there is no time or no such menu, which were tried."""
    said = remarks.read(talk.text)
    few = len(script.tokens(talk.text)) <= _LONGEST_ANSWER
    how = step.asks or article.asks
    before = talk.dialogue.tried
    done = tuple(one for one in tried.done(talk.text, article) if one not in before)
    about_step = bool(said & {Remark.SAME, Remark.CANNOT, Remark.SEEKS, Remark.WORKS})
    is_remark = (few and about_step) or (bool(done) and "?" not in talk.text)
    if asks(talk) and not is_remark and Remark.CORRECTS not in said and not script.says("what_next", talk.text):
        return None
    talk = replace(talk, dialogue=talk.dialogue.evolve(tried=(*before, *done)))
    another = _another_guide(talk) if Remark.CORRECTS in said else None
    if another:
        return another
    if Remark.CANNOT in said:
        return _cannot(talk, article, step)
    if Remark.SEEKS in said:
        return _sought(talk, article, step)
    waits = Remark.WAITS in said or script.is_whole("waits", talk.text)
    if waits or _not_done_yet(talk, how, said):
        return talk.stay(talk.voice.say("takes_time", "agent"))
    found_it = talk.dialogue.asked == "find" and how is Asks.WORKED and Remark.SAME not in said
    if found_it and script.says("what_next", talk.text):
        return _meant(talk, article, step)
    if Remark.SAME in said or any(script.says(one, talk.text) for one in ("not_worked", "next_step", "what_next")):
        return _went(talk, article, step)
    if Remark.WORKS in said:
        return solved(talk)
    if script.says("worked", talk.text):
        only_yes = how is not Asks.WORKED and script.is_whole("yes", talk.text)
        return _done(talk, article, step) if only_yes else solved(talk)
    called_for = tried.first(talk.text, article)
    if called_for and called_for.name not in (*talk.dialogue.tried, step.name):
        at = _at(talk, _passed(talk.dialogue, step), article, called_for)
        return _walk(talk, at, talk.voice.say("guide_rather")) if at else None
    if step.name in done:
        return _went(talk, article, step)
    if script.is_whole("step_done", talk.text):
        return _done(talk, article, step)
    if Remark.DONE in said and len(script.tokens(talk.text)) <= _BARE:
        is_asked = talk.dialogue.asked == "result"
        return _next(talk, article, step) if is_asked else _done(talk, article, step)
    if how is not Asks.WORKED and script.says("tried", talk.text):
        return _went(talk, article, step)
    return tell_more(talk) if done else None


def _another_guide(talk: Talk) -> Turn | None:
    """The guide of what was meant, where another was begun; the case goes on."""
    here, denied = talk.dialogue.article, " ".join(_DENIED.findall(talk.heard))
    before = (one for one in talk.dialogue.text.split() if one.strip(".,!?").lower() not in denied.lower().split())
    text = stored(f"{' '.join(before)}. {_DENIED.sub(' ', talk.heard)}")
    found = (one.article for one in talk.about(text).clause.fitting if one.article.id != here and one.chance >= _MAYBE)
    about = knowledge.article(here).category
    alike = _OF_SIGNAL if about in _OF_SIGNAL else (about,)
    troubles = (one for one in found if one.steps and one.kind is not Kind.INFORMATION and one.category in alike)
    article = next(troubles, None)
    dialogue = talk.dialogue.evolve(text=text, tried=(), path=())
    begun = begin(replace(talk, dialogue=dialogue), article) if article else None
    if begun is None and denied and talk.dialogue.about:
        return talk.turn(talk.dialogue.at("start"), wish=Add(talk.dialogue.about, talk.heard))
    if begun is None:
        return None
    noted = replace(begun, dialogue=begun.dialogue.evolve(about=talk.dialogue.about, missing=talk.dialogue.missing))
    if not talk.dialogue.about:
        return noted
    begins = noted.dialogue.evolve(asked="next")
    return talk.turn(begins, wish=Add(talk.dialogue.about, talk.heard))


def _not_done_yet(talk: Talk, how: Asks, said: frozenset[Remark]) -> bool:
    """Whether a "not yet" is about the step, not about what it was to help."""
    return how is not Asks.WORKED and Remark.SAME not in said and script.is_whole("not_yet", talk.text)


def _done(talk: Talk, article: Article, step: Step) -> Turn:
    """A step is done: whether it helped is asked once; of what is set up or looked at, the next follows."""
    how = step.asks or article.asks
    if how is Asks.WORKED:
        result = talk.dialogue.evolve(asked="result", misunderstood=0)
        buttons = script.places()["guide"].buttons
        is_asked = talk.dialogue.asked == "result"
        return solved(talk) if is_asked else talk.turn(result, talk.voice.say("ask_result", *buttons))
    following = _after(talk, article, step)
    if following is None:
        return solved(talk) if how is Asks.DONE else _next(talk, article, step)
    return _walk(talk, following)


def _went(talk: Talk, article: Article, step: Step) -> Turn:
    """A step did not help: the next one; what it showed goes to the case."""
    tells = (step.asks or article.asks) is Asks.FOUND and len(script.tokens(talk.text)) > _BARE
    return _found(talk, article, step) if tells else _next(talk, article, step)


def _found(talk: Talk, article: Article, step: Step) -> Turn:
    """What a step showed goes to the case, and the next one follows."""
    passed = replace(talk, dialogue=talk.dialogue.evolve(tried=(*talk.dialogue.tried, step.name)))
    following = _after(passed, article, step)
    if not talk.dialogue.about or following is None or not script.tokens(talk.text):
        return _next(talk, article, step)
    return talk.turn(following.evolve(asked="next"), wish=Add(following.about, talk.heard))


def _cannot(talk: Talk, article: Article, step: Step) -> Turn:
    """What a step speaks of is not found: how it is found, where all else rests on it; else the next one."""
    how = step.asks or article.asks
    if how is Asks.DONE and talk.dialogue.asked != "find":
        found = menus.named(talk.spoken(step.do)) or menus.anywhere()
        said = talk.voice.say("guide_find", *_buttons(how), words=found.on(talk.text, talk.language))
        return talk.turn(talk.dialogue.evolve(asked="find"), said)
    return _next(talk, article, step, say="guide_passed_over" if how is Asks.WORKED else "guide_next")


def _sought(talk: Talk, article: Article, step: Step) -> Turn | None:
    """Where what a step speaks of is, by the phone if one is named; else which step is meant.

    ``None`` where a place in the world is asked for, not one on the phone.
    """
    if slots.read(talk.text).town or lookups.asks(talk.text, "shop"):
        return None
    found = menus.named(talk.text, talk.spoken(step.do))
    buttons = _buttons(step.asks or article.asks)
    where = found.on(talk.text, talk.language) if found else ""
    said = talk.voice.say("guide_find", *buttons, words=where)
    if not found or was_said(talk, said):
        return _meant(talk, article, step)
    return talk.turn(talk.dialogue.evolve(asked="find", misunderstood=0), said)


def _meant(talk: Talk, article: Article, step: Step) -> Turn:
    """Which step is meant."""
    buttons = _buttons(step.asks or article.asks)
    return talk.stay(talk.voice.say("guide_meant", *buttons, words=talk.spoken(step.do)))


def tell_more(talk: Talk) -> Turn | None:
    """More is told of the case a guide began with; the step stays asked. ``None`` without one, or where none is."""
    dialogue = talk.dialogue
    if not dialogue.about or not script.tokens(talk.text) or talk.clause.act in understand.COURTESY:
        return None
    if asks(talk):
        return _ask_team(talk)
    return talk.turn(
        dialogue.evolve(missing=readers.missing(dialogue.missing, talk.text), misunderstood=0),
        wish=Add(dialogue.about, talk.heard),
    )


def _is_of_line(talk: Talk, clause: understand.Clause) -> bool:
    """Whether a clause asks what the line says that may be read here."""
    asks_it = clause.asks or clause.meant[Act.LINE] >= _LIKELY
    return bool(talk.facts.readable) and asks_it and bool(slots.asked_of_line(clause.text))


def see_line(talk: Talk) -> Turn | None:
    """What is asked of the own line at a step, if it may be read; the step stays asked."""
    if talk.dialogue.place != "guide" or not _is_of_line(talk, talk.clause):
        return None
    rest = next((one for one in _LINKED.split(talk.heard) if slots.asked_of_line(one)), "")
    if rest and rest != talk.heard and _tells_fact(talk):
        return talk.turn(talk.dialogue.evolve(misunderstood=0), wish=Add(talk.dialogue.about, talk.heard, rest=rest))
    return proving.see(talk, slots.all_asked_of_line(talk.text))


def _ask_team(talk: Talk) -> Turn | None:
    """What nothing here answers is asked of the team."""
    known = talk.clause.slots.looks or articles.to_tell(talk.clause) or lookups.answer(talk)
    answered = talk.clause.act is not Act.ASK or known
    return (
        None if answered else talk.turn(talk.dialogue, wish=Add(talk.dialogue.about, talk.heard, say="question_added"))
    )


def _tells_fact(talk: Talk) -> bool:
    """Whether a fact is told of the case a guide began with: where, when, which device, which number."""
    return bool(talk.dialogue.about) and any(readers.READERS[item](talk.text) for item in _FACTS)


def _verdict(talk: Talk) -> Verdict | None:
    """Whether a step helped, by what is likely meant."""
    if len(script.tokens(talk.text)) > _LONGEST_ANSWER:
        return None
    meant = talk.meant
    said = satisfaction.read(talk.text, talk.facts.satisfied_from)
    if meant[Act.SOLVED] >= _LIKELY and said and said[0] is Verdict.SATISFIED:
        return Verdict.SATISFIED
    if meant[Act.UNSOLVED] + meant[Act.PROBLEM] + meant[Act.NO] + meant[Act.CORRECT] >= _LIKELY:
        return Verdict.DISSATISFIED
    return None


def _chosen(choices: tuple[Choice, ...], talk: Talk) -> Choice | None:
    """The choice a text names: by its number, its label, or the words that only its label has."""
    said = script.tokens(talk.text)
    if len(said) == 1 and said[0].isdigit() and 1 <= int(said[0][:4]) <= len(choices):
        return choices[int(said[0][:4]) - 1]
    exact = (one for one in choices if said in (script.tokens(one.label.id), script.tokens(one.label.en)))
    return next(exact, None) or _named(choices, said) or _yes_or_no(choices, talk)


def _named(choices: tuple[Choice, ...], said: tuple[str, ...]) -> Choice | None:
    """The one choice of whose label the most words are said, among those that no other label has."""
    known = {*said, *(kind for kind in _KINDS if script.listed(kind) & set(said))}
    labels = [set(script.tokens(f"{one.label.id} {one.label.en}")) - script.listed("asides") for one in choices]
    counts = []
    for place, label in enumerate(labels):
        others = set().union(*(one for at, one in enumerate(labels) if at != place))
        counts.append(len((label - others) & known))
    best = max(counts, default=0)
    return choices[counts.index(best)] if best and counts.count(best) == 1 else None


def _told_before(step: Step, said: tuple[str, ...]) -> Choice | None:
    """The choice that was told before it is asked: of devices, or where what the step is about is named with it."""
    choice = _named(step.choices, said)
    of_devices = choice and set(script.tokens(choice.label.id)) & {*_KINDS, *script.listed("devices")}
    return choice if of_devices or step.name in said else None


def _yes_or_no(choices: tuple[Choice, ...], talk: Talk) -> Choice | None:
    """Of two choices that begin with yes and no, the one said in other words for it."""
    first = {script.tokens(one.label.id)[0]: one for one in choices if script.tokens(one.label.id)}
    for name, word in (
        ("yes", "ya"),
        ("worked", "sudah"),
        ("step_done", "sudah"),
        ("no", "tidak"),
        ("not_worked", "belum"),
    ):
        if word in first and script.says(name, talk.text):
            return first[word]
    return None


def back(talk: Talk) -> Turn:
    """One step back; from the first, out of the guide."""
    dialogue = talk.dialogue
    if not dialogue.path:
        return talk.turn(dialogue.at("start"), talk.voice.say("cancelled", *script.places()["start"].buttons))
    step = dialogue.path[-1]
    left = tuple(one for one in dialogue.tried if one != step)
    return _walk(talk, dialogue.evolve(step=step, path=dialogue.path[:-1], tried=left, misunderstood=0, asked=""))


def _next(talk: Talk, article: Article, step: Step, say: str = "guide_next") -> Turn:
    left = tuple(dict.fromkeys((*talk.dialogue.tried, step.name)))
    talk = replace(talk, dialogue=talk.dialogue.evolve(tried=left))
    following = _after(talk, article, step)
    return _walk(talk, following, talk.voice.say(say)) if following else _to_team(talk, article)


def _to_team(talk: Talk, article: Article) -> Turn:
    """Nothing is left to try: the team of the case goes on, with what was tried."""
    dialogue = talk.dialogue
    told = notes(talk)
    case = talk.open_case
    walked = set(dialogue.tried) <= {*dialogue.path, dialogue.step}
    if case and case.reference == dialogue.about:
        wish = Add(case.reference, talk.heard, told, say="guide_failed_added" if walked else "guide_over_added")
        return talk.turn(dialogue.at("start"), wish=wish)
    text = dialogue.text or talk.heard
    say = "guide_failed" if walked else "guide_over"
    opening = Open(Kind.TECHNICAL, article.category, talk.about(text).seen.priority, text, say, notes=told)
    return talk.turn(dialogue.at("start"), wish=opening)


def go_on(talk: Talk) -> Turn:
    """The step after the one that was asked; of a choice, the choice again."""
    article = knowledge.article(talk.dialogue.article)
    step = article.step(talk.dialogue.step)
    return talk.stay(step_said(talk, talk.dialogue)) if step.choices else _next(talk, article, step)


def nothing_there(talk: Talk) -> Turn:
    """Nothing is found where a step leads."""
    article = knowledge.article(talk.dialogue.article)
    step = article.step(talk.dialogue.step)
    return talk.stay(step_said(talk, talk.dialogue)) if step.choices else _cannot(talk, article, step)


def tell_cause(talk: Talk) -> Turn:
    """Why something does not work: what it mostly comes from; the step stays asked."""
    words = cause(talk, knowledge.article(talk.dialogue.article), sentences=1)
    said = talk.voice.say("guide_cause", cause=words) if talk.dialogue.about else talk.voice.say("said", words=words)
    return talk.stay(said, again_said(talk))


def solved(talk: Talk) -> Turn:
    """A step helped: the case that the guide began with hears of it."""
    article = knowledge.article(talk.dialogue.article)
    case = talk.open_case
    if case and case.reference == talk.dialogue.about:
        note = talk.voice.text("note_solved", title=talk.spoken(article.title))
        wish = Add(case.reference, talk.heard, (note,), say="guide_done_added")
        return talk.turn(talk.dialogue.at("start"), wish=wish)
    return talk.turn(talk.dialogue.at("start"), talk.voice.say("guide_done"))


DEEDS: dict[str, Callable[[Talk], Turn]] = {
    "question": question,
    "walk_guide": walk,
    "step_back": back,
    "tell_cause": tell_cause,
    "nothing_there": nothing_there,
}
