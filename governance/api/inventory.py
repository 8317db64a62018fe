"""The portfolio through the API: every case that somebody may see, and pictures as tables."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import (
    ApiView,
    ListOf,
    Lists,
    describe,
    entity_tag,
    listed,
    one,
    read_body,
    read_query,
    require_match,
)
from accounts.permissions import Permission
from accounts.policies import require
from governance.api import inventory_shapes as shapes
from governance.portfolio.asked import Asked, asked_from
from governance.portfolio_policies import may_describe
from governance.services import inventory, inventory_search, portfolio_figures
from governance.services.inventory_search import ENTRY
from interviews.models import InterviewSession
from interviews.services import viewing

TAG = "Portfolio"
CASES = ListOf("inventory", order=("-last_updated_at", "-pk"), filters=shapes.InventoryFilters)
OF_ENTRY = (
    *("charter_code", "department", "reference", "standing", "decision", "lane", "archetype"),
    *("areas", "highest", "human_agency", "robustness", "privacy", "transparency", "fairness"),
    *("severity", "likelihood", "data_score", "submitted_at", "decided_at", "ruled_at"),
    *("review_due_date", "next_review_date", "kept_count", "broken_count", "pending_count"),
    "model_cost",
)
COLUMNS = (
    *("pk", "code", "project_name", "owner__code", "owner__name", "status", "current_stage"),
    "last_updated_at",
    *(f"{ENTRY}__{name}" for name in OF_ENTRY),
)
NOT_YOURS = "Its owner, colleagues who may edit, and administrators say whose case it is."


def case_data(row: Mapping[str, Any]) -> dict[str, Any]:
    """A case as the API gives it, from COLUMNS."""
    of = {name: row[f"{ENTRY}__{name}"] for name in OF_ENTRY}
    return {
        "session": row["code"],
        "charter": of["charter_code"],
        "project_name": row["project_name"],
        "owner": {"id": row["owner__code"], "name": row["owner__name"]},
        "department": of["department"] or "",
        "reference": of["reference"] or "",
        "status": row["status"],
        "stage": row["current_stage"],
        "standing": of["standing"] or "not_submitted",
        "decision": of["decision"].upper() if of["decision"] else None,
        "lane": of["lane"] or "",
        "archetype": of["archetype"] or "",
        "high_risk_areas": (of["areas"] or "").split(),
        "highest_risk": of["highest"],
        "levels": {
            name: of[name]
            for name in ("human_agency", "robustness", "privacy", "transparency", "fairness")
        },
        "severity": of["severity"],
        "likelihood": of["likelihood"],
        "data_score": of["data_score"],
        "updated_at": row["last_updated_at"],
        "submitted_at": of["submitted_at"],
        "decided_at": of["decided_at"],
        "ruled_at": of["ruled_at"],
        "review_due_date": of["review_due_date"],
        "next_review_date": of["next_review_date"],
        "promises": {name: of[f"{name}_count"] or 0 for name in ("kept", "broken", "pending")},
        "model_cost": float(of["model_cost"] or 0),
    }


def _asked(given: Mapping[str, Any]) -> Asked:
    wanted = dict(given)
    if "decision" in wanted:
        wanted["decision"] = wanted["decision"].lower()
    if "batch" in wanted:
        wanted["batch"] = str(wanted["batch"])
    return asked_from(wanted)


class Inventory(ApiView):
    """All cases that one sees."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.SESSION_VIEW}

    @describe(
        "List cases of the portfolio",
        gives=Lists(shapes.CaseOut),
        reads=CASES.parameters,
        examples=[("First page", {"items": [shapes.CASE], "total": 1, "skip": 0, "limit": 10})],
        tag=TAG,
    )
    def get(self, request: Request) -> Response:
        """Structured facts of every case, the latest change first; the filters are the page's."""
        inventory.catch_up(request.user)

        def found(asked: dict[str, Any]) -> QuerySet[Any, Any]:
            return inventory_search.find(request.user, _asked(asked)).values(*COLUMNS)

        return listed(CASES, request, found, shape=case_data)


class OneCase(ApiView):
    """One case."""

    needs: ClassVar[dict[str, Permission]] = {
        "GET": Permission.SESSION_VIEW,
        "PATCH": Permission.SESSION_ANSWER,
    }

    @describe(
        "Show a case of the portfolio",
        gives=shapes.CaseOut,
        also=(404,),
        examples=[("Approved", shapes.CASE)],
        tells_version=True,
        tag=TAG,
    )
    def get(self, request: Request, code: uuid.UUID) -> Response:
        """As the list has it."""
        session = _session(request, code)
        viewing.note_view(session=session, by=request.user)
        return _one(session)

    @describe(
        "Say whose case it is",
        takes=shapes.CaseIn,
        gives=shapes.CaseOut,
        also=(404,),
        sends=[("Housing's", {"department": "Housing"})],
        needs_match=True,
        tells_version=True,
        tag=TAG,
    )
    def patch(self, request: Request, code: uuid.UUID) -> Response:
        """Department and number elsewhere; everything else is derived."""
        session = _session(request, code)
        require(may_describe(request.user, session), NOT_YOURS)
        wish = read_body(shapes.CaseIn, request)
        entry = inventory.entry_of(session)
        said = {"department": entry.department, "reference": entry.reference}
        require_match(request, entity_tag(session.code, *said.values()), yours=wish, theirs=said)
        inventory.describe_case(session=session, **(said | wish), by=request.user)
        return _one(session)


def _session(request: Request, code: uuid.UUID) -> InterviewSession:
    found = InterviewSession.objects.visible_to(request.user).filter(code=code).first()
    if found is None:
        raise Http404("There is no such case.")
    return found


def _one(session: InterviewSession) -> Response:
    entry = inventory.entry_of(session)
    row = InterviewSession.objects.filter(pk=session.pk).values(*COLUMNS).get()
    tag = entity_tag(session.code, entry.department, entry.reference)
    return one(case_data(row), tag=tag)


class PortfolioFigure(ApiView):
    """One picture as a table."""

    needs: ClassVar[dict[str, Permission]] = {"GET": Permission.SESSION_VIEW}

    @describe(
        "Show figures of the portfolio",
        gives=shapes.FigureOut,
        reads=shapes.InventoryFilters,
        also=(404,),
        tag=TAG,
    )
    def get(self, request: Request, figure: str) -> Response:
        """`risks`, `promises`, `decisions`, `scores`, `ageing`, `kinds` or `costs`: the table below
        the picture of that name, of the cases that the filters leave.
        """
        if figure not in portfolio_figures.FIGURES:
            names = ", ".join(portfolio_figures.FIGURES)
            raise Http404(f"There is no such figure. There are: {names}.")
        asked = _asked(read_query(shapes.InventoryFilters, request))
        inventory.catch_up(request.user)
        made = portfolio_figures.figure(
            figure, user=request.user, asked=asked, link=lambda **parts: ""
        )
        return Response(
            {
                "key": made.key,
                "title": made.title,
                "description": made.description,
                "columns": list(made.columns),
                "rows": [list(cells) for cells, _ in made.lines],
            }
        )
