"""The embedded scorer: judges any answer without a model, the same way every time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interviews.protocol.types import Question, RubricElement
from interviews.scoring.answertext import AnswerText, answer_text
from interviews.scoring.bank import Bank, default_bank
from interviews.scoring.blanks import without_blanks
from interviews.scoring.concreteness import Concreteness, echoes, weigh
from interviews.scoring.copies import follows, is_modelled_on, is_taken_over
from interviews.scoring.dimensions import dimensions
from interviews.scoring.elements import (
    ABSENT,
    Finding,
    as_verdict,
    better,
    by_fields,
    in_fields,
    in_text,
    is_asked,
    lowered,
    with_benefit_of_doubt,
    words_list,
)
from interviews.scoring.elsewhere import look_around
from interviews.scoring.evidence import ElementSpec
from interviews.scoring.filler import is_filler, is_template, praise
from interviews.scoring.followups import example_for, follow_ups
from interviews.scoring.hollow import own_words_of, without_hollow
from interviews.scoring.injection import GUIDE_PATTERNS, screen, without_steering
from interviews.scoring.judgement import SCORER_VERSION, Judgement
from interviews.scoring.meta import beside_the_point
from interviews.scoring.pretence import (
    is_bare_list,
    is_glossy,
    is_interchangeable,
    is_jumble,
    is_sprinkled,
    is_talk,
    put_off,
)
from interviews.scoring.rubric import verify_quotes
from interviews.scoring.signals import Reading, read
from interviews.scoring.substance import copied_sentences, is_copy, is_denial, is_placeholder
from interviews.scoring.substance import is_stuffed as stuffed
from interviews.scoring.topics import Fit

__all__ = ["DEFAULT_PATTERNS", "SCORER_VERSION", "Bank", "default_bank", "judge"]

DEFAULT_PATTERNS = GUIDE_PATTERNS
#: Below this share of the best-fitting question's fit, a text answers another question.
OFF_TOPIC = 0.38
#: Below this one, its elements count one step less.
DOUBTFUL = 0.45
#: From this one on, no other question fits noticeably better.
CLEAR = 0.58
#: What it must stand above most questions not to be doubtful, and to be clear.
MARGIN, CLEAR_MARGIN = 1.2, 2.4
ENGLISH = 0.08
#: From these on, a text is probably, and is surely, about another world than that of work.
ELSEWHERE, SURELY_ELSEWHERE = 0.5, 0.9
#: Below this degree of concreteness a text could have been written about any project.
EMPTY = 0.31
#: From this one on, an element may be there in words that no list holds.
CONCRETE = 0.7
#: So does this share of words that are the text's own.
OWN_SHARE = 0.6
#: Points of ten that such elements may bring.
LENIENCY = 4.0
FLUFFY = 0.15
_FEW_WORDS = 5
_SCREENED = ("yes", "no", "unsure")
_LONGEST = 20_000


@dataclass(frozen=True)
class _Case:
    """One answer on its way through the scorer."""

    question: Question
    answer: AnswerText
    text: str
    reading: Reading
    fit: Fit
    concreteness: Concreteness
    #: How far it is from the world of work, 0 to 1.
    distance: float
    #: What it says in words that few answers use; None where nothing was learned.
    telling: float | None
    passages: tuple[str, ...]
    is_copied: bool
    #: Whether it is the example of another question.
    is_misplaced: bool
    is_placeholder: bool
    is_denial: bool

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing that belongs to this one project."""
        return (
            self.concreteness.degree < EMPTY
            or is_filler(self.reading, self.concreteness)
            or is_interchangeable(self.reading, self.telling, self.concreteness.own_share)
            or is_sprinkled(self.reading)
            or is_glossy(self.reading, self.concreteness)
            or is_talk(self.reading, self.concreteness.own_share)
            or is_bare_list(self.reading, is_table=self.question.is_table)
        )

    @property
    def is_doubtful(self) -> bool:
        """Whether it may answer another question, or none."""
        # A text without English grammar is not held to wording learned from English.
        fits_none = self.fit.margin < MARGIN and self.concreteness.grammar_share >= ENGLISH
        return self.fit.relative < DOUBTFUL or fits_none or self.distance >= ELSEWHERE

    @property
    def is_clear(self) -> bool:
        """Whether it answers this question, and says something."""
        weight = self.concreteness
        says = weight.facts > 0 or weight.degree >= CONCRETE or weight.own_share >= OWN_SHARE
        return self.fit.relative >= CLEAR and self.fit.margin >= CLEAR_MARGIN and says

    @property
    def is_off_topic(self) -> bool:
        if self.is_placeholder or self.is_copied or self.is_denial:
            return False
        enough = len(self.reading.content) >= _FEW_WORDS
        if self.answer.is_structured:
            return False
        return (
            self.is_misplaced
            or enough
            and (self.fit.relative < OFF_TOPIC or self.distance >= SURELY_ELSEWHERE)
        )


