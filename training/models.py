"""Linear models of texts with one label each: learned, measured on texts left out, and written.

The file is a magic line, the length of a header in four bytes (little-endian), the header as JSON, and the weights
compressed by zlib: a byte a bucket for each label in turn (`hashed.ZERO` is nought).
"""

# mypy: disable-error-code="import-not-found,import-untyped"
import json
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy

from care.reading import hashed
from training import corpus, features, linear
from training.corpus import Example
from training.features import Array

SEED = 817
NOISY_COPIES = 2
_ROUNDS_LEFT_OUT = 40


@dataclass(frozen=True)
class Learner:
    """How a model learns: ``labels`` are the values of ``Example.kind``; ``ends`` stand around each text."""

    labels: Sequence[str]
    buckets: int
    ends: tuple[str, ...] = ()
    power: float = 0.5
    strength: float = 10.0
    rarity: float = 0.25
    rounds: int = 60

    def learn(self, examples: Sequence[Example]) -> "Learned":
        """The weights of each label, learned from the texts and noisy copies of them."""
        noise = corpus.Noise(SEED)
        weighed = [replace(one, weight=one.weight / (1 + NOISY_COPIES)) for one in examples]
        whole = [*weighed, *(noise.over(one) for one in weighed for _ in range(NOISY_COPIES))]
        seen = features.meaning([one.text for one in whole], self.buckets, self.power, self.ends)
        rare = features.rarity(seen, self.rarity)
        place = {label: at for at, label in enumerate(self.labels)}
        truth = numpy.zeros((len(whole), len(self.labels)))
        truth[numpy.arange(len(whole)), [place[one.kind] for one in whole]] = 1.0
        weight = numpy.array([one.weight for one in whole])
        found = linear.fit(features.emphasized(seen, rare), truth, weight, self.strength, self.rounds)
        return Learned(self, linear.Linear(found.weights * rare[:, None], found.biases))

    def left_out(self, examples: Sequence[Example], parts: Sequence[str], always: Sequence[Example] = ()) -> Array:
        """Texts × labels, each read by what was learned from ``always`` and the texts of all other parts."""
        quick = replace(self, rounds=_ROUNDS_LEFT_OUT)
        read = numpy.zeros((len(examples), len(self.labels)))
        for part in sorted(set(parts)):
            inside = [at for at, one in enumerate(parts) if one == part]
            others = [one for one, its in zip(examples, parts, strict=True) if its != part]
            learned = quick.learn([*always, *others])
            read[inside] = learned.read([examples[at].text for at in inside])
        return read


@dataclass(frozen=True)
class Learned:
    """What was learned."""

    learner: Learner
    found: linear.Linear

    def read(self, texts: Sequence[str]) -> Array:
        """Texts × labels."""
        its = self.learner
        return self.found.probabilities(features.meaning(texts, its.buckets, its.power, its.ends))

    def written(self, magic: bytes, digest: str) -> bytes:
        """The model's file; ``digest`` tells what it was learned from."""
        weights, biases = self.found.weights, self.found.biases
        scales = numpy.maximum(numpy.abs(weights).max(axis=0), 1e-9) / 127
        levels = numpy.rint(weights / scales).astype(int) + hashed.ZERO
        header = {
            "outputs": list(self.learner.labels),
            "scales": [float(f"{one:.6g}") for one in scales],
            "biases": [float(f"{one:.6g}") for one in biases],
            "power": self.learner.power,
            "texts_sha256": digest,
        }
        return packed(magic, header, numpy.ascontiguousarray(levels.T).astype(numpy.uint8).tobytes())


def packed(magic: bytes, header: dict[str, Any], weights: bytes) -> bytes:
    """A model's file, as ``care.reading.hashed.unpacked`` reads it."""
    about = json.dumps(header, separators=(",", ":")).encode()
    return magic + len(about).to_bytes(4, "little") + about + zlib.compress(weights, 9)


def told(name: str, labels: Sequence[str], examples: Sequence[Example], read: Array) -> str:
    """How many texts are read right, and which labels are taken for which."""
    best = [labels[at] for at in read.argmax(axis=1)]
    wrong = Counter((one.kind, found) for one, found in zip(examples, best, strict=True) if one.kind != found)
    right = len(examples) - wrong.total()
    most = ", ".join(f"{label} as {other} {count}" for (label, other), count in wrong.most_common(20))
    return f"{name}: {right} of {len(examples)} right ({right / len(examples):.1%})\n  {most}"
