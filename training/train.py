"""`python -m training.train`: makes layers/care/python/care/content/triage.model from training/texts.

Needs requirements/training.txt. docs/triage.md says what was tried, and how well it does.

The file is `triage.MAGIC`, the length of the header in four bytes (little-endian), the header as JSON, and the weights
compressed by zlib: a byte a bucket for each output in turn (`hashed.ZERO` is nought), then a signed byte a bucket for
the language.
"""

# mypy: disable-error-code="import-not-found,import-untyped"
import sys
from collections.abc import Sequence
from typing import Any

import numpy

from care.reading import hashed, triage
from care.words import Priority
from training import corpus, features, language, linear, models
from training.corpus import Example
from training.features import Array

MODEL = corpus.RULES.with_name("triage.model")
SEED = 817
BUCKETS = 1 << 17
POWER = 0.5
STRENGTH = 10.0
RARITY = {"kind": 0.25, "category": 1.0, "priority": 0.25}
"""How much more a rare bucket counts than a frequent one: what a text is about is told by rarer words than its kind."""
CATEGORY_OF_NONE = 0.05
"""What a text that asks for nothing weighs when categories are learned."""

LANGUAGE_BUCKETS = 1 << 17
LANGUAGE_POWER = 0.5
LANGUAGE_STRENGTH = 1.0


def meaning(own: Sequence[Example], rounds: int) -> tuple[Array, Array]:
    """Weights (buckets × outputs) and biases of kinds, categories and priorities, in this order."""
    seen = features.meaning([one.text for one in own], BUCKETS, POWER, hashed.ENDS)
    even = numpy.ones(len(own))
    about = numpy.array([CATEGORY_OF_NONE if one.kind == triage.NONE else 1.0 for one in own])
    parts = [
        _learned(seen, _truth([one.kind for one in own], triage.KINDS), even, RARITY["kind"], rounds),
        _learned(seen, _truth([one.category for one in own], triage.CATEGORIES), about, RARITY["category"], rounds),
    ]
    for least in triage.PRIORITIES:
        pressing = numpy.array([[float(Priority(one.priority).rank <= least.rank)] for one in own])
        parts.append(_learned(seen, pressing, even, RARITY["priority"], rounds))
    return numpy.hstack([part.weights for part in parts]), numpy.concatenate([part.biases for part in parts])


def _learned(seen: features.Features, truth: Array, weight: Array, power: float, rounds: int) -> linear.Linear:
    rare = features.rarity(seen, power)
    found = linear.fit(features.emphasized(seen, rare), truth, weight, STRENGTH, rounds)
    return linear.Linear(found.weights * rare[:, None], found.biases)


def tongue(own: Sequence[Example]) -> linear.Linear:
    """The language model: one output, Indonesian."""
    found = language.phrases(own, SEED)
    seen = features.language(found.words, LANGUAGE_BUCKETS, LANGUAGE_POWER)
    truth = numpy.array([[float(one)] for one in found.indonesian])
    return linear.fit(seen, truth, numpy.array(found.weights), LANGUAGE_STRENGTH, rounds=60)


def _truth(names: Sequence[str], classes: Sequence[str]) -> Array:
    return numpy.array([[float(name == one) for one in classes] for name in names])


def written(own: Sequence[Example], rounds: int = 120) -> bytes:
    """The model file, learned from these texts in so many rounds at most."""
    weights, biases = meaning(own, rounds)
    scales = numpy.abs(weights).max(axis=0) / 127
    levels = numpy.rint(weights / scales).astype(int) + hashed.ZERO
    indonesian = tongue(own)
    scale = float(numpy.abs(indonesian.weights).max() / 127)
    signed = numpy.rint(indonesian.weights[:, 0] / scale).astype(numpy.int8)
    header: dict[str, Any] = {
        "learned_from": {
            "texts": len(own),
            "texts_sha256": corpus.digest(),
            "rules_sha256": corpus.digest_of({part: corpus.rules()[part] for part in ("spelling", "language")}),
        },
        "buckets": BUCKETS,
        "power": POWER,
        "scales": [float(f"{one:.6g}") for one in scales],
        "biases": [float(f"{one:.6g}") for one in biases],
        "language": {
            "scale": float(f"{scale:.6g}"),
            "bias": float(f"{float(indonesian.biases[0]):.6g}"),
            "power": LANGUAGE_POWER,
        },
    }
    return models.packed(triage.MAGIC, header, levels.T.astype(numpy.uint8).tobytes() + signed.tobytes())


def main() -> int:
    own = corpus.own()
    data = written(own)
    MODEL.write_bytes(data)
    print(f"{MODEL.name}: {len(data) / 1024:.0f} KB from {len(own)} texts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
