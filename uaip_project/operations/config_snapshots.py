"""Versions of the whole configuration: what held when, how two of them differ, and the way back.

A version is a row of operational runs. The history of single settings stands in
``setting_changes``; a version is taken before each of them, so that files and environment of that
moment are known too. Of a secret only a check value is kept: it tells a change, not the secret.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone

from accounts import runtime_settings
from accounts.models import RuntimeSetting, SettingChange, User
from accounts.runtime_settings import Value
from accounts.services import setting_changes
from uaip_project import env
from uaip_project.operations import configuration
from uaip_project.operations.models import OpsRun

KIND = "config snapshot"
#: Where nothing was chosen at run time: environment or file hold.
FILE = None


class NoSuchVersion(LookupError):
    """There is no version of that number."""


class Unhealthy(Exception):
    """After the change something was wrong, so it was taken back; the words say what was wrong."""


@dataclass(frozen=True)
class Difference:
    """One setting that two versions have otherwise."""

    key: str
    before: Any
    after: Any


def take(*, why: str, by: User | None, before: SettingChange | None = None) -> OpsRun:
    """Notes everything in force as a new version; ``before``: as it was before that change."""
    content = _content()
    if before is not None:
        content["run_time"] = _with(content["run_time"], before.key, before.before)
    newest = OpsRun.objects.of(KIND).first()
    if newest and before is not None and _same(newest.result, content):
        return newest
    now = timezone.now()
    return OpsRun.objects.create(
        kind=KIND,
        started_by=by,
        status=OpsRun.Status.OK,
        arguments={"why": why},
        result=content,
        said=why[:500],
        started_at=now,
        finished_at=now,
    )


def _with(run_time: dict[str, Any], key: str, value: Value | None) -> dict[str, Any]:
    found = {name: one for name, one in run_time.items() if name != key}
    return found if value is FILE else found | {key: value}


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return all(one.get(part) == other[part] for part in ("run_time", "fixed", "secrets"))


def _content() -> dict[str, Any]:
    """What was chosen at run time, what environment and files say, and check values of secrets."""
    fixed = {
        one.key: one.value if one.chosen is None else one.chosen.declared.file_value()
        for one in configuration.everything()
        if not one.is_secret and one.source != configuration.RUN_TIME
    }
    content = {
        "app_version": settings.APP_VERSION,
        "run_time": runtime_settings.stored(),
        "fixed": fixed,
        "secrets": env.key_checks(settings.SECRET_KEY),
    }
    plain: dict[str, Any] = json.loads(json.dumps(content, cls=DjangoJSONEncoder))
    return plain


def versions() -> list[OpsRun]:
    """The latest, newest first."""
    return list(OpsRun.objects.of(KIND).select_related("started_by")[:50])


def version(number: int) -> OpsRun:
    """Raises NoSuchVersion."""
    found = OpsRun.objects.of(KIND).filter(pk=number).first()
    if found is None:
        raise NoSuchVersion(f"There is no version {number}: `config versions` lists them.")
    return found


def differences(old: int, new: int | None = None) -> list[Difference]:
    """Between two versions, or between one and now. Raises NoSuchVersion."""
    then = version(old).result
    now = version(new).result if new is not None else _content()
    found = []
    for part in ("run_time", "fixed", "secrets"):
        for key in sorted(set(then[part]) | set(now[part])):
            before, after = then[part].get(key), now[part].get(key)
            # A value that was chosen hides that of the file, which is no difference.
            is_hidden = part == "fixed" and (key in then["run_time"] or key in now["run_time"])
            if before != after and not is_hidden:
                found.append(Difference(key, before, after))
    return found


def roll_back(
    number: int, *, by: User, confirmed: bool = False, reason: str = ""
) -> tuple[list[Difference], list[Difference]]:
    """Takes run-time settings to that version; returns what was done, and what a person must do.

    Environment and files belong to whoever deploys. Raises NoSuchVersion and what a change raises.
    """
    wanted: dict[str, Value] = version(number).result["run_time"]
    keys = {*wanted, *runtime_settings.stored()} & set(runtime_settings.DECLARED)
    done = choose(
        {key: wanted.get(key) for key in keys},
        by=by,
        confirmed=confirmed,
        reason=reason or f"Back to version {number}.",
    )
    return done, differences(number)


@transaction.atomic
def choose(
    wanted: dict[str, Value | None], *, by: User, confirmed: bool, reason: str
) -> list[Difference]:
    """Sets several settings at run time, all or none. Raises what a change raises."""
    done = []
    for key, value in sorted(wanted.items()):
        at, before = setting_changes.standing(key)
        is_new = setting_changes.change_setting(
            key=key,
            value=value,
            version=at,
            reason=reason[:300],
            confirmed=key if confirmed else "",
            by=by,
        )
        if is_new:
            done.append(Difference(key, before, value))
    return done


def apply(
    wanted: dict[str, Value | None],
    *,
    by: User,
    problems: Callable[[], list[str]],
    confirmed: bool = False,
    reason: str = "",
) -> tuple[OpsRun, list[Difference]]:
    """Takes a version, sets all, and asks ``problems``; where there is one, all go back.

    Raises Unhealthy and what a change raises.
    """
    point = take(why=f"Before: {reason}", by=by)
    was = dict(RuntimeSetting.objects.filter(key__in=wanted).values_list("key", "value"))
    done = choose(wanted, by=by, confirmed=confirmed, reason=reason)
    if found := problems():
        before = {one.key: was.get(one.key) for one in done}
        choose(before, by=by, confirmed=True, reason=f"Taken back: {found[0]}")
        raise Unhealthy(f"{found[0]} All values are as before (version {point.pk}).")
    return point, done


def note_before(sender: object, instance: SettingChange, **kwargs: object) -> None:
    """Takes a version before a setting changes, whatever the way that it is changed by."""
    if instance.pk is None:
        why = f"Before {instance.key} changed."
        take(why=why, by=instance.changed_by, before=instance)
