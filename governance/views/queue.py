"""What waits: the queue of reviews for everybody, and one person's own work."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from governance import policies, presenting_queue, work
from governance.models import Review, Seat
from governance.services import queue

PAGE_SIZE = 25
WORK_LIMIT = 25


@require_safe
def review_list(request: HttpRequest) -> HttpResponse:
    """Open cases by urgency; whoever has a seat sees first where an own verdict is wanted."""
    is_seated = _is_seated(request.user)
    show = request.GET.get("show", "")
    if show not in presenting_queue.SHOWS:
        show = "mine" if is_seated else "all"
    found = _shown(request.user, show)
    last = _at(found, request.GET.get("after", ""))
    rows = list(queue.for_list(_after(found, last, show))[: PAGE_SIZE + 1])
    waiting = frozenset(queue.waiting_for(request.user).values_list("pk", flat=True))
    page = {
        "show": show,
        "tabs": presenting_queue.tabs(show, {"mine": len(waiting)}),
        "rows": presenting_queue.rows(rows[:PAGE_SIZE], mine=waiting, today=timezone.localdate()),
        "next_place": rows[PAGE_SIZE - 1].code if len(rows) > PAGE_SIZE else None,
        "is_continued": last is not None,
        "is_seated": is_seated,
    }
    return render(request, "governance/review_list.html", page)


def _is_seated(user: User) -> bool:
    seats = Seat.objects.current(timezone.localdate()).filter(user=user)
    return policies.has_right_to_vote(user) and seats.exists()


def _shown(user: User, show: str) -> QuerySet[Review]:
    visible = Review.objects.visible_to(user)
    if show == "mine":
        return visible.filter(pk__in=queue.waiting_for(user).values("pk"))
    if show == "overdue":
        return queue.overdue(visible, today=timezone.localdate())
    if show == "closed":
        return visible.filter(ruling__isnull=False)
    return visible.open()


def _at(found: QuerySet[Review], place: str) -> Review | None:
    """The review that a list's address names; None for anything else."""
    try:
        return found.filter(code=UUID(place)).first()
    except ValueError:
        return None


def _after(found: QuerySet[Review], last: Review | None, show: str) -> QuerySet[Review]:
    """Those behind ``last``: the latest ruling first, or the most urgent case first."""
    if show == "closed":
        found = found.order_by("-closed_at", "-id")
        if last is None:
            return found
        return found.filter(
            Q(closed_at__lt=last.closed_at) | Q(closed_at=last.closed_at, id__lt=last.pk)
        )
    found = found.order_by("due_date", "id")
    if last is None:
        return found
    return found.filter(Q(due_date__gt=last.due_date) | Q(due_date=last.due_date, id__gt=last.pk))


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """Everything that waits for the person."""
    piles = work.piles_for(request.user, limit=WORK_LIMIT)
    return render(request, "governance/work.html", {"piles": piles})
