"""Gate rules of stage 1: is there a problem that a model could be built for."""

from __future__ import annotations

from interviews.consistency.archetypes import archetype_name, fits_output, output_types, suggest
from interviews.consistency.case import Case, is_missing_live
from interviews.consistency.measures import number, say_number, written_number
from interviews.consistency.registry import rule
from interviews.consistency.types import Hit, Severity
from interviews.consistency.wording import listed, plural

STAGE_1 = (1, 1)
ITEMS = tuple(f"S1-{position:02d}" for position in range(1, 13))
LIVE_SERVING = frozenset({"on_request", "streaming"})
#: Shorter than this is no reason.
SHORTEST_REASON = 20


@rule(
    "G1-1",
    Severity.BLOCKER,
    stages=STAGE_1,
    needs=ITEMS,
    completeness=True,
    title="Stage 1 is not complete",
    how_to_fix="Answer every item, or mark it as not known yet with an owner. In S1-08 say what "
    "one answer is about, of which type it is and how far ahead it looks.",
)
def stage_1_is_incomplete(case: Case) -> Hit | None:
    absent = [key for key in ITEMS if case.is_absent(key)]
    lacking = []
    if case.has("S1-08"):
        wanted = {
            "what one answer is about": case.text("S1-08", "unit_of_prediction"),
            "the type of output": case.text("S1-08", "output_type"),
            "how far ahead it looks": case.value("S1-08", "horizon"),
        }
        lacking = [name for name, found in wanted.items() if not found]
    if not absent and not lacking:
        return None
    parts = [f"{plural(len(absent), 'item')} of stage 1 without an answer: {', '.join(absent)}."]
    said = f"The target output does not say {' or '.join(lacking)}."
    quotes = (case.quote("S1-08", None, "name", "output_type", "horizon"),) if lacking else ()
    return Hit(
        " ".join((parts if absent else []) + ([said] if lacking else [])), quotes, tuple(absent)
    )


@rule(
    "G1-2",
    Severity.BLOCKER,
    stages=STAGE_1,
    needs=("S1-07",),
    completeness=True,
    title="The inputs are not described",
    how_to_fix="List at least one input, and say for each whether it is there when the model must "
    "answer: yes, no or unsure.",
)
def inputs_are_not_described(case: Case) -> Hit | None:
    if case.is_given_up("S1-07"):
        return None
    if not case.features:
        return Hit("No input is listed, so nothing can be predicted from.", (), ("S1-07",))
    open_rows = [
        row
        for row in case.features
        if row.get("available_at_prediction") not in ("yes", "no", "unsure")
    ]
    if not open_rows:
        return None
    return Hit(
        f"{listed(row.get('name') for row in open_rows)}: it is not said whether "
        "this exists when the model must answer.",
        (case.quote_rows("S1-07", open_rows, "name", "source_system"),),
    )


@rule(
    "G1-3",
    Severity.BLOCKER,
    stages=STAGE_1,
    needs=("S1-07",),
    title="An essential input is not there when the model must answer",
    how_to_fix="Name a substitute that exists at that moment, move the prediction to a later "
    "moment, or mark the input as not essential if the model can do without it.",
)
def essential_input_is_not_there(case: Case) -> Hit | None:
    rows = [
        row
        for row in case.features
        if row.get("essential") is True
        and is_missing_live(row)
        and not str(row.get("substitute") or "").strip()
    ]
    if not rows:
        return None
    return Hit(
        f"The model cannot do without {listed(row.get('name') for row in rows)}, yet "
        "it is not there when the model must answer, and no substitute is named.",
        (case.quote_rows("S1-07", rows, "name", "available_at_prediction", "essential"),),
    )


@rule(
    "G1-4",
    Severity.MAJOR,
    stages=STAGE_1,
    needs=("S1-07",),
    reads=("S3-03",),
    title="Inputs are unsure, slow or fetched by hand",
    how_to_fix="Ask the owner of the source whether the input is there in time, keep a local copy "
    "of slow ones, and replace fetching by hand with a feed.",
)
def inputs_are_shaky(case: Case) -> Hit | None:
    limit = case.config.slow_input_ms
    is_live = case.value("S3-03", "serving_mode") in LIVE_SERVING
    found: dict[str, list[dict]] = {"unsure": [], "slow": [], "manual": []}
    for row in case.features:
        if row.get("available_at_prediction") == "unsure":
            found["unsure"].append(row)
        if is_live and (number(row.get("access_latency_ms")) or 0) > limit:
            found["slow"].append(row)
        if row.get("access_method") == "manual":
            found["manual"].append(row)
    says = {
        "unsure": "not sure to be there in time",
        "slow": f"takes more than {say_number(limit)} ms to fetch while someone waits",
        "manual": "fetched by hand",
    }
    if not any(found.values()):
        return None
    parts = [
        f"{listed(row.get('name') for row in rows)}: {says[kind]}."
        for kind, rows in found.items()
        if rows
    ]
    rows = [row for kind in found.values() for row in kind]
    names = ("name", "available_at_prediction", "access_latency_ms", "access_method")
    served = (case.quote("S3-03", None, "serving_mode"),) if found["slow"] else ()
    return Hit(" ".join(parts), (case.quote("S1-07", rows[0], *names), *served))


