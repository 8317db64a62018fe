"""Files of a revision: asked for once, made by the worker, kept for whoever asks again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal, cast

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from accounts.models import Job, User
from accounts.sealed_fields import sealed_changes
from accounts.services import jobs
from charters.canonical import content_hash
from charters.content import CharterContent
from charters.models import DocumentLook, Export, Revision
from charters.rendering import formats
from charters.rendering.appendices import Annex
from charters.rendering.external import clean_text
from charters.rendering.formats import ANNEX, Material, Profile
from charters.rendering.look import Paper
from charters.services import looks
from interviews.protocol import catalogue
from interviews.protocol.types import Protocol

KIND = "export"
#: A file whose annex has changed since is not asked for again; it goes when a newer one is there.
KEPT_FOR = timedelta(days=1)

Status = Literal["pending", "ready", "failed"]


@dataclass(frozen=True)
class Around:
    """What governance passes down for one revision, and how the file is wanted."""

    annex: Annex
    governance: Mapping[str, Any] | None = None
    watermark: str = ""
    profile: Profile = "full"
    paper: Paper = "a4"


def render_now(revision: Revision, file_format: str, around: Around) -> bytes:
    """A file made while one waits, with the look in force; nothing is kept."""
    material = _material(revision, around, looks.in_force())
    return formats.render(material, file_format=file_format, profile=around.profile)


def kept_or_rendered(revision: Revision, file_format: str, around: Around, *, by: User) -> bytes:
    """The file that there is, whoever asked for it; else one made while one waits, and kept."""
    wish = _wish_of(revision, file_format, around, looks.in_force())
    found = Export.objects.ready().filter(cache_key=wish["cache_key"]).first()
    if found is not None:
        return bytes(found.file or b"")
    # The slow part: no transaction is open.
    material = _material(revision, around, wish["look"])
    made = formats.render(material, file_format=file_format, profile=around.profile)
    with transaction.atomic():
        export, _ = _row_of(wish, by)
        if not export.is_ready:
            _keep(export, made)
    return made


def _material(revision: Revision, around: Around, look: DocumentLook | None) -> Material:
    return Material(
        content=CharterContent.model_validate(revision.content),
        content_hash=revision.content_hash,
        issued_at=revision.issued_at,
        governance=around.governance,
        watermark=around.watermark,
        annex=around.annex,
        look=looks.look_of(look),
        paper=around.paper,
        protocol=_protocol(revision),
        font_folders=font_folders(),
    )


def font_folders() -> tuple[str, ...]:
    """Where a site keeps fonts of its own."""
    return (settings.FONTS_DIR,) if settings.FONTS_DIR else ()


def name_outside(revision: Revision, around: Around) -> str:
    """What the project is called in an external copy: names and money stand in titles, too."""
    private = formats.private_of(_material(revision, around, None))
    return clean_text(revision.charter.session.project_name, private)


def _protocol(revision: Revision) -> Protocol | None:
    """The questions that were asked, if they are still installed."""
    protocol = catalogue.default_protocol()
    return protocol if protocol.version == revision.protocol_version else None


def status_of(export: Export) -> Status:
    """Whether the file is there, on its way, or given up. One statement unless it is there."""
    if export.is_ready:
        return "ready"
    job = Job.objects.filter(unique_key=export.job_key).values_list("status", flat=True).first()
    return "failed" if job in (None, Job.Status.DEAD) else "pending"


@transaction.atomic
def request_export(*, revision: Revision, file_format: str, around: Around, by: User) -> Export:
    """The file with exactly this in it: the row that there is, or a new one and a job for it.

    One that had failed for good is tried anew. The deed is noted when the file leaves the house.
    """
    export, is_new = _row_of(_wish_of(revision, file_format, around, looks.in_force()), by)
    if not is_new and status_of(export) == "failed":
        export.ask_count += 1
        export.save(update_fields=["ask_count"])
        is_new = True
    if is_new:
        jobs.enqueue(kind=KIND, subject_id=export.pk, unique_key=export.job_key)
    return export


def _wish_of(
    revision: Revision, file_format: str, around: Around, look: DocumentLook | None
) -> dict[str, Any]:
    """The columns of an export, with the key over everything that its bytes depend on."""
    annex = ANNEX.dump_python(around.annex, mode="json")
    stored = {"annex": annex, "governance": around.governance, "watermark": around.watermark}
    annex_hash = content_hash(stored)
    wish = {"file_format": file_format, "profile": around.profile, "paper": around.paper}
    key = content_hash(
        wish
        | {
            "revision": f"{revision.charter.code}/{revision.number}",
            "content_hash": revision.content_hash,
            "annex": annex_hash,
            "look": look.pk if look else 0,
            "version": formats.VERSION,
            "fonts": list(font_folders()),
        }
    )
    return wish | {
        "cache_key": key,
        "revision": revision,
        "around": stored,
        "annex_hash": annex_hash,
        "look": look,
    }


def _row_of(wish: dict[str, Any], by: User) -> tuple[Export, bool]:
    """The row of exactly this file, and whether it is new; in the caller's transaction."""
    defaults = {name: value for name, value in wish.items() if name != "cache_key"}
    return Export.objects.select_for_update().get_or_create(
        cache_key=wish["cache_key"], defaults=defaults | {"asked_by": by}
    )


def _keep(export: Export, made: bytes) -> None:
    """In the caller's transaction."""
    Export.objects.filter(pk=export.pk).update(
        size=len(made), made_at=Now(), **sealed_changes(export, file=made)
    )
    _forget_older(export)


def make_export(job: Job) -> None:
    """Renders the file that the job asks for, and keeps it."""
    export = (
        Export.objects.select_related("revision__charter__session", "look")
        .filter(pk=job.subject_id)
        .first()
    )
    if export is None or export.is_ready or export.job_key != job.unique_key:
        jobs.finish(job)
        return
    # The slow part: no transaction is open.
    made = formats.render(
        _material(export.revision, around_of(export), export.look),
        file_format=export.file_format,
        profile=around_of(export).profile,
    )
    with transaction.atomic():
        jobs.finish(job)
        _keep(export, made)


def around_of(export: Export) -> Around:
    """What the file was asked for with."""
    stored = export.around
    around = Around(
        annex=ANNEX.validate_python(stored["annex"]),
        governance=stored["governance"],
        watermark=stored["watermark"],
    )
    # The database lets no others in.
    profile, paper = cast(Profile, export.profile), cast(Paper, export.paper)
    return replace(around, profile=profile, paper=paper)


def _forget_older(export: Export) -> None:
    """Earlier files of the same kind, made with an annex that does not hold any more."""
    older = Export.objects.filter(
        revision=export.revision,
        file_format=export.file_format,
        profile=export.profile,
        paper=export.paper,
        pk__lt=export.pk,
    )
    older.filter(asked_at__lt=Now() - KEPT_FOR).delete()
