"""`python -m training.train [--public-data DIR]`: makes layers/care/python/care/content/triage.model.

Learns from training/texts alone, or with the public texts of a folder that is not part of this repository:
smsa_train.tsv and smsa_valid.tsv (IndoNLU, SmSA), kamus_alay.csv (colloquial Indonesian lexicon), slang_words.json
(NLP_bahasa_resources), lexicon_javanese.csv and lexicon_sundanese.csv (NusaX); docs/triage.md has sources, licences and
what they are worth. Needs requirements/training.txt.

The file is `triage.MAGIC`, the length of the header in four bytes (little-endian), the header as JSON, and the weights
compressed by zlib: a byte a bucket for each output in turn (`hashed.ZERO` is nought), then a signed byte a bucket for
the language.
"""

# mypy: disable-error-code="import-not-found,import-untyped"
import argparse
import json
import random
import sys
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy

from care.reading import hashed, triage
from care.words import Category, Kind
from training import corpus, features, language, linear
from training.corpus import Example, Public
from training.features import Array

MODEL = corpus.RULES.with_name("triage.model")
SEED = 817
KINDS = [*map(str, Kind), triage.NONE]
CATEGORIES = [*map(str, Category)]

BUCKETS = 1 << 16
POWER = 0.5
STRENGTH = 10.0
RARITY = {"kind": 0.25, "category": 1.0, "urgent": 0.25}
"""How much more a rare bucket counts than a frequent one: what a text is about is told by rarer words than its kind."""
NOISY_COPIES = 2
SENTIMENT = 3000
"""So many texts of SmSA: positive and neutral ones ask for nothing, negative ones may be complaints."""
SENTIMENT_WEIGHT = {"positive": 0.2, "neutral": 0.2, "negative": 0.1}
PHRASES = 9000
PHRASE_WEIGHT = 0.3
TOPIC_WEIGHT = 2.0
"""What a phrase put together, and a topic alone, weigh beside a whole text (1)."""
CATEGORY_OF_NONE = 0.5
"""What a text that asks for nothing weighs when categories are learned."""
URGENT_WEIGHT = 1.0

LANGUAGE_BUCKETS = 1 << 17
LANGUAGE_POWER = 0.5
LANGUAGE_STRENGTH = 1.0

TEMPERATURE = {"kind": 1.0, "category": 1.0, "urgent": 1.0}
"""Scores are divided by these, so that confidences are shares of right answers on genres left out (measured)."""
COMPLAINT = -0.5
"""Added to the score of a complaint, so that as many are found as are wrongly taken for one (measured)."""


def meaning(own: Sequence[Example], public: Public) -> tuple[list[str], Array, Array]:
    """Names, weights (buckets × outputs) and biases of kinds, categories and urgency, in this order."""
    noise = corpus.Noise(public.slang, SEED)
    examples = [
        *(replace(one, weight=one.weight / (1 + NOISY_COPIES)) for one in own),
        *(noise.over(replace(one, weight=one.weight / (1 + NOISY_COPIES))) for one in own for _ in range(NOISY_COPIES)),
        *(replace(one, weight=TOPIC_WEIGHT if one.topic else PHRASE_WEIGHT) for one in corpus.phrases(PHRASES, SEED)),
        *sentiment(public),
    ]
    seen = features.meaning([one.text for one in examples], BUCKETS, POWER)
    weight = numpy.array([one.weight for one in examples])
    kind = numpy.array([one.kind != "" for one in examples])
    category = numpy.array([one.category != "" for one in examples])
    silent = numpy.array([one.kind == triage.NONE for one in examples])
    urgent = numpy.array([[float(one.urgent)] for one in examples])
    asked = weight * kind
    about = weight * category * numpy.where(silent, CATEGORY_OF_NONE, 1.0)
    pressing = weight * numpy.where(urgent[:, 0] > 0, URGENT_WEIGHT, 1.0)
    kinds = _learned(seen, _truth([one.kind for one in examples], KINDS), asked, RARITY["kind"])
    categories = _learned(seen, _truth([one.category for one in examples], CATEGORIES), about, RARITY["category"])
    urgency = _learned(seen, urgent, pressing, RARITY["urgent"])
    kinds.biases[KINDS.index(Kind.COMPLAINT)] += COMPLAINT
    parts = [(kinds, TEMPERATURE["kind"]), (categories, TEMPERATURE["category"]), (urgency, TEMPERATURE["urgent"])]
    names = [*(f"kind:{name}" for name in KINDS), *(f"category:{name}" for name in CATEGORIES), "urgent"]
    weights = numpy.hstack([part.weights / temperature for part, temperature in parts])
    biases = numpy.concatenate([part.biases / temperature for part, temperature in parts])
    return names, weights, biases