@rule(
    "G1-5",
    Severity.BLOCKER,
    stages=STAGE_1,
    needs=("S1-08", "S1-09"),
    title="This kind of task cannot give this output",
    how_to_fix="Change the output type or the kind of task. If you mean it, carry the finding "
    "with your reason, so that a reviewer sees it.",
)
def output_does_not_fit_task(case: Case) -> Hit | None:
    output, task = case.text("S1-08", "output_type"), case.archetype
    fits = not output or not task
    if fits or fits_output(task, output, subtask=case.subtask, horizon=case.horizon):
        return None
    name = archetype_name(task, case.subtask)
    allowed = sorted(output_types(task, case.subtask))
    if output in allowed:
        why = f"{name} needs to know how far ahead it looks, and no horizon is given."
    else:
        why = (
            f"{name} gives {', '.join(allowed).replace('_', ' ')}, not {output.replace('_', ' ')}."
        )
    return Hit(
        why[0].upper() + why[1:],
        (
            case.quote("S1-08", None, "name", "output_type", "horizon"),
            case.quote("S1-09", None, "archetype", "subtask", "text"),
        ),
    )


@rule(
    "G1-6",
    Severity.MAJOR,
    stages=STAGE_1,
    needs=("S1-08", "S1-09"),
    reads=("S1-07", "S3-02"),
    title="Another kind of task was suggested, and no reason is given",
    how_to_fix="Say in S1-09 why your choice fits better, or take the suggestion.",
)
def choice_departs_from_suggestion(case: Case) -> Hit | None:
    suggested = suggest(case.answers, min_examples=case.config.min_examples)
    has_reason = len(case.text("S1-09").strip()) >= SHORTEST_REASON
    if not case.archetype or suggested in (None, case.archetype) or has_reason:
        return None
    return Hit(
        f"From the output we would suggest {archetype_name(suggested)}; "
        f"you chose {archetype_name(case.archetype, case.subtask)} without saying why.",
        (
            case.quote("S1-08", None, "name", "output_type", "horizon"),
            case.quote("S1-09", None, "archetype", "text"),
        ),
    )


@rule(
    "G1-7",
    Severity.MAJOR,
    stages=STAGE_1,
    needs=("S1-04",),
    title="The alternatives are thin",
    how_to_fix="Name at least two other ways to solve the problem, and give the measured result "
    "of one that was tried or piloted.",
)
def alternatives_are_thin(case: Case) -> Hit | None:
    rows = case.rows("S1-04")
    measured = [
        row
        for row in rows
        if row.get("status") in ("tried", "piloted")
        and written_number(row.get("result")) is not None
    ]
    if len(rows) >= 2 and measured:
        return None
    few = f"Only {plural(len(rows), 'alternative')} named." if len(rows) < 2 else ""
    blind = "" if measured else "No alternative has a measured result, so there is nothing to beat."
    return Hit(
        f"{few} {blind}".strip(), (case.quote_rows("S1-04", rows, "approach", "status", "result"),)
    )


@rule(
    "G1-8",
    Severity.MAJOR,
    stages=STAGE_1,
    needs=("S1-11",),
    title="No budget or no deadline",
    how_to_fix="Add a budget row and a deadline row; if none is set, add the row and say why.",
)
def limits_lack_money_or_date(case: Case) -> Hit | None:
    lacking = [kind for kind in ("budget", "deadline") if not case.constraints(kind)]
    if not lacking:
        return None
    return Hit(
        f"The limits name no {' and no '.join(lacking)}.",
        (case.quote_rows("S1-11", case.rows("S1-11"), "detail", "kind"),),
    )


@rule(
    "G1-9",
    Severity.MINOR,
    stages=STAGE_1,
    needs=("S1-10",),
    title="Nobody and no time is out of scope",
    how_to_fix="Add one row that is out and is about a population or a period.",
)
def fence_leaves_out_nobody(case: Case) -> Hit | None:
    outside = [row for row in case.rows("S1-10") if row.get("side") == "out"]
    if any(row.get("aspect") in ("population", "period") for row in outside):
        return None
    return Hit(
        f"{plural(len(outside), 'row')} out of scope, none about people or about a period.",
        (case.quote_rows("S1-10", outside or case.rows("S1-10"), "item", "side", "aspect"),),
    )
