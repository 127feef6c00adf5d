"""Answers from the articles, and guides walked step by step."""

from collections.abc import Callable

from care.conversation import script
from care.conversation.dialogue import Dialogue, stored
from care.conversation.handover import notes, person_for
from care.conversation.talk import Add, Open, Said, Talk, Turn, good_hits
from care.reading import knowledge, satisfaction
from care.reading.knowledge import Article, Choice, Step
from care.reading.satisfaction import Verdict
from care.telling.outbox import Button
from care.words import Kind

_TITLES = 2
_LONGEST_ANSWER = 12


def question(talk: Talk) -> Turn:
    """Somebody has a question: it is asked."""
    return talk.turn(talk.dialogue.at("start"), talk.voice.say("ask_question"))


def tell(talk: Talk) -> Turn:
    """The best article for the text; the others that fit stand on buttons. There is one at least."""
    hits = talk.hits
    return tell_article(talk, knowledge.article(hits[0].article), tuple(hit.article for hit in hits[1 : 1 + _TITLES]))


def tell_article(talk: Talk, article: Article, others: tuple[str, ...] = ()) -> Turn:
    """An article; its guide is offered, or begun at once when something does not work. Some always need a person."""
    answer = talk.spoken(article.answer)
    if article.always_person:
        return person_for(talk, article.category, talk.voice.say("said", words=answer))
    if article.steps and talk.sure and talk.seen.kind is Kind.TECHNICAL:
        return _walk(talk, _begun(talk, article), talk.voice.say("said", words=answer))
    place = "guide_offered" if article.steps else "answered"
    its = script.places()[place]
    said = talk.voice.say("said", words=answer)
    asked = talk.voice.say(its.ask, *its.buttons, *(_titled(talk, one) for one in others))
    text = stored(talk.heard)
    return talk.turn(talk.dialogue.at(place, article=article.id, offered=others, text=text), said, asked)


def _titled(talk: Talk, id: str) -> Button:
    title = talk.spoken(knowledge.article(id).title)
    return Button(label=title, text=title)


def offered(talk: Talk) -> Turn | None:
    """An article chosen by the button with its title."""
    said = script.tokens(talk.text)
    for id in talk.dialogue.offered:
        article = knowledge.article(id)
        if said in (script.tokens(article.title.id), script.tokens(article.title.en)):
            return tell_article(talk, article)
    return None


def aside(talk: Talk) -> tuple[Said, ...]:
    """A short answer to a question in between, if there is an article for it."""
    if not talk.hits:
        return ()
    return (talk.voice.say("said", words=talk.spoken(knowledge.article(talk.hits[0].article).answer)),)


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
    if script.says("tried", talk.text):
        return talk.stay(talk.ask_again())
    verdict = _verdict(talk)
    if verdict is Verdict.SATISFIED:
        return _solved(talk, article)
    if verdict is Verdict.DISSATISFIED:
        return _next(talk, article, step)
    return None


def _verdict(talk: Talk) -> Verdict | None:
    if script.says("not_worked", talk.text) or script.says("next_step", talk.text):
        return Verdict.DISSATISFIED
    if script.says("worked", talk.text):
        return Verdict.SATISFIED
    if talk.asks or len(script.tokens(talk.text)) > _LONGEST_ANSWER or any(one.isdigit() for one in talk.text):
        return None
    read = satisfaction.read(talk.text, talk.facts.satisfied_from)
    return read[0] if read else None


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
    opening = Open(Kind.TECHNICAL, article.category, talk.about(text).seen.urgent, text, "guide_failed", notes=told)
    return talk.turn(dialogue.at("start"), wish=opening)


def _solved(talk: Talk, article: Article) -> Turn:
    case = talk.open_case
    if case and case.reference == talk.dialogue.about:
        note = talk.voice.text("note_solved", title=talk.spoken(article.title))
        wish = Add(case.reference, talk.heard, (note,), say="guide_done_added")
        return talk.turn(talk.dialogue.at("start"), wish=wish)
    return talk.turn(talk.dialogue.at("start"), talk.voice.say("guide_done"))


def fitting_guide(text: str, talk: Talk) -> str:
    """The id of the guide that fits a text best, "" when none does."""
    for hit in good_hits(text, talk.language)[:1]:
        article = knowledge.article(hit.article)
        if article.steps and not article.always_person:
            return article.id
    return ""


DEEDS: dict[str, Callable[[Talk], Turn]] = {"question": question, "walk_guide": walk, "step_back": back}
