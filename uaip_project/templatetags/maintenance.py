"""What every page says while the house is maintained, or will be."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils import timezone

from uaip_project.operations import maintenance_mode

register = template.Library()


@register.inclusion_tag("operations/_maintenance_banner.html")
def maintenance_banner() -> dict[str, Any]:
    """The banner; empty while the house is open."""
    now, standing = timezone.now(), maintenance_mode.standing()
    return {
        "standing": standing,
        "is_told": standing.is_told(now),
        "is_closed": standing.is_closed(now),
        "is_planned": standing.mode == maintenance_mode.Mode.READONLY,
    }
