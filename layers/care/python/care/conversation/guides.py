"""Answers from the articles, and guides walked step by step."""

from collections.abc import Callable
from dataclasses import replace

from care.conversation import readers, script
from care.conversation.articles import Fitting
from care.conversation.dialogue import Dialogue, stored
from care.conversation.handover import notes
from care.conversation.talk import Add, Open, Said, Talk, Turn
from care.reading import knowledge, satisfaction
from care.reading.acts import Act
from care.reading.knowledge import Article, Choice, Step
from care.reading.satisfaction import Verdict
from care.telling.outbox import Button
from care.words import Kind

_CAUSE = 2
_LONGEST_ANSWER = 12
_LIKELY = 0.6
_TITLES = 2
_LISTED = 6
_NEAR = 0.15
_FACTS = ("where", "device", "number")
_BARE = 4
"""So few words that tell something missing are an answer, however they are else read."""


def question(talk: Talk) -> Turn:
    """Somebody has a question: it is asked."""
    return talk.turn(talk.dialogue.at("start"), talk.voice.say("ask_question"))


def tell(talk: Talk, told: list[Fitting]) -> Turn:
    """The articles that answer, one at least; then the guide of one is offered, or it is asked whether that helped.

    Who asks how something is done reads the steps at once, or is asked what they depend on.
    """
    first = told[0].article
    asks_how = script.says("how", talk.text) and bool(first.steps) and not talk.facts.short
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
    dialogue = _begun(talk, article).evolve(step=asked.name, told=(article.id,))
    step = step_said(talk, dialogue)
    return talk.turn(dialogue, replace(step, text=f"{cause(talk, article)}\n\n{step.text}"))


def _titled(talk: Talk, id: str) -> Button:
    title = talk.spoken(knowledge.article(id).title)
    return Button(label=title, text=title)


def articles_said(talk: Talk, told: list[Fitting]) -> tuple[Said, ...]:
    """The answers of articles."""
    return tuple(talk.voice.say("said", words=talk.spoken(one.article.answer)) for one in told)


def begin(talk: Talk, article: Article) -> Turn:
    """The likely cause and the first step in one."""
    dialogue = _begun(talk, article).evolve(told=(article.id,))
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


def _begun(talk: Talk, article: Article) -> Dialogue:
    """At the first step whose answer the customer's words do not have."""
    text = talk.dialogue.text or stored(talk.heard)
    dialogue = talk.dialogue.at("guide", article=article.id, step=article.steps[0].name, text=text)
    for _ in article.steps:
        choice = _named(article.step(dialogue.step).choices, script.tokens(text))
        if choice is None:
            break
        dialogue = _forward(dialogue, choice.next)
    return dialogue


def walk(talk: Talk) -> Turn:
    """Begin the guide that was offered."""
    article = knowledge.article(talk.dialogue.article)
    dialogue = _begun(talk, article).evolve(about=talk.dialogue.about)
    return _walk(talk, dialogue)


def begin_for_device(talk: Talk) -> Turn | None:
    """A device named where a guide was offered begins it, for that device."""
    named = len(script.tokens(talk.text)) <= _BARE and not talk.asks and readers.READERS["device"](talk.text)
    if not named:
        return None
    text = stored(f"{talk.dialogue.text} {talk.heard}")
    return walk(replace(talk, dialogue=talk.dialogue.evolve(text=text)))


def _walk(talk: Talk, dialogue: Dialogue, *before: Said) -> Turn:
    return talk.turn(dialogue, *before, step_said(talk, dialogue))


def step_said(talk: Talk, dialogue: Dialogue) -> Said:
    """The step a dialogue is at, with what can be answered."""
    step = knowledge.article(dialogue.article).step(dialogue.step)
    its = script.places()["guide"]
    if step.choices:
        labels = (talk.spoken(choice.label) for choice in step.choices)
        return talk.voice.say(
            "said", *(Button(label=one, text=one) for one in labels), "agent", words=talk.spoken(step.do)
        )
    return talk.voice.say("guide_step", *its.buttons, words=talk.spoken(step.do))


def read_step(talk: Talk) -> Turn | None:
    """What a customer says at a step: chosen, solved, not solved; ``None`` when it is something else."""
    article = knowledge.article(talk.dialogue.article)
    step = article.step(talk.dialogue.step)
    if step.choices:
        choice = _chosen(step.choices, talk)
        return _walk(talk, _forward(talk.dialogue, choice.next)) if choice else None
    if script.says("not_worked", talk.text) or script.says("next_step", talk.text):
        return _next(talk, article, step)
    if _tells_fact(talk):
        return tell_more(talk)
    if script.is_whole("tried", talk.text):
        return talk.stay(talk.ask_again())
    verdict = _verdict(talk)
    if verdict is None and script.says("tried", talk.text):
        # Who says more than that it is done says that it did not help.
        return _next(talk, article, step)
    if verdict is Verdict.SATISFIED:
        # Of what is set up, each step done leads on; of what did not work, the one that helped ends it.
        following = None if _is_of_trouble(talk) else article.after(step.name)
        return _walk(talk, _forward(talk.dialogue, following.name)) if following else solved(talk)
    if verdict is Verdict.DISSATISFIED:
        return _next(talk, article, step)
    return None


