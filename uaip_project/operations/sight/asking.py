"""Every question that the verdict rests on, in the order of how much depends on the answer."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.db import DatabaseError
from redis.exceptions import RedisError

from uaip_project.operations.sight import services, upkeep
from uaip_project.operations.sight.probe import Probe, State

log = logging.getLogger(__name__)

Question = tuple[str, str, Callable[[], Probe]]
#: Name, title, and who answers. The quick ones ask no disk and no other host for long.
QUICK: tuple[Question, ...] = (
    ("database", "Database", services.database),
    ("workers", "Workers", services.workers),
    ("queue", "Queue", services.queue),
    ("dead", "Work given up", services.dead),
    ("broker", "Broker", services.broker),
    ("cache", "Cache", services.cache),
    ("model", "Language model", services.model),
    ("disk", "Disks", services.disk),
    ("held", "Work held back", services.held),
    ("maintenance", "Maintenance mode", upkeep.maintenance),
)
SLOW: tuple[Question, ...] = (
    ("migrations", "Migrations", upkeep.migrations),
    ("backup", "Backup", upkeep.backup),
    ("drill", "Rehearsed restore", upkeep.drill),
    ("old_databases", "Databases of before", upkeep.old_databases),
    ("record", "Record of deeds", upkeep.record),
    ("schedule", "Schedule", upkeep.missed),
    ("certificates", "Certificates", upkeep.certificates),
    ("clock", "Clock", services.clock),
)
ALL = QUICK + SLOW


def ask(questions: tuple[Question, ...] = ALL) -> list[Probe]:
    """An answer to each; one that cannot be asked is a no."""
    return [answer(question) for question in questions]


def answer(question: Question) -> Probe:
    """One answer, whatever is away."""
    name, title, probe = question
    try:
        return probe()
    except (DatabaseError, RedisError, OSError) as fault:
        log.warning("The probe %s could not be asked: %s", name, fault)
        said = f"{title} could not be asked ({type(fault).__name__})."
        return Probe(name, title, State.BAD, said, "See the log for the fault.")
