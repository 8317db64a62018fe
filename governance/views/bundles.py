"""The decision on a revision as a bundle to check elsewhere."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from charters.models import Charter
from governance.models import Decision
from governance.services import bundles


@require_safe
def bundle(request: HttpRequest, charter_code: UUID, number: int) -> HttpResponse:
    """A zip file, for whoever sees the charter."""
    decision = get_object_or_404(
        Decision.objects.filter(
            revision__charter__in=Charter.objects.visible_to(request.user)
        ).select_related("revision__charter__session", "rule_set"),
        revision__charter__code=charter_code,
        revision__number=number,
    )
    made = bundles.take_bundle(decision=decision, by=request.user)
    return HttpResponse(made.body, content_type=made.content_type, headers=made.headers)