def tell_more(talk: Talk) -> Turn | None:
    """More is told of the case a guide began with; the step stays asked. ``None`` without one, or of nothing."""
    dialogue = talk.dialogue
    if not dialogue.about or talk.asks or not script.tokens(talk.text):
        return None
    return talk.turn(
        dialogue.evolve(missing=readers.missing(dialogue.missing, talk.text), misunderstood=0),
        wish=Add(dialogue.about, talk.heard),
    )


def _tells_fact(talk: Talk) -> bool:
    """Whether a fact is told of the case a guide began with: where, which device, which number."""
    if not talk.dialogue.about or talk.asks:
        return False
    return any(readers.READERS[item](talk.text) for item in _FACTS)


def _is_of_trouble(talk: Talk) -> bool:
    """Whether a guide is walked because something does not work."""
    if talk.dialogue.about:
        return True
    meant = talk.about(talk.dialogue.text).meant
    return meant[Act.PROBLEM] + meant[Act.UNSOLVED] >= _LIKELY


def read_plainly(talk: Talk) -> Turn | None:
    """What can mean one thing only at a step: its button, a plain word for it, or a bare fact of the case."""
    step = knowledge.article(talk.dialogue.article).step(talk.dialogue.step)
    if len(script.tokens(talk.text)) > _BARE:
        return None
    if step.choices or _says_worked(talk) or any(script.says(one, talk.text) for one in ("not_worked", "tried")):
        return read_step(talk)
    tells = any(readers.READERS[item](talk.text) for item in (*_FACTS, *talk.dialogue.missing))
    return tell_more(talk) if tells else None


def _says_worked(talk: Talk) -> bool:
    """Whether a step is said to have helped; "kok bisa?" asks how that may be."""
    return script.says("worked", talk.text) and not talk.asks


def _verdict(talk: Talk) -> Verdict | None:
    """Whether a step helped: by the words for it, then by what is likely meant."""
    if _says_worked(talk):
        return Verdict.SATISFIED
    if talk.asks or len(script.tokens(talk.text)) > _LONGEST_ANSWER:
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
    labels = [set(script.tokens(f"{one.label.id} {one.label.en}")) - script.listed("asides") for one in choices]
    counts = []
    for place, label in enumerate(labels):
        others = set().union(*(one for at, one in enumerate(labels) if at != place))
        counts.append(len((label - others) & set(said)))
    best = max(counts, default=0)
    return choices[counts.index(best)] if best and counts.count(best) == 1 else None


def _yes_or_no(choices: tuple[Choice, ...], talk: Talk) -> Choice | None:
    """Of two choices that begin with yes and no, the one said in other words for it."""
    first = {script.tokens(one.label.id)[0]: one for one in choices if script.tokens(one.label.id)}
    for name, word in (("yes", "ya"), ("worked", "sudah"), ("no", "tidak"), ("not_worked", "belum")):
        if word in first and script.says(name, talk.text):
            return first[word]
    return None


def _forward(dialogue: Dialogue, step: str) -> Dialogue:
    return dialogue.evolve(step=step, path=(*dialogue.path, dialogue.step), misunderstood=0)


def back(talk: Talk) -> Turn:
    """One step back; from the first, out of the guide."""
    dialogue = talk.dialogue
    if not dialogue.path:
        return talk.turn(dialogue.at("start"), talk.voice.say("cancelled", *script.places()["start"].buttons))
    step = dialogue.path[-1]
    tried = tuple(one for one in dialogue.tried if one != step)
    return _walk(talk, dialogue.evolve(step=step, path=dialogue.path[:-1], tried=tried, misunderstood=0))


def _next(talk: Talk, article: Article, step: Step) -> Turn:
    tried = tuple(dict.fromkeys((*talk.dialogue.tried, step.name)))
    dialogue = talk.dialogue.evolve(tried=tried)
    following = article.after(step.name)
    if following and following.name not in tried:
        return _walk(talk, _forward(dialogue, following.name), talk.voice.say("guide_next"))
    talk = Talk(dialogue, talk.text, talk.heard, talk.facts, talk.language)
    told = notes(talk)
    case = talk.open_case
    if case and case.reference == dialogue.about:
        wish = Add(case.reference, talk.heard, told, say="guide_failed_added")
        return talk.turn(dialogue.at("start"), wish=wish)
    text = dialogue.text or talk.heard
    opening = Open(Kind.TECHNICAL, article.category, talk.about(text).seen.priority, text, "guide_failed", notes=told)
    return talk.turn(dialogue.at("start"), wish=opening)


def go_on(talk: Talk) -> Turn:
    """The step after the one that was asked; of a choice, the choice again."""
    article = knowledge.article(talk.dialogue.article)
    step = article.step(talk.dialogue.step)
    return talk.stay(step_said(talk, talk.dialogue)) if step.choices else _next(talk, article, step)


def tell_cause(talk: Talk) -> Turn:
    """Why something does not work: what it mostly comes from; the step stays asked."""
    words = cause(talk, knowledge.article(talk.dialogue.article), sentences=1)
    said = talk.voice.say("guide_cause", cause=words) if talk.dialogue.about else talk.voice.say("said", words=words)
    return talk.stay(said, talk.ask_again())


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
}