def judge(
    question: Question,
    value: Any,
    *,
    values: Mapping[str, Any] | None = None,
    attempt_number: int = 1,
    screen_patterns: Sequence[str] = DEFAULT_PATTERNS,
    bank: Bank | None = None,
    detect_copies: bool = True,
) -> Judgement:
    """Judge a canonical value, or a plain string for any question. Never raises."""
    bank = bank or default_bank()
    value = without_blanks(value)
    case = _look_at(question, value, bank, tuple(screen_patterns), detect_copies)
    is_complete = _is_complete(question, case.answer)
    findings = _findings(case, bank, values or {})
    verdicts = verify_quotes(
        case.answer.text,
        [as_verdict(element, findings[element.id]) for element in question.rubric],
    )
    return Judgement(
        elements=verdicts,
        is_off_topic=case.is_off_topic,
        injection_suspected=bool(case.passages),
        passages=case.passages,
        copied_example=case.is_copied,
        followups=() if is_complete else follow_ups(question, verdicts, case.reading, case.answer),
        example=example_for(question, attempt_number),
        dimensions=dimensions(question, verdicts, case.reading, case.fit),
        is_placeholder=case.is_placeholder,
        is_denial=case.is_denial,
        is_complete=is_complete,
    )


def _is_complete(question: Question, answer: AnswerText) -> bool:
    """Whether nothing more is asked: the fields are filled and the question is not scored."""
    if question.scored or not answer.is_structured:
        return False
    if question.input == "screening":
        return all(row.cells.get("answer") in _SCREENED for row in answer.rows)
    return all(field.name in answer.filled for field in question.fields if field.required)


def _look_at(
    question: Question, value: Any, bank: Bank, patterns: tuple[str, ...], detect_copies: bool
) -> _Case:
    answer, is_hollow = _cleared(question, answer_text(question, value), bank)
    passages = screen(answer.text[:_LONGEST], patterns)
    text = (
        without_steering(answer.text[:_LONGEST], patterns) if passages else answer.text[:_LONGEST]
    )
    # Names of figures, choices and dates are no prose, whatever words they are made of.
    reading = read(own_words_of(answer) if answer.is_structured else text, bank.matcher)
    sources = _sources(question)
    offered = bank.offered(question)
    retold = bank.retold(text) if detect_copies and not answer.is_structured else frozenset()
    is_copied = detect_copies and (
        question.key in retold or _is_copied(question, answer, text, offered)
    )
    if detect_copies and not is_copied:
        reading.ignore(
            {
                number
                for number in copied_sentences(reading, sources)
                if is_taken_over(reading.sentence_text(number), sources, offered)
            }
        )
    if not answer.is_structured:
        reading.ignore(echoes(reading, bank.asked(question)) | praise(reading, offered))
        reading.ignore(put_off(reading) | beside_the_point(reading))
    empty = is_hollow or (
        not answer.is_structured
        and (is_placeholder(text) or is_template(text) or stuffed(reading) or is_jumble(text))
    )
    fit = bank.fit(reading, question.key)
    weight = weigh(reading, bank.asked(question))
    return _Case(
        question=question,
        answer=answer,
        text=text,
        reading=reading,
        fit=fit,
        concreteness=weight,
        telling=bank.telling(reading, question),
        distance=_distance(reading, bank, fit, weight),
        passages=passages,
        is_copied=is_copied,
        is_misplaced=bool(retold) and not is_copied,
        is_placeholder=empty and answer.none_reason is None,
        is_denial=is_denial(text),
    )


