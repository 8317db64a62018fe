"""A question set made ready for scoring: profiles, word lists, specifications."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from interviews.protocol.catalogue import default_protocol
from interviews.protocol.types import Protocol, Question, RubricElement
from interviews.scoring import evidence as evidence_files
from interviews.scoring.copies import Fingerprint, beginning, fingerprint, may_retell, retells
from interviews.scoring.coverage import Coverage
from interviews.scoring.elements import words_list
from interviews.scoring.evidence import ElementSpec, Evidence, Part, QuestionSpec
from interviews.scoring.lexicon import Matcher, general_lists
from interviews.scoring.signals import Reading, read
from interviews.scoring.topics import Fit, Topics, asked_words, compare, own_words
from interviews.scoring.wording import Wording
from interviews.scoring.wording import load as load_wording
from interviews.scoring.words import plain

_GRAMMAR = frozenset(word.lstrip("=") for word in general_lists()["function"])


class Bank:
    """A question set made ready for scoring: profiles, word lists, specifications."""

    def __init__(
        self, protocol: Protocol, evidence: Evidence, learned: Wording | None = None
    ) -> None:
        self._learned = learned or Wording({}, {}, ())
        self._specs = {
            (question.key, element.id): _spec(evidence, question, element)
            for question in protocol.questions
            for element in question.rubric
        }
        self._keys = protocol.keys
        self._asked = {q.key: asked_words(q) for q in protocol.questions}
        self._offered = {q.key: frozenset(own_words(q)) for q in protocol.questions}
        self._coverage = Coverage(
            (
                question.key,
                self._specs[question.key, element.id],
                words_list(question.key, element.id),
                element.weight / 10,
            )
            for question in protocol.questions
            for element in question.rubric
        )
        self.topics = Topics(protocol.questions, evidence)
        lists: dict[str, tuple[str, ...]] = dict(general_lists())
        for (key, element_id), spec in self._specs.items():
            if spec.words:
                lists[words_list(key, element_id)] = spec.words
        lists.update(self.topics.lists())
        self.matcher = Matcher(lists)
        self._examples = {q.key: self._example(q) for q in protocol.questions}

    def _example(self, question: Question) -> tuple[Fingerprint, frozenset[str]]:
        """What its strong example is known by, and the words that are anybody's."""
        offered = frozenset(beginning(word) for word in self.offered(question))
        return fingerprint(question.strong, _GRAMMAR).without(offered), offered

    def retold(self, text: str) -> frozenset[str]:
        """The questions whose strong example a text tells again."""
        own = fingerprint(text, _GRAMMAR)
        return frozenset(
            key
            for key, (example, offered) in self._examples.items()
            if may_retell(own, example) and retells(own.without(offered), example)
        )

    def is_loose(self, text: str) -> bool:
        """Whether a short text points at nothing in particular."""
        reading = read(text, self.matcher)
        return reading.firm_anchors == 0 and reading.domain_words == 0

    def fit(self, reading: Reading, key: str) -> Fit:
        """How well a text fits a question, beside the other questions of the bank."""
        return compare(
            key,
            self.topics.fits(reading),
            self._coverage.of(reading, self._keys),
            self._learned.fits(reading),
        )

    def familiar(self, reading: Reading) -> float | None:
        """Share of a text's words that labelled answers to any question use."""
        return self._learned.familiar(reading)

    def telling(self, reading: Reading, question: Question) -> float | None:
        """How much a text says in words that stand neither in every answer nor in the question."""
        return self._learned.telling(reading, self.asked(question))

    def asked(self, question: Question) -> frozenset[str]:
        """The stems that the question and its rubric are made of."""
        known = self._asked.get(question.key)
        return known if known is not None else asked_words(question)

    def offered(self, question: Question) -> frozenset[str]:
        """These, and the words of its form and choices."""
        known = self._offered.get(question.key)
        own = known if known is not None else frozenset(own_words(question))
        return own | self.asked(question)

    def spec(self, question: Question, element: RubricElement) -> ElementSpec:
        """How the element is recognised; a generic way where the bank has no own."""
        found = self._specs.get((question.key, element.id))
        return found if found is not None else ElementSpec()


def _spec(evidence: Evidence, question: Question, element: RubricElement) -> ElementSpec:
    known = evidence.get(question.key, QuestionSpec()).elements.get(element.id)
    return known if known is not None else generic_spec(element)


def generic_spec(element: RubricElement) -> ElementSpec:
    """Looks for the words of what the element means, beside something concrete."""
    grammar = {word.lstrip("=") for word in general_lists()["function"]}
    words = plain(f"{element.means} {element.ask} {element.id.replace('_', ' ')}")
    own = tuple(dict.fromkeys(w for w in words if w not in grammar and len(w) > 3))
    concrete = tuple(Part(name) for name in ("number", "proper", "role", "people", "system"))
    if not own:
        return ElementSpec(all_of=(concrete,))
    return ElementSpec(words=own, all_of=((Part("words"),), concrete), partly=((Part("words"),),))


@cache
def _bank(folder: Path) -> Bank:
    protocol = default_protocol()
    learned = load_wording(folder, protocol.keys)
    return Bank(protocol, evidence_files.load(folder), learned)


def default_bank() -> Bank:
    """The bank of the question set that this installation asks from."""
    return _bank(evidence_files.site_folder())
