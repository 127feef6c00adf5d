"""Product information and technical help: answers spoken, guides walked step by step."""

from care.calling import menu, places
from care.calling.call import Call
from care.calling.turn import Open, Turn
from care.reading import knowledge
from care.words import Kind


def read_product(call: Call, key: str) -> Turn:
    """A key of the product menu."""
    group = menu.product_group(key)
    return call.go("group", group=key) if group else call.missed(key)


def read_group(call: Call, key: str) -> Turn:
    """A key of one of its groups."""
    group = menu.product_group(call.state.group)
    article = group.answers.get(key) if group else None
    if article is None:
        return call.missed(key)
    return call.go("answer", f"answer_{article}", article=article)


def read_answer(call: Call, key: str) -> Turn:
    """After an answer: another of its group, or something else."""
    match key:
        case "1" | "":
            return call.go("anything_else")
        case "2":
            return call.go("group")
    return call.missed(key)


def read_technical(call: Call, key: str) -> Turn:
    """A key of the first menu of guides."""
    if key == menu.MORE:
        return call.go("technical_more")
    return _begin(call, key, menu.technical_guides())


def read_technical_more(call: Call, key: str) -> Turn:
    """A key of the second."""
    return _begin(call, key, menu.more_guides())


def _begin(call: Call, key: str, guides: menu.Keys) -> Turn:
    article = guides.get(key)
    if article is None:
        return call.missed(key)
    first = knowledge.article(article).steps[0].name
    return _step(call.with_(article=article, tried=()), first, f"guide_{article}")


def _step(call: Call, step: str, *before: str) -> Turn:
    """On to a step; ``before`` is said once."""
    article = call.state.article
    if places.is_choice(article, step):
        return call.go("guide_choice", step=step).after(*before)
    said = (places.step_prompt(article, step), *(("guide_ends_call",) if menu.ends_call(article, step) else ()))
    return call.go("guide", *said, step=step).after(*before)


def read_step(call: Call, key: str) -> Turn:
    """Solved, or not and on to the next step; silence says the step again."""
    match key:
        case "1":
            return call.go("anything_else").after("guide_solved")
        case "2":
            return _next(call)
    return call.missed(key)


def read_choice(call: Call, key: str) -> Turn:
    """One of what a step asks for, by its number."""
    step = knowledge.article(call.state.article).step(call.state.step)
    place = int(key) - 1 if key.isdigit() else -1
    if not 0 <= place < len(step.choices):
        return call.missed(key)
    return _step(call, step.choices[place].next)


def _next(call: Call) -> Turn:
    """The step after this one; when all was tried, a case tells a person which."""
    article = knowledge.article(call.state.article)
    tried = tuple(dict.fromkeys((*call.state.tried, call.state.step)))
    following = article.after(call.state.step)
    if following and following.name not in tried:
        return _step(call.with_(tried=tried), following.name)
    return fails(call.with_(tried=tried))


def fails(call: Call) -> Turn:
    """No step helped: the case goes to who can look further, with what was tried."""
    if not call.number and not call.state.nameless:
        return call.go("phone", then="guide")
    article = knowledge.article(call.state.article)
    title = article.title.in_(call.state.language)
    tried = [article.step(one).do.in_(call.state.language) for one in call.state.tried]
    wish = Open(Kind.TECHNICAL, article.category, call.state.priority, "guide_failed", "guide_stored", (title, *tried))
    return call.wish(wish)
