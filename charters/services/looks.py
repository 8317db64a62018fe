"""The organisation's own look: which one is in force, and putting another one in force."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from charters import logos, style_sheets, templates_checked
from charters.models import DocumentLook
from charters.refusals import LookRefused
from charters.rendering import docx, placeholders
from charters.rendering.look import PLAIN, Look

SUBJECT = "look of files"


def in_force() -> DocumentLook | None:
    """The newest look; None while nobody has chosen one. One statement."""
    return DocumentLook.objects.first()


def look_of(row: DocumentLook | None) -> Look:
    """What the renderers take."""
    if row is None:
        return PLAIN
    return Look(
        name=row.name,
        accent=row.accent.lower(),
        logo_png=base64.b64encode(bytes(row.logo)).decode() if row.logo else "",
        logo_width=row.logo_width,
        logo_height=row.logo_height,
        template_docx=base64.b64encode(bytes(row.template)).decode() if row.template else "",
        stylesheet=row.stylesheet,
    )


@dataclass(frozen=True)
class Wish:
    """What somebody wants; None leaves a file as it is, b"" takes it away."""

    name: str
    accent: str
    stylesheet: str
    logo: bytes | None = None
    template: bytes | None = None
    template_name: str = ""


def change_look(*, wish: Wish, by: User) -> DocumentLook:
    """Puts a new look in force after checking what it brings. Raises LookRefused."""
    checked = _checked(wish)
    with transaction.atomic():
        before = DocumentLook.objects.first()
        row = DocumentLook(
            name=wish.name,
            accent=wish.accent,
            stylesheet=checked.stylesheet,
            changed_by=by,
        )
        _put_logo(row, wish, checked.logo, before)
        _put_template(row, wish, before)
        row.save()
        audit.record(
            type="look.changed",
            actor=by,
            subject=SUBJECT,
            detail={
                "has_logo": bool(row.logo),
                "has_template": bool(row.template),
                "has_stylesheet": bool(row.stylesheet),
                "accent": row.accent,
            },
        )
    return row


@dataclass(frozen=True)
class _Checked:
    logo: logos.Logo | None
    stylesheet: str


def _checked(wish: Wish) -> _Checked:
    """Files are read and redrawn before any transaction: that takes its time."""
    problems: dict[str, str] = {}
    logo, stylesheet = None, ""
    try:
        logo = logos.read(wish.logo) if wish.logo else None
    except logos.Unusable as fault:
        problems["logo"] = str(fault)
    try:
        if wish.template:
            templates_checked.check(wish.template)
    except templates_checked.Unusable as fault:
        problems["template"] = str(fault)
    try:
        stylesheet = style_sheets.checked(wish.stylesheet)
    except style_sheets.Unusable as fault:
        problems["stylesheet"] = str(fault)
    if problems:
        raise LookRefused(problems)
    return _Checked(logo, stylesheet)


def _put_logo(
    row: DocumentLook, wish: Wish, logo: logos.Logo | None, before: DocumentLook | None
) -> None:
    if logo is not None:
        row.logo, row.logo_width, row.logo_height = logo.png, logo.width, logo.height
    elif wish.logo is None and before is not None:
        row.logo = before.logo
        row.logo_width, row.logo_height = before.logo_width, before.logo_height


def _put_template(row: DocumentLook, wish: Wish, before: DocumentLook | None) -> None:
    if wish.template:
        row.template, row.template_name = wish.template, wish.template_name[:120]
    elif wish.template is None and before is not None:
        row.template, row.template_name = before.template, before.template_name


def example_template() -> bytes:
    """A template to begin with: our own styles, every placeholder, the place of the charter."""
    return docx.example(placeholders.NAMES, accent=look_of(in_force()).accent)
