"""A person's addresses can be taken out of the record, and nobody else's go unnoticed."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import AuditEvent, User
from accounts.request_facts import RequestFacts, during
from accounts.services import audit, audit_check, audit_erasure
from tests.audit.tampering import ADDRESS, as_superuser, record

pytestmark = pytest.mark.django_db


def erase(person: User) -> int:
    """As the service of people does it: addresses first, then the deed."""
    with transaction.atomic():
        count = audit_erasure.forget_addresses(person)
        audit.record(type="person.erased", actor=None, subject=audit.person(person))
    return count


def test_the_addresses_go_and_the_chain_stays(alice: User, bob: User) -> None:
    record(alice, 3)
    record(bob, 2)
    before = AuditEvent.objects.get(sequence=2).hash
    assert erase(alice) == 3
    whose = AuditEvent.objects.filter(actor=audit.person(alice))
    assert set(whose.values_list("address", "address_salt")) == {("", "")}
    assert AuditEvent.objects.filter(address=ADDRESS).count() == 2
    assert AuditEvent.objects.get(sequence=2).hash == before
    assert audit_check.verify().is_whole


def test_a_failed_sign_in_of_the_person_is_forgotten_too(alice: User) -> None:
    with during(RequestFacts("request-0001", ADDRESS)):
        audit.record(type="sign_in.refused", actor=None, subject=audit.person(alice))
    assert erase(alice) == 1
    assert audit_check.verify().is_whole


def test_an_address_that_nobody_erased_is_missed(alice: User, bob: User) -> None:
    record(alice, 2)
    record(bob, 1)
    with as_superuser():
        AuditEvent.objects.filter(sequence=2).update(address="", address_salt="")
    found = audit_check.verify().fault
    assert found is not None
    assert (found.sequence, found.part) == (2, "address")
    erase(bob)
    assert audit_check.verify().fault == found


def test_an_erasure_excuses_only_what_came_before_it(alice: User) -> None:
    record(alice)
    erase(alice)
    record(alice)
    with as_superuser():
        AuditEvent.objects.filter(sequence=3).update(address="", address_salt="")
    found = audit_check.verify().fault
    assert found is not None
    assert found.sequence == 3


def test_forgetting_without_the_deed_is_a_fault(alice: User) -> None:
    record(alice)
    audit_erasure.forget_addresses(alice)
    assert not audit_check.verify().is_whole


def test_nothing_else_can_be_changed_meanwhile_or_afterwards(alice: User) -> None:
    record(alice)
    erase(alice)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE audit_logs SET address = ''")


def test_an_erasure_that_is_undone_forgets_nothing(alice: User) -> None:
    class ChangedMind(Exception):
        pass

    record(alice)
    with pytest.raises(ChangedMind), transaction.atomic():
        audit_erasure.forget_addresses(alice)
        raise ChangedMind
    assert AuditEvent.objects.get().address == ADDRESS
