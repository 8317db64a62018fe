"""What waits since a restore, and letting it go."""

from __future__ import annotations

from django.db.models import Count

from accounts.models import HeldKind, Job, User
from accounts.services import job_holds
from uaip_project.operations.restoring.aftermath import WHY_HELD
from uaip_project.operations.runs import Outcome


def show() -> Outcome:
    """How many jobs of each held kind wait."""
    waiting = _waiting()
    if not waiting:
        return Outcome({"held": {}}, ["Nothing is held since a restore."])
    total = sum(waiting.values())
    lines = [f"{total} jobs of {len(waiting)} kinds wait since the restore."]
    lines += [f"- {kind}: {count}" for kind, count in sorted(waiting.items()) if count]
    lines.append(
        "`queue cancel` takes jobs out that must not be done; `restore --release` does all."
    )
    return Outcome({"held": waiting}, lines)


def release(*, by: User | None) -> Outcome:
    """Lets go what a restore held; what somebody held for another reason stays held."""
    waiting = _waiting()
    kinds = job_holds.release(list(waiting), by=by)
    total = sum(waiting.values())
    said = f"Released {len(kinds)} kinds of work; {total} jobs go out now."
    return Outcome({"released": waiting}, [said if kinds else "Nothing was held since a restore."])


def _waiting() -> dict[str, int]:
    """Kind -> how many jobs wait; kinds without one too."""
    kinds = HeldKind.objects.filter(why=WHY_HELD).values_list("kind", flat=True)
    jobs = Job.objects.filter(kind__in=kinds, status=Job.Status.PENDING).order_by()
    counts = dict(jobs.values_list("kind").annotate(count=Count("*")))
    return {kind: counts.get(kind, 0) for kind in kinds}
