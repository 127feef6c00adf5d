"""`python -m training.ranking`: makes layers/care/python/care/content/ranking.toml, and measures it.

Three small models whose weights can be read. How a sentence is meant: of `training/acts` and every sign of
`care.conversation.understand`. Whether an article answers: of `training/questions` and the signs of
`care.conversation.articles`. What is asked on about: of `training/asked_on` and the signs of
`care.conversation.going_on`. The models of acts and of subjects read each text for it without having learned from it.
Needs requirements/training.txt.
"""

# mypy: disable-error-code="import-not-found,import-untyped"
import sys
from collections import Counter
from collections.abc import Sequence

import numpy
from scipy.optimize import minimize

from care.content import FOLDER
from care.conversation import articles, going_on, understand
from care.conversation.understand import clause
from care.reading import knowledge, triage
from care.reading.acts import Act
from care.reading.subjects import NOTHING
from care.words import Language
from training import acts, customers, subjects
from training.corpus import Example
from training.features import Array

RANKING = FOLDER / "ranking.toml"
STRENGTH = 30.0
ARTICLE_STRENGTH = 100.0
WAYS_STRENGTH = 1.0
FOLDS = 4


def fit(signs: Array, truth: Array, strength: float) -> tuple[Array, Array]:
    """Weights (signs × classes) and biases of a multinomial logistic regression; ``truth`` is rows × classes."""
    rows, size = signs.shape
    classes = truth.shape[1]

    def loss(flat: Array) -> tuple[float, Array]:
        weights, biases = flat[: size * classes].reshape(size, classes), flat[size * classes :]
        scores = signs @ weights + biases
        parts = numpy.exp(scores - scores.max(axis=1, keepdims=True))
        shares = parts / parts.sum(axis=1, keepdims=True)
        surprise = -(truth * numpy.log(numpy.clip(shares, 1e-12, 1))).sum() + (weights**2).sum() / (2 * strength)
        errors = shares - truth
        slope = numpy.concatenate([(signs.T @ errors + weights / strength).ravel(), errors.sum(axis=0)])
        return surprise / rows, slope / rows

    found = minimize(loss, numpy.zeros(size * classes + classes), jac=True, method="L-BFGS-B", options={"maxiter": 500})
    return found.x[: size * classes].reshape(size, classes), found.x[size * classes :]


def learn_acts(measure: bool) -> dict[str, dict[str, float]]:
    """The weights of the signs by act."""
    examples = customers.sentences()
    parts = [str(at % FOLDS) for at in range(len(examples))]
    read = acts.LEARNER.left_out(examples, parts, acts.said())
    rows = []
    for one, shares in zip(examples, read, strict=True):
        language = triage.language_of(one.text) or Language(one.language)
        rows.append(clause(one.text, language).signs(dict(zip(Act, shares, strict=True))))
    names = sorted({name for row in rows for name in row})
    signs = numpy.array([[row.get(name, 0.0) for name in names] for row in rows])
    truth = numpy.array([[float(one.kind == act) for act in Act] for one in examples])
    if measure:
        _measure_acts(examples, parts, signs, truth, read)
    weights, biases = fit(signs, truth, STRENGTH)
    return {
        act: {"bias": float(biases[at]), **{name: float(weights[row, at]) for row, name in enumerate(names)}}
        for at, act in enumerate(Act)
    }


def _measure_acts(examples: Sequence[Example], parts: Sequence[str], signs: Array, truth: Array, read: Array) -> None:
    right_alone = (read.argmax(axis=1) == truth.argmax(axis=1)).mean()
    found = numpy.zeros_like(truth)
    for part in set(parts):
        inside = numpy.array([one == part for one in parts])
        weights, biases = fit(signs[~inside], truth[~inside], STRENGTH)
        found[inside] = signs[inside] @ weights + biases
    best = found.argmax(axis=1)
    right = best == truth.argmax(axis=1)
    print(f"acts left out: by the model of acts {right_alone:.1%}, by all signs {right.mean():.1%}")
    wrong = Counter((one.kind, str(list(Act)[at])) for one, at, ok in zip(examples, best, right, strict=True) if not ok)
    print("  " + ", ".join(f"{one} as {other} {count}" for (one, other), count in wrong.most_common(25)))


def learn_articles(measure: bool) -> dict[str, float]:
    """The weights of the signs of an article."""
    rows, truth, of = [], [], []
    read = subjects.left_out()
    for at, (text, language, right) in enumerate(customers.questions()):
        its = clause(text, language)
        shares = dict(zip(subjects.LEARNER.labels, read[at], strict=True))
        for id in articles.candidates(its, shares):
            rows.append(articles.signs(its, id, shares))
            truth.append(id in right)
            of.append(at)
    names = list(rows[0])
    signs = numpy.array([[row[name] for name in names] for row in rows])
    both = numpy.array([[1.0 - one, float(one)] for one in truth])
    if measure:
        found = numpy.zeros(len(rows))
        for part in range(FOLDS):
            inside = numpy.array([one % FOLDS == part for one in of])
            weights, biases = fit(signs[~inside], both[~inside], ARTICLE_STRENGTH)
            found[inside] = signs[inside] @ (weights[:, 1] - weights[:, 0]) + biases[1] - biases[0]
        _measure_articles(numpy.array(of), found, signs[:, names.index("score")], numpy.array(truth))
    weights, biases = fit(signs, both, ARTICLE_STRENGTH)
    return {
        "bias": float(biases[1] - biases[0]),
        **{name: float(weights[row, 1] - weights[row, 0]) for row, name in enumerate(names)},
    }


