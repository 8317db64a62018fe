"""Two administrators press a button at the same moment: nothing is lost, nothing is there twice."""

from __future__ import annotations

import pytest

from accounts.models import AuditEvent, Invitation, User
from accounts.permissions import Role
from accounts.services import members
from tests.accounts.together import at_once, refused
from tests.builders.people import PASSWORD, make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sam(db: None) -> User:
    return make_person("sam", role=Role.SUPERADMIN)


def test_two_who_show_each_other_out_do_not_leave_the_house_empty(sue: User, sam: User) -> None:
    outcomes = at_once(
        lambda: members.deactivate_member(user=sam, by=sue),
        lambda: members.deactivate_member(user=sue, by=sam),
    )
    assert refused(outcomes) == 1
    assert User.objects.active().filter(role=Role.SUPERADMIN).count() == 1


def test_two_who_take_each_others_role_leave_one(sue: User, sam: User) -> None:
    role = {"role": Role.USER, "is_operator": False}
    at_once(
        lambda: members.change_role(user=sam, by=sue, **role),
        lambda: members.change_role(user=sue, by=sam, **role),
    )
    assert User.objects.filter(role=Role.SUPERADMIN).count() == 1


def test_of_two_roles_given_at_once_one_is_told(sue: User, sam: User, bob: User) -> None:
    outcomes = at_once(
        *(
            lambda by=by, role=role: members.change_role(
                user=User.objects.get(pk=bob.pk), role=role, is_operator=False, by=by
            )
            for by, role in ((sue, Role.REVIEWER), (sam, Role.ADMIN))
        )
    )
    changed = list(AuditEvent.objects.filter(type="user.role_changed").order_by("sequence"))
    assert len(changed) == 2 - refused(outcomes)
    bob.refresh_from_db()
    assert changed[-1].detail["after"]["role"] == bob.role


def test_of_two_names_given_over_the_same_one_the_second_is_told(sue: User, bob: User) -> None:
    seen = [User.objects.get(pk=bob.pk) for _ in "ab"]
    outcomes = at_once(
        *(
            lambda user=user, name=name: members.change_particulars(
                user=user, email=bob.email, name=name, by=sue
            )
            for user, name in zip(seen, ("Robert", "Bobby"), strict=True)
        )
    )
    assert refused(outcomes) == 1
    assert AuditEvent.objects.filter(type="user.changed").count() == 1


def test_one_address_is_given_once(sue: User, alice: User, bob: User) -> None:
    outcomes = at_once(
        *(
            lambda user=user: members.change_particulars(
                user=user, email="new@example.org", name=user.name, by=sue
            )
            for user in (alice, bob)
        )
    )
    assert refused(outcomes) == 1
    assert User.objects.filter(email="new@example.org").count() == 1


def test_one_address_is_invited_once_and_comes_in_once(sue: User, sam: User) -> None:
    wish = {"email": "new@example.net", "role": Role.USER}
    outcomes = at_once(*(lambda by=by: members.invite_member(by=by, **wish) for by in (sue, sam)))
    assert refused(outcomes) == 1
    invitation = Invitation.objects.get()
    came = at_once(
        *(
            lambda: members.accept_invitation(invitation=invitation, name="N", password=PASSWORD)
            for _ in "abc"
        )
    )
    assert refused(came) == 2
    assert User.objects.filter(email="new@example.net").count() == 1
    assert AuditEvent.objects.filter(type="invitation.accepted").count() == 1