def _learned(seen: features.Features, truth: Array, weight: Array, power: float) -> linear.Linear:
    rare = features.rarity(seen, power)
    found = linear.fit(features.emphasized(seen, rare), truth, weight, STRENGTH)
    return linear.Linear(found.weights * rare[:, None], found.biases)


def sentiment(public: Public) -> list[Example]:
    """Public texts by sentiment, cut to the length of a message."""
    rnd = random.Random(SEED)
    examples = []
    for text, feeling in rnd.sample(public.sentiment, min(SENTIMENT, len(public.sentiment))):
        words = text.split()
        size = rnd.randint(3, 25)
        at = rnd.randrange(max(1, len(words) - size))
        kind = str(Kind.COMPLAINT) if feeling == "negative" else triage.NONE
        weight = SENTIMENT_WEIGHT[feeling]
        examples.append(Example(" ".join(words[at : at + size]), "sentiment", kind, language="id", weight=weight))
    return examples


def tongue(own: Sequence[Example], public: Public) -> linear.Linear:
    """The language model: one output, Indonesian."""
    found = language.phrases(own, public, SEED)
    seen = features.language(found.words, LANGUAGE_BUCKETS, LANGUAGE_POWER)
    truth = numpy.array([[float(one)] for one in found.indonesian])
    return linear.fit(seen, truth, numpy.array(found.weights), LANGUAGE_STRENGTH, rounds=60)


def _truth(names: Sequence[str], classes: Sequence[str]) -> Array:
    return numpy.array([[float(name == one) for one in classes] for name in names])


def written(own: Sequence[Example], public: Public) -> bytes:
    """The model file, learned from these texts."""
    names, weights, biases = meaning(own, public)
    scales = numpy.abs(weights).max(axis=0) / 127
    levels = numpy.rint(weights / scales).astype(int) + hashed.ZERO
    indonesian = tongue(own, public)
    scale = float(numpy.abs(indonesian.weights).max() / 127)
    signed = numpy.rint(indonesian.weights[:, 0] / scale).astype(numpy.int8)
    header: dict[str, Any] = {
        "learned_from": {
            "texts": len(own),
            "texts_sha256": corpus.digest(),
            "rules_sha256": corpus.digest_of({part: corpus.rules()[part] for part in ("spelling", "language")}),
            "public": {
                "sentiment": len(public.sentiment),
                "slang": len(public.slang),
                "regional": len(public.regional),
            },
        },
        "buckets": BUCKETS,
        "power": POWER,
        "outputs": names,
        "scales": [float(f"{one:.6g}") for one in scales],
        "biases": [float(f"{one:.6g}") for one in biases],
        "language": {
            "scale": float(f"{scale:.6g}"),
            "bias": float(f"{float(indonesian.biases[0]):.6g}"),
            "power": LANGUAGE_POWER,
        },
    }
    about = json.dumps(header, separators=(",", ":")).encode()
    packed = zlib.compress(levels.T.astype(numpy.uint8).tobytes() + signed.tobytes(), 9)
    return triage.MAGIC + len(about).to_bytes(4, "little") + about + packed


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m training.train", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--public-data", type=Path, metavar="DIR", help="folder of public texts; without it, ours alone"
    )
    chosen = parser.parse_args()
    data = written(corpus.own(), corpus.public(chosen.public_data))
    MODEL.write_bytes(data)
    print(f"{MODEL.name}: {len(data) / 1024:.0f} KB from {len(corpus.own())} texts")
    return 0


if __name__ == "__main__":
    sys.exit(main())
