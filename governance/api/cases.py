"""What the operations on cases share: refusals as replies, and who is shown how."""

from __future__ import annotations

import uuid
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api_conventions import ApiView
from accounts.api_errors import Conflict, Unusable
from accounts.models import User
from charters.models import Charter
from governance.refusals import NotYours, Refusal, Unfit


class CaseView(ApiView):
    """An address below a case: refusals of the domain become refusals of the API."""

    def handle_exception(self, exc: Exception) -> Response:
        return super().handle_exception(as_fault(exc) if isinstance(exc, Refusal) else exc)


def as_fault(refusal: Refusal) -> Exception:
    """Status and words of a refusal."""
    if isinstance(refusal, Unfit):
        return Unusable({name: [sentence] for name, sentence in refusal.fields.items()})
    if isinstance(refusal, NotYours):
        return PermissionDenied(refusal.sentence)
    return Conflict(refusal.sentence)


def charter_seen(request: Request, code: uuid.UUID) -> Charter:
    """The charter if it exists for this person. Raises Http404."""
    found = Charter.objects.visible_to(request.user).filter(code=code)
    charter = found.select_related("session__owner").first()
    if charter is None:
        raise Http404("There is no such charter.")
    return charter


def person(user: User | None) -> dict[str, Any] | None:
    """Somebody, by id and name; None where the system did it."""
    return {"id": user.code, "name": user.name} if user else None
