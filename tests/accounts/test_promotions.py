"""A SuperAdmin is made by two: one asks, a second confirms within a day, and both are on record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Promotion, User
from accounts.permissions import Role
from accounts.services import audit, members, promotions
from tests.builders.people import make_person
from tests.builders.programs import Program, error_of, with_key

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]


@pytest.fixture
def sam(db: None) -> User:
    """The second one."""
    return make_person("sam", role=Role.SUPERADMIN)


@pytest.fixture
def wish(sue: User, sam: User, ada: User) -> Promotion:
    return promotions.ask_promotion(user=ada, by=sue)


def press(browser: Client, user: User, action: str) -> Any:
    return browser.post(reverse("people:promotion", args=[user.code]), {"action": action})


def role_of(user: User) -> str:
    user.refresh_from_db()
    return user.role


def deeds() -> list[tuple[str, str, str]]:
    found = AuditEvent.objects.filter(type__startswith="promotion.").order_by("sequence")
    return list(found.values_list("type", "actor", "subject"))


def run_out(wish: Promotion) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Promotion.objects.filter(pk=wish.pk).update(expires_at=past)


# --- Two people -----------------------------------------------------------------------------------


def test_one_asks_a_second_confirms_and_all_have_a_mail(
    sue: User, sam: User, ada: User, client_of: Browser, work: Callable[[], int]
) -> None:
    assert press(client_of(sue), ada, "ask").status_code == 302
    assert role_of(ada) == Role.ADMIN
    work()
    assert {one.to[0] for one in mail.outbox} == {sue.email, sam.email}
    assert "is to become a SuperAdmin" in mail.outbox[0].subject
    shown = client_of(sam).get(reverse("people:people")).text
    assert "asked by Sue" in shown
    mail.outbox.clear()
    assert press(client_of(sam), ada, "confirm").status_code == 302
    assert role_of(ada) == Role.SUPERADMIN
    work()
    assert {one.to[0] for one in mail.outbox} == {sue.email, sam.email, ada.email}
    names = [audit.person(one) for one in (sue, sam, ada)]
    assert deeds() == [
        ("promotion.asked", names[0], names[2]),
        ("promotion.confirmed", names[1], names[2]),
    ]
    changed = AuditEvent.objects.get(type="user.role_changed")
    assert (changed.actor, changed.detail["asked_by"]) == (names[1], names[0])


def test_who_asked_does_not_confirm(wish: Promotion, sue: User, ada: User, client_of: Browser):
    reply = press(client_of(sue), ada, "confirm")
    assert (reply.status_code, role_of(ada)) == (409, Role.ADMIN)
    assert "Somebody else must confirm this" in reply.text
    assert "Take it back" in reply.text


def test_who_becomes_one_confirms_nothing(wish: Promotion, ada: User, client_of: Browser) -> None:
    assert press(client_of(ada), ada, "confirm").status_code == 403
    assert role_of(ada) == Role.ADMIN


@pytest.mark.parametrize("action", ["ask", "confirm", "refuse"])
@pytest.mark.parametrize("name", ["alice", "rita", "olga", "mallory"])
def test_nobody_else_has_a_word_in_it(
    wish: Promotion, request: Any, client_of: Browser, name: str, action: str
) -> None:
    person = request.getfixturevalue(name)
    assert press(client_of(person), wish.user, action).status_code == 403
    wish.refresh_from_db()
    assert wish.is_open


def test_the_database_itself_wants_two(wish: Promotion, sue: User, ada: User) -> None:
    for alone in (sue, ada):
        told = {"closed_at": timezone.now(), "closed_by": alone, "outcome": "confirmed"}
        with pytest.raises(IntegrityError), transaction.atomic():
            Promotion.objects.filter(pk=wish.pk).update(**told)
    with pytest.raises(IntegrityError), transaction.atomic():
        Promotion.objects.create(user=sue, asked_by=sue, expires_at=timezone.now())


def test_a_second_one_refuses_and_nothing_changes(
    wish: Promotion, sam: User, ada: User, client_of: Browser
) -> None:
    browser = client_of(sam)
    assert press(browser, ada, "refuse").status_code == 302
    assert press(browser, ada, "confirm").status_code == 409
    assert (role_of(ada), deeds()[-1][0]) == (Role.ADMIN, "promotion.refused")


def test_who_asked_takes_it_back(wish: Promotion, sue: User, ada: User, client_of: Browser) -> None:
    assert press(client_of(sue), ada, "refuse").status_code == 302
    assert deeds()[-1][0] == "promotion.withdrawn"


def test_after_a_day_it_is_over_and_may_be_asked_anew(
    wish: Promotion, sue: User, sam: User, ada: User, client_of: Browser
) -> None:
    assert wish.expires_at - timezone.now() <= timedelta(hours=24)
    run_out(wish)
    assert press(client_of(sam), ada, "confirm").status_code == 409
    with pytest.raises(promotions.PromotionOver):
        promotions.confirm_promotion(promotion=wish, by=sam)
    assert role_of(ada) == Role.ADMIN
    promotions.ask_promotion(user=ada, by=sam)
    wish.refresh_from_db()
    assert wish.outcome == "expired"


def test_it_is_asked_once(wish: Promotion, sam: User, ada: User, client_of: Browser) -> None:
    reply = press(client_of(sam), ada, "ask")
    assert (reply.status_code, Promotion.objects.count()) == (409, 1)


def test_the_wish_of_somebody_who_is_none_any_more_counts_no_more(
    wish: Promotion, sue: User, sam: User, ada: User
) -> None:
    members.change_role(user=sue, role=Role.ADMIN, is_operator=False, by=sam)
    with pytest.raises(members.CannotDo, match="no SuperAdmin any more"):
        promotions.confirm_promotion(promotion=wish, by=sam)
    assert role_of(ada) == Role.ADMIN


def test_who_left_meanwhile_becomes_none(wish: Promotion, sam: User, ada: User) -> None:
    members.deactivate_member(user=ada, by=sam)
    with pytest.raises(members.CannotDo, match="cannot sign in"):
        promotions.confirm_promotion(promotion=wish, by=sam)


# --- No way round it ------------------------------------------------------------------------------


def test_no_other_page_makes_one(sue: User, sam: User, ada: User, client_of: Browser) -> None:
    browser = client_of(sue)
    role = reverse("people:role", args=[ada.code])
    reply = browser.post(role, {"role": "superadmin"})
    assert (reply.status_code, role_of(ada)) == (409, Role.ADMIN)
    invite = {"email": "new@example.net", "role": "superadmin"}
    assert browser.post(reverse("people:invite"), invite).status_code == 422
    sent = {"email": ada.email, "name": "Ada", "role": "superadmin"}
    assert browser.post(f"/admin/accounts/user/{ada.pk}/change/", sent).status_code == 200
    new = {"email": "new@example.net", "name": "New", "role": "superadmin"}
    assert browser.post("/admin/accounts/user/add/", new).status_code == 200
    assert User.objects.filter(role=Role.SUPERADMIN).count() == 2


def test_an_old_one_does_not_come_back_by_one_hand(sue: User, sam: User) -> None:
    members.deactivate_member(user=sam, by=sue)
    with pytest.raises(members.CannotDo, match="another role first"):
        members.reactivate_member(user=sam, by=sue)
    members.change_role(user=sam, role=Role.ADMIN, is_operator=False, by=sue)
    assert members.reactivate_member(user=sam, by=sue)


def test_nobody_takes_the_second_ones_mailbox(sue: User, sam: User, client_of: Browser) -> None:
    with pytest.raises(members.CannotDo, match="changed by nobody else"):
        members.change_particulars(user=sam, email="mine@example.org", name="Sam", by=sue)
    sam.refresh_from_db()
    assert sam.email == "sam@example.org"


def test_an_invitation_from_before_makes_none(sue: User) -> None:
    old = members.invite_member(email="new@example.net", role=Role.ADMIN, by=sue)
    old.role = Role.SUPERADMIN
    old.save(update_fields=["role"])
    there = reverse("people:invitation-accept", args=[members.token_of(old)])
    reply = Client().post(there, {"name": "New", "password": "correct horse battery"})
    assert reply.status_code == 422
    assert not User.objects.filter(email="new@example.net").exists()


# --- The first and the second of an installation ---------------------------------------------------


def test_the_only_one_is_told_the_way_by_the_server(
    sue: User, ada: User, client_of: Browser
) -> None:
    reply = press(client_of(sue), ada, "ask")
    assert reply.status_code == 409
    assert "create_user --existing" in reply.text
    call_command("create_user", "--existing", "--role", "superadmin", "--email", ada.email)
    assert role_of(ada) == Role.SUPERADMIN
    assert AuditEvent.objects.get(type="user.role_changed").actor == audit.SYSTEM


def test_the_command_names_the_role(ada: User) -> None:
    with pytest.raises(CommandError, match="Say which role"):
        call_command("create_user", "--existing", "--email", ada.email)
    with pytest.raises(CommandError, match="nobody with the address"):
        call_command("create_user", "--existing", "--role", "admin", "--email", "no@example.org")
    assert role_of(ada) == Role.ADMIN


# --- Other faces ----------------------------------------------------------------------------------


def test_programs_of_people_do_the_same(
    sue: User, sam: User, ada: User, client_of: Browser
) -> None:
    first, second = Program(client_of(sue)), Program(client_of(sam))
    made = first.post("/promotions", {"person": str(ada.code)})
    assert (made.status_code, made.json()["state"]) == (201, "open")
    path = made["Location"]
    assert first.post(f"{path}/confirm").status_code == 409
    assert second.post(f"{path}/confirm").json()["state"] == "confirmed"
    assert role_of(ada) == Role.SUPERADMIN
    assert error_of(second.post(f"{path}/refuse"))["code"] == "CONFLICT"
    listed = second.get("/promotions?state=confirmed").json()["items"]
    assert [one["person"]["name"] for one in listed] == ["Ada"]
    assert second.get("/promotions?state=open").json()["items"] == []
    assert first.post("/promotions", {"person": str(sue.code)}).status_code == 409
    nobody = "7d4f5d5e-3e7e-4d6b-8f0a-2b1c9c7d1a10"
    assert first.post("/promotions", {"person": nobody}).status_code == 422


def test_a_key_has_no_word_in_it(wish: Promotion, sam: User) -> None:
    reply = with_key(sam, "user.manage").post(f"/promotions/{wish.code}/confirm")
    assert reply.status_code == 403
    assert role_of(wish.user) == Role.ADMIN


def test_the_back_office_does_the_same(sue: User, sam: User, ada: User, client_of: Browser) -> None:
    chosen = {"action": "ask_promotion", "_selected_action": [ada.pk]}
    client_of(sue).post("/admin/accounts/user/", chosen)
    wish = Promotion.objects.get()
    for person, role in ((sue, Role.ADMIN), (ada, Role.ADMIN), (sam, Role.SUPERADMIN)):
        sent = {"action": "confirm", "_selected_action": [wish.pk]}
        client_of(person).post("/admin/accounts/promotion/", sent)
        assert role_of(ada) == role
