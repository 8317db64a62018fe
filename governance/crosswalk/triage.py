"""The gates of the EU AI Act in the Act's own order; the result is a set of outcomes.

Scope -> Art. 5 -> Art. 6(1) -> Annex III -> Art. 6(3), never with profiling -> Art. 50 -> none.
Only structured answers count, no word of a text is looked for. What nobody has said is unknown,
and never "minimal".
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from governance.crosswalk.rows import Gate, Outcome, Result
from governance.crosswalk.situation import NO, OBVIOUS, YES, Situation
from governance.rulepacks.schema import Area, Practice, Transparency, Triage

#: From this automation level on the machine settles cases, so it does influence the outcome.
SETTLES_CASES = 4
NONE = "none"
SCREENING, AREAS, KIND = "S5-01", "S5-02", "S1-09"


#: A gate with the outcomes that it leads to.
Found = tuple[Gate, tuple[Outcome, ...]]


@dataclass(frozen=True)
class Triaged:
    """Every gate in order, and the classes that follow."""

    gates: tuple[Gate, ...]
    outcomes: tuple[Outcome, ...]

    def has(self, code: str) -> bool:
        return any(one.code == code for one in self.outcomes)


def triage(rules: Triage, situation: Situation, *, as_of: date) -> Triaged:
    """All gates for one situation on one day; the same input gives the same result."""
    scope = _scope(situation)
    if scope.result is Result.OUT_OF_SCOPE:
        return Triaged((scope,), (Outcome("out_of_scope"),))
    found: list[Found] = [(scope, ())]
    found += [_practice(one, situation, as_of) for one in rules.practices]
    found.append(_product(rules, situation))
    areas = [_area(one, situation) for one in rules.areas]
    points = tuple(outcome for _, outcomes in areas for outcome in outcomes)
    exception, kept = _exception(rules, situation, points)
    found += [(gate, ()) for gate, _ in areas]
    found.append((exception, kept))
    found += [_tell(one, situation) for one in rules.transparency]
    gates = tuple(gate for gate, _ in found)
    outcomes = {outcome for _, many in found for outcome in many}
    if any(gate.result is Result.UNKNOWN for gate in gates):
        outcomes.add(Outcome("unknown"))
    return Triaged(gates, tuple(sorted(outcomes)) or (Outcome("none"),))


def _scope(situation: Situation) -> Gate:
    title, point = "In scope of the Act", "Art. 2, 3"

    def gate(result: Result, detail: str, asks: Iterable[str] = ()) -> Gate:
        return Gate("scope", title, point, result, detail, (KIND,), tuple(asks))

    if situation.said("in_eu") == NO:
        return gate(
            Result.OUT_OF_SCOPE, "It is neither offered nor used in the EU, nor is its output."
        )
    exclusion = situation.said("exclusion")
    if exclusion and exclusion != NONE:
        return gate(Result.OUT_OF_SCOPE, f"It is excluded: {exclusion.replace('_', ' ')}.")
    asks = [name for name in ("in_eu", "exclusion") if not situation.said(name)]
    if not situation.archetype:
        return gate(Result.UNKNOWN, "The kind of learning task is not known.", [KIND, *asks])
    if asks:
        detail = "Nobody has said whether it is used in the EU or excluded; the gates below take it as in scope."
        return gate(Result.UNKNOWN, detail, asks)
    return gate(Result.APPLIES, "A system that learns from data, offered or used in the EU.")


def _practice(practice: Practice, situation: Situation, as_of: date) -> Found:
    answer = situation.screening.get(practice.code)
    begins, ended = practice.applies_from, practice.applies_until

    def gate(result: Result, detail: str, asks: tuple[str, ...] = ()) -> Gate:
        return Gate(
            f"practice:{practice.code}",
            practice.text,
            f"Art. {practice.point}",
            result,
            detail,
            (SCREENING,) if answer else (),
            asks,
            begins,
        )

    if ended is not None and as_of > ended:
        return gate(Result.NO, f"No longer prohibited since {ended.isoformat()}."), ()
    if answer == YES:
        code = "prohibited" if as_of >= begins else "prohibited_later"
        result = Result.APPLIES if as_of >= begins else Result.LATER
        detail = (
            "Answered yes. No control cures it: drop the practice and have a lawyer look at it."
        )
        return gate(result, detail), (Outcome(code, practice.point, begins),)
    if answer == NO:
        return gate(Result.NO, "Answered no."), ()
    if answer == "unsure":
        outcome = Outcome("perhaps_prohibited", practice.point, begins)
        detail = "Answered unsure: obtain a legal opinion, then answer yes or no."
        return gate(Result.UNKNOWN, detail, (SCREENING,)), (outcome,)
    if as_of < begins:
        return gate(Result.LATER, "Not asked yet: it applies from the day named here."), ()
    return gate(Result.UNKNOWN, "Nobody has answered it.", (SCREENING,)), ()


def _product(rules: Triage, situation: Situation) -> Found:
    def gate(result: Result, detail: str, asks: tuple[str, ...] = ()) -> Gate:
        title, point = "Product or safety component of a product", "Art. 6(1)"
        known = () if situation.areas is None else (AREAS,)
        return Gate(
            "product", title, point, result, detail, known, asks, rules.product_applies_from
        )

    if situation.areas is None:
        return gate(Result.UNKNOWN, "The areas of use are not known.", (AREAS,)), ()
    if rules.product_area not in situation.areas:
        return gate(Result.NO, "It is no part of a product, by S5-02."), ()
    chosen = situation.said("product_route")
    route = next((one for one in rules.product_routes if one.code == chosen), None)
    high = Outcome("high_risk", "6(1)", rules.product_applies_from)
    if route is None:
        perhaps = Outcome("perhaps_high_risk", "6(1)", rules.product_applies_from)
        detail = "Nobody has said how the product is assessed."
        return gate(Result.UNKNOWN, detail, ("product_route",)), (perhaps,)
    if route.is_high_risk:
        return gate(Result.APPLIES, f"{route.text}."), (high,)
    return gate(Result.NO, f"{route.text}."), ()


def _area(area: Area, situation: Situation) -> Found:
    def gate(result: Result, detail: str, point: str, asks: tuple[str, ...] = ()) -> Gate:
        known = () if situation.areas is None else (AREAS,)
        key, title = f"area:{area.code}", area.title
        return Gate(key, title, point, result, detail, known, asks, area.applies_from)

    number = f"Annex III {area.number}"
    if situation.areas is None:
        return gate(Result.UNKNOWN, "The areas of use are not known.", number, (AREAS,)), ()
    if area.code not in situation.areas:
        return gate(Result.NO, "Not among the areas of S5-02.", number), ()
    given = [use for use in area.uses if use.code in situation.uses]
    if not given:
        perhaps = Outcome("perhaps_high_risk", str(area.number), area.applies_from)
        detail = "Which use it is within this area is not known; until then take it as high-risk."
        return gate(Result.UNKNOWN, detail, number, ("uses",)), (perhaps,)
    caught = [use for use in given if use.point]
    words = "; ".join(use.text for use in caught or given)
    if not caught:
        return gate(Result.NO, f"{words}: this use is not named there.", number), ()
    points = ", ".join(use.point for use in caught)
    outcomes = tuple(Outcome("high_risk", use.point, area.applies_from) for use in caught)
    return gate(Result.APPLIES, f"{words}.", f"Annex III {points}"), outcomes


def _exception(
    rules: Triage, situation: Situation, points: tuple[Outcome, ...]
) -> tuple[Gate, tuple[Outcome, ...]]:
    """Art. 6(3): frees from Annex III, never from Art. 6(1); what of ``points`` is left."""
    title, point = "Exception: no significant risk of harm", "Art. 6(3)"

    def gate(result: Result, detail: str, asks: tuple[str, ...] = ()) -> Gate:
        known = ("DETAILS",) if situation.details else ()
        return Gate("exception", title, point, result, detail, known, asks)

    if not any(one.code == "high_risk" for one in points):
        detail = "Nothing to except: no point of Annex III was found to apply."
        return gate(Result.NO, detail), points
    refusal = _refusal(rules, situation)
    if refusal:
        return gate(Result.NO, refusal), points
    wanted = ("ground", "profiling", "material_influence")
    asks = tuple(name for name in wanted if not situation.said(name))
    if asks:
        return gate(Result.UNKNOWN, "High-risk until the exception is claimed.", asks), points
    ground = next(one for one in rules.grounds if one.code == situation.said("ground"))
    kept = tuple(
        Outcome("excepted", one.point, one.applies_from) if one.code == "high_risk" else one
        for one in points
    )
    detail = f"{ground.text}. The assessment must be written down (Art. 6(4))."
    return gate(Result.EXCEPTED, detail), kept


def _refusal(rules: Triage, situation: Situation) -> str:
    """Why the exception cannot be had, as far as it is known."""
    ground = situation.said("ground")
    if situation.said("profiling") == YES:
        return "It profiles people, so the exception is refused."
    if ground == NONE or (ground and ground not in {one.code for one in rules.grounds}):
        return "None of its grounds is claimed."
    if situation.said("material_influence") == YES:
        return "It materially influences the outcome, so the exception is refused."
    level = situation.automation_level
    if ground and level is not None and level >= SETTLES_CASES:
        return f"It settles cases itself (automation level {level}), so the exception is refused."
    return ""


def _tell(duty: Transparency, situation: Situation) -> Found:
    said = TELLS[duty.code](situation) if duty.code in TELLS else situation.said(duty.code)
    begins = duty.applies_from
    if duty.applies_from_if_earlier and situation.said("earlier_on_market") == YES:
        begins = duty.applies_from_if_earlier

    def gate(result: Result, detail: str, asks: tuple[str, ...] = ()) -> Gate:
        known = (KIND,) if situation.archetype else ()
        key, point = f"tell:{duty.code}", f"Art. {duty.point}"
        return Gate(key, duty.text, point, result, detail, known, asks, begins)

    if said is None:
        return gate(Result.UNKNOWN, "Nobody has said whether it is so.", (duty.code,)), ()
    if said == OBVIOUS:
        return gate(Result.NO, "People deal with it, and it is obvious that it is AI."), ()
    if said == NO:
        return gate(Result.NO, "Not so, by the kind of task or the details."), ()
    return gate(Result.APPLIES, "It is so: people have to be told."), (
        Outcome("transparency", duty.point, begins),
    )


#: Uses and practices in which people are exposed to reading of emotions or to sorting.
EXPOSING_USES = frozenset({"emotion_recognition", "sensitive_categorisation"})
EXPOSING_PRACTICES = ("emotion_work_school", "biometric_categorisation")
BIOMETRICS = "biometrics"


def _emotion_or_categories(situation: Situation) -> str | None:
    if said := situation.said("emotion_or_categories"):
        return said
    is_practised = any(situation.screening.get(code) == YES for code in EXPOSING_PRACTICES)
    if is_practised or situation.uses & EXPOSING_USES:
        return YES
    if situation.areas is None or (BIOMETRICS in situation.areas and not situation.uses):
        return None
    return NO


def _deep_fake_or_public_text(situation: Situation) -> str | None:
    if said := situation.said("deep_fake_or_public_text"):
        return said
    return NO if situation.synthetic_content == NO else None


#: How each duty is told from the answers; a site's own duty is told by a detail of its code.
TELLS = {
    "talks_to_people": lambda situation: situation.talks_to_people,
    "synthetic_content": lambda situation: situation.synthetic_content,
    "emotion_or_categories": _emotion_or_categories,
    "deep_fake_or_public_text": _deep_fake_or_public_text,
}
