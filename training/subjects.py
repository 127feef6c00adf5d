"""`python -m training.subjects [--measure]`: makes layers/care/python/care/content/subjects.model.

Learned from the titles and search words of the articles, from `training/questions`, and, as asking for no article, from
the courtesies and small talk of `training/acts`. --measure tells how well questions left out are read. Needs
requirements/training.txt.
"""

import sys

from care.content import FOLDER
from care.reading import knowledge, subjects
from care.reading.acts import Act
from care.reading.subjects import NOTHING
from care.words import Language
from training import customers, models
from training.corpus import Example
from training.features import Array

MODEL = FOLDER / "subjects.model"
LEARNER = models.Learner([*knowledge.articles(), NOTHING], buckets=1 << 14, rounds=50)
PHRASE_WEIGHT = 0.5
"""What a search word weighs beside a whole question."""
FOLDS = 4
_IDLE = {Act.CHAT, Act.THANKS, Act.PRAISE, Act.INSULT, Act.GREET, Act.BYE}


def asked() -> list[Example]:
    """The questions, each once for every article that is right; ``genre`` is its number."""
    return [
        Example(text, str(at), kind=one, language=language, weight=1 / max(1, len(right)))
        for at, (text, language, right) in enumerate(customers.questions())
        for one in sorted(right or {NOTHING})
    ]


def phrases() -> list[Example]:
    """The articles' own titles and search words, and what asks for nothing."""
    found = []
    for id, article in knowledge.articles().items():
        for language in Language:
            words = article.search_words.in_(language, operator="XL", short_number="817").split(",")
            title = article.title.in_(language, operator="XL", short_number="817")
            found += [Example(one.strip(), "words", kind=id, weight=PHRASE_WEIGHT) for one in [title, *words]]
    idle = [one for one in customers.sentences() if one.kind in _IDLE]
    return found + [Example(one.text, "idle", kind=NOTHING, weight=PHRASE_WEIGHT) for one in idle]


def left_out() -> Array:
    """Questions × articles, each read by what was learned without it."""
    read = LEARNER.left_out(asked(), [str(int(one.genre) % FOLDS) for one in asked()], phrases())
    firsts = {one.genre: at for at, one in reversed(list(enumerate(asked())))}
    return read[[firsts[str(at)] for at in range(len(customers.questions()))]]


def main() -> None:
    """Make the model, and measure it if that is asked for."""
    if "--measure" in sys.argv[1:]:
        best = [LEARNER.labels[at] for at in left_out().argmax(axis=1)]
        right = [one in (its or {NOTHING}) for one, (_, _, its) in zip(best, customers.questions(), strict=True)]
        print(f"questions left out: {sum(right)} of {len(right)} right")
    MODEL.write_bytes(LEARNER.learn([*asked(), *phrases()]).written(subjects.MAGIC, customers.questions_digest()))
    print(f"{MODEL.name}: {MODEL.stat().st_size // 1024} kB")


if __name__ == "__main__":
    main()
