"""Takes readings of commitments: by form, from a CSV file, by the API."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.permissions import Permission
from accounts.policies import has_permission
from accounts.services import audit
from charters.models import Charter
from governance import policies
from governance.models import Commitment, Reading
from governance.promises import LARGEST
from governance.refusals import NotNow, NotYours, Unfit
from governance.services import cases, commitments
from governance.wording import tidy

State = Commitment.State
LONGEST_NOTE = 2_000
MOST_ROWS = 2_000
COLUMNS = ("commitment", "measured_on", "value", "note")
YES, NO = frozenset({"yes", "true", "done", "1"}), frozenset({"no", "false", "open", "0"})
NOT_YOURS = (
    "You may not record readings here. Its owner, the owner of the interview and its editors can."
)
WITHDRAWN = "Nobody is held to this any more. Choose a commitment that stands."
RETIRED = "The system is out of use, so nothing is read of it any more."
FUTURE = "Choose a day that is not in the future."


@dataclass(frozen=True)
class Wish:
    """A reading as somebody gives it: a figure or whether the deed is done."""

    measured_on: date
    value: Decimal | None = None
    is_done: bool | None = None
    note: str = ""


class BadRows(Exception):
    """Rows of a file that cannot be taken: line number -> sentence. Nothing of the file was."""

    def __init__(self, rows: dict[int, str]) -> None:
        super().__init__(f"{len(rows)} rows cannot be taken.")
        self.rows = rows


def may_record(user: User, commitment: Commitment) -> bool:
    """Whoever answers for it, who works on its case, and programs that are let in to do so."""
    if user.pk == commitment.owner_user_id:
        return has_permission(user, Permission.READING_RECORD)
    return policies.may_report(user, commitment.charter)


@transaction.atomic
def record_reading(*, commitment: Commitment, wish: Wish, source: str, by: User) -> Reading:
    """One reading. A good figure or a deed done settles the commitment; a bad figure is judged by
    the follow-up, which knows grace. Raises NotYours, NotNow, Unfit.
    """
    case = cases.lock_case(commitment.charter)
    fresh = Commitment.objects.select_related("charter__session").get(pk=commitment.pk)
    if not may_record(by, fresh):
        raise NotYours(NOT_YOURS)
    if case.retired_at is not None:
        raise NotNow(RETIRED)
    if fresh.state == State.WITHDRAWN:
        raise NotNow(WITHDRAWN)
    reading = _store(fresh, _checked(fresh, wish), source, by)
    _settle(fresh, reading)
    audit.record(
        type="reading.recorded",
        actor=by,
        subject=commitments.subject(fresh),
        detail={"measured_on": reading.measured_on.isoformat(), "source": source}
        | {"state": fresh.state},
    )
    return reading


def _checked(commitment: Commitment, wish: Wish) -> Wish:
    """Raises Unfit with a sentence for each part."""
    faults = {}
    if wish.measured_on > timezone.localdate():
        faults["measured_on"] = FUTURE
    if commitment.is_figure and (wish.value is None or not _is_sane(wish.value)):
        faults["value"] = "Give the figure as a plain number."
    if not commitment.is_figure and wish.is_done is None:
        faults["is_done"] = "Say whether it is done."
    note = tidy(wish.note)
    if len(note) > LONGEST_NOTE:
        faults["note"] = f"Use at most {LONGEST_NOTE:,} characters."
    if faults:
        raise Unfit(faults)
    if commitment.is_figure:
        return Wish(wish.measured_on, value=wish.value, note=note)
    return Wish(wish.measured_on, is_done=wish.is_done, note=note)


def _is_sane(value: Decimal) -> bool:
    return value.is_finite() and abs(value) < LARGEST


def _store(commitment: Commitment, wish: Wish, source: str, by: User) -> Reading:
    return Reading.objects.create(
        commitment=commitment,
        value=wish.value,
        is_done=wish.is_done,
        note=wish.note,
        measured_on=wish.measured_on,
        source=source,
        recorded_by=by,
    )


def _settle(commitment: Commitment, reading: Reading) -> None:
    """The newest day counts: a late entry of an old figure changes nothing."""
    newest = commitment.readings.order_by("-measured_on", "-id").first()
    if newest is None or newest.pk != reading.pk:
        return
    commitment.quiet_since = max(commitment.quiet_since, reading.measured_on)
    commitment.save(update_fields=["quiet_since"])
    is_deed = not commitment.is_figure and commitment.cadence_days is None
    if commitment.is_kept_by(reading):
        commitments.move(commitment, State.KEPT)
    elif is_deed or commitment.state == State.KEPT:
        commitments.move(commitment, State.OPEN)


# --- A file ---------------------------------------------------------------------------------------


def read_file(*, charter: Charter, data: bytes, by: User) -> list[Reading]:
    """Readings of one charter's commitments from CSV: commitment (its id), measured_on, value, note.

    All or nothing. Raises BadRows with every row that cannot be taken, Unfit for the whole file.
    """
    rows = list(_rows(data))
    if not rows:
        raise Unfit({"file": "The file has no rows below its heading. Add one row a reading."})
    found = {str(one.code): one for one in charter.commitments.all()}
    faults: dict[int, str] = {}
    taken: list[Reading] = []
    with transaction.atomic():
        for line, row in rows:
            try:
                taken.append(_take(row, found, by))
            except (Unfit, NotNow, NotYours) as refusal:
                faults[line] = str(refusal)
        if faults:
            transaction.set_rollback(True)
    if faults:
        raise BadRows(faults)
    return taken


def _rows(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unfit({"file": "Save the file as CSV in UTF-8 and choose it again."}) from None
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in first else ",")
    names = [(name or "").strip().casefold() for name in reader.fieldnames or ()]
    if missing := [name for name in COLUMNS[:3] if name not in names]:
        words = ", ".join(missing)
        raise Unfit({"file": f"The heading lacks {words}. Take the file that the page offers."})
    try:
        for number, row in enumerate(reader, start=2):
            if number > MOST_ROWS + 1:
                raise Unfit({"file": f"Use at most {MOST_ROWS:,} rows a file."})
            cells = dict(zip(names, row.values(), strict=False))
            yield number, {name: str(cells.get(name) or "").strip() for name in COLUMNS}
    except csv.Error:
        raise Unfit({"file": "This is no CSV file that can be read. Save it as CSV."}) from None


def _take(row: dict[str, str], found: dict[str, Commitment], by: User) -> Reading:
    commitment = found.get(_code(row["commitment"]))
    if commitment is None:
        raise Unfit({"commitment": "This charter has no such commitment."})
    wish = wish_of(commitment, row["measured_on"], row["value"], row["note"])
    return record_reading(commitment=commitment, wish=wish, source=Reading.Source.FILE, by=by)


def _code(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return ""


def wish_of(commitment: Commitment, measured_on: str, value: str, note: str) -> Wish:
    """A reading from three texts. Raises Unfit."""
    try:
        day = date.fromisoformat(measured_on)
    except ValueError:
        raise Unfit({"measured_on": "Write the day as YYYY-MM-DD."}) from None
    if not commitment.is_figure:
        said = value.casefold()
        if said not in YES | NO:
            raise Unfit({"value": "Write yes or no."})
        return Wish(day, is_done=said in YES, note=note)
    try:
        return Wish(day, value=Decimal(value.replace(",", ".")), note=note)
    except InvalidOperation:
        raise Unfit({"value": "Give the figure as a plain number."}) from None