def _distance(reading: Reading, bank: Bank, fit: Fit, weight: Concreteness) -> float:
    """How far the text is from the world of work; other languages have wording of their own."""
    is_english = weight.grammar_share >= ENGLISH
    familiar = bank.familiar(reading) if is_english else None
    return look_around(reading).distance(familiar, weight.grammar_share, fit)


def _cleared(question: Question, answer: AnswerText, bank: Bank) -> tuple[AnswerText, bool]:
    """The answer without its hollow fields, and whether most of them were."""
    if not answer.is_structured or not question.scored:
        return answer, False
    return without_hollow(answer, bank.is_loose)


def _is_copied(question: Question, answer: AnswerText, text: str, offered: frozenset[str]) -> bool:
    """Whether the text is one of the question's own texts, or the example worded anew."""
    examples = (question.strong, question.vague)
    if is_copy(text, _sources(question)[2:]):
        return True
    if is_copy(text, examples) and is_taken_over(text, examples, offered):
        return True
    if answer.is_structured:
        return False
    return follows(text, examples, offered) or is_modelled_on(text, question.strong, offered)


def _sources(question: Question) -> list[str]:
    """Texts that a person may have copied instead of answering."""
    means = " ".join(f"{element.means} {element.ask}" for element in question.rubric)
    return [question.strong, question.vague, question.ask, question.why, means]


def _findings(case: _Case, bank: Bank, values: Mapping[str, Any]) -> dict[str, Finding]:
    question = case.question
    if case.is_placeholder or case.is_copied:
        return {element.id: ABSENT for element in question.rubric}
    found = {
        element.id: in_text(
            case.reading, bank.spec(question, element), words_list(question.key, element.id)
        )
        for element in question.rubric
    }
    if case.answer.is_structured:
        found |= {
            element.id: _in_card(
                case, bank, bank.spec(question, element), found[element.id], values
            )
            for element in question.rubric
        }
    elif case.is_empty or case.is_off_topic or case.is_doubtful:
        found = {name: lowered(finding) for name, finding in found.items()}
    elif case.is_clear:
        found |= _in_doubt(case, bank, found)
    else:
        found |= _lightened(question, found)
    return found


def _in_card(
    case: _Case, bank: Bank, spec: ElementSpec, in_words: Finding, values: Mapping[str, Any]
) -> Finding:
    """The verdict on a form or table: by its fields; what a card's free text says counts too."""
    if not is_asked(spec, case.answer, values):
        return by_fields(case.answer)
    fields = in_fields(case.answer, spec, bank.is_loose)
    if spec.columns and (case.question.is_table or spec.table):
        return fields
    return better(fields, in_words)


def _in_doubt(case: _Case, bank: Bank, found: Mapping[str, Finding]) -> dict[str, Finding]:
    """Elements of a concrete answer to this question that may be there in other words.

    One step each, the required and the heaviest first, and never more than a few points.
    """
    weight = case.concreteness
    if max(weight.degree / CONCRETE, weight.own_share / OWN_SHARE) < 1:
        return {}
    if case.reading.fluff_share >= FLUFFY or not weight.is_rich:
        return {}
    raised: dict[str, Finding] = {}
    left = LENIENCY
    for element in sorted(case.question.rubric, key=lambda e: _rank(e, found[e.id])):
        own = words_list(case.question.key, element.id)
        better_one = with_benefit_of_doubt(
            case.reading, bank.spec(case.question, element), own, found[element.id]
        )
        if better_one is not None and element.weight / 2 <= left:
            raised[element.id] = better_one
            left -= element.weight / 2
    return raised


def _rank(element: RubricElement, finding: Finding) -> tuple[bool, bool, int]:
    """Required and missing first, then required, then the heavier ones."""
    missing = finding.verdict == "absent"
    return (not (element.required and missing), not element.required, -element.weight)


def _lightened(question: Question, found: Mapping[str, Finding]) -> dict[str, Finding]:
    """Where another question fits better, what is not required counts one step less."""
    return {
        element.id: lowered(found[element.id])
        for element in question.rubric
        if not element.required and found[element.id].verdict == "met"
    }
