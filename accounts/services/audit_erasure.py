"""Takes a person's addresses out of the record of deeds; the chain stays whole."""

from __future__ import annotations

from django.db import connection, transaction
from django.db.models import Q

from accounts.append_only import lifted
from accounts.models import AuditEvent, User
from accounts.services import audit


@transaction.atomic
def forget_addresses(user: User) -> int:
    """Empties address and salt of the person's deeds; returns of how many.

    The deeds and the hashes of the addresses stay. Without their salts those say nothing. Failed
    sign-ins count too: the system recorded them, from an address that may be the person's own.

    Call it late in the transaction of the erasure, and record ``person.erased`` with
    ``audit.person(user)`` as its subject after it, in the same transaction: `verify_audit` takes
    an empty address for a fault unless that deed follows. Until the transaction ends nobody else
    records a deed.
    """
    name = audit.person(user)
    audit.lock_head()
    with lifted(connection, AuditEvent._meta.db_table, "update"):
        whose = Q(actor=name) | Q(actor=audit.SYSTEM, subject=name)
        theirs = AuditEvent.objects.filter(whose).exclude(address="")
        return theirs.update(address="", address_salt="")