def _measure_articles(of: Array, found: Array, scores: Array, truth: Array) -> None:
    asked = [at for at, (_, _, right) in enumerate(customers.questions()) if right]
    for name, by in (("search", scores), ("all signs", found)):
        first = [truth[of == at][by[of == at].argmax()] for at in asked if (of == at).any()]
        print(f"articles left out: by {name} {sum(first)} of {len(asked)} right first")
    for least in (0.2, 0.3, 0.4, 0.5, 0.6, 0.75):
        told = [at for at in set(of) if 1 / (1 + numpy.exp(-found[of == at].max())) >= least]
        right = sum(bool(truth[of == at][found[of == at].argmax()]) for at in told)
        print(f"  chance from {least}: {len(told)} told, {right} right")


def learn_asked_on(measure: bool) -> dict[str, float]:
    """The weights of the signs of each way to take what is asked on."""
    known = [one for one in customers.asked_on() if knowledge.is_there(one.told)]
    found = [going_on.signs(one.text, one.language, (one.told,)) for one in known]
    names = sorted({name for ways in found for its in ways.values() for name in its})
    rows, truth = [], []
    for one, ways in zip(known, found, strict=True):
        rows.append(numpy.array([[its.get(name, 0.0) for name in names] for its in ways.values()]))
        right = one.articles or {NOTHING}
        truth.append(numpy.array([float(id in right) for id in ways]))
    if measure:
        _measure_asked_on(known, rows, truth)
    return dict(zip(names, map(float, fit_ways(rows, truth)), strict=True))


def fit_ways(rows: Sequence[Array], truth: Sequence[Array]) -> Array:
    """Weights by which of several ways a right one is the likeliest: a conditional logistic regression."""
    taught = [(signs, right) for signs, right in zip(rows, truth, strict=True) if right.any()]

    def loss(weights: Array) -> tuple[float, Array]:
        surprise, slope = (weights**2).sum() / (2 * WAYS_STRENGTH), weights / WAYS_STRENGTH
        for signs, right in taught:
            scores = signs @ weights
            parts = numpy.exp(scores - scores.max())
            shares = parts / parts.sum()
            chance = max(float(shares @ right), 1e-12)
            surprise -= numpy.log(chance)
            slope = slope + signs.T @ (shares - shares * right / chance)
        return surprise / len(taught), slope / len(taught)

    size = rows[0].shape[1]
    found = minimize(loss, numpy.zeros(size), jac=True, method="L-BFGS-B", options={"maxiter": 300}).x
    return numpy.asarray(found)


def _measure_asked_on(known: Sequence[customers.AskedOn], rows: Sequence[Array], truth: Sequence[Array]) -> None:
    """How many are read right by weights learned from what was asked on from other articles."""
    told = sorted({one.told for one in known})
    part = {id: at % FOLDS for at, id in enumerate(told)}
    sure = []
    for fold in range(FOLDS):
        others = [at for at, one in enumerate(known) if part[one.told] != fold]
        weights = fit_ways([rows[at] for at in others], [truth[at] for at in others])
        for at, one in enumerate(known):
            if part[one.told] == fold:
                scores = rows[at] @ weights
                shares = numpy.exp(scores - scores.max())
                best = int(scores.argmax())
                sure.append((float(shares[best] / shares.sum()), bool(truth[at][best])))
    print(f"asked on, left out: {sum(right for _, right in sure)} of {len(sure)} right")
    for least in (0.3, 0.4, 0.5, 0.6, 0.7):
        taken = [right for chance, right in sure if chance >= least]
        print(f"  chance from {least}: {len(taken)} taken, {sum(taken)} right")


def written(by_act: dict[str, dict[str, float]], article: dict[str, float], asked_on: dict[str, float]) -> str:
    """The file's text; what weighs next to nothing is left out."""
    lines = [
        "# Made by python -m training.ranking. What each sign weighs: for how a sentence is meant, for whether an",
        "# article is right, and for what a question goes on to ask. care/conversation/understand.py, articles.py and",
        "# going_on.py name the signs.",
    ]
    for head, weights in (
        *((f"acts.{act}", by_act[act]) for act in by_act),
        ("article", article),
        ("asked_on", asked_on),
    ):
        lines += ["", f"[{head}]"]
        lines += [f"{name} = {value:.2f}" for name, value in weights.items() if abs(value) >= 0.05 or name == "bias"]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Make the file; with --measure tell how well what is left out is read."""
    measure = "--measure" in sys.argv[1:]
    article = learn_articles(measure)
    # How a sentence is meant depends on which article answers it, so that is known first.
    RANKING.write_text(written({}, article, {}), encoding="utf-8")
    articles.weights.cache_clear()
    acts_ = learn_acts(measure)
    RANKING.write_text(written(acts_, article, {}), encoding="utf-8")
    for cached in (understand.weights, understand.clause):
        cached.cache_clear()
    RANKING.write_text(written(acts_, article, learn_asked_on(measure)), encoding="utf-8")


if __name__ == "__main__":
    main()
