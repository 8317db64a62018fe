"""Two SuperAdmins press a button at the same moment: one outcome, one deed."""

from __future__ import annotations

import pytest

from accounts.models import AuditEvent, Promotion, User
from accounts.permissions import Role
from accounts.services import members, promotions
from tests.accounts.together import at_once, refused
from tests.builders.people import make_person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def chiefs(db: None) -> list[User]:
    return [make_person(name, role=Role.SUPERADMIN) for name in ("sue", "sam", "sid")]


def test_two_who_ask_at_once_make_one_wish(ada: User, chiefs: list[User]) -> None:
    outcomes = at_once(*(lambda by=by: promotions.ask_promotion(user=ada, by=by) for by in chiefs))
    assert refused(outcomes) == len(chiefs) - 1
    assert Promotion.objects.count() == 1
    assert AuditEvent.objects.filter(type="promotion.asked").count() == 1


def test_one_confirms_and_one_refuses_at_once(ada: User, chiefs: list[User]) -> None:
    sue, sam, sid = chiefs
    wish = promotions.ask_promotion(user=ada, by=sue)
    outcomes = at_once(
        lambda: promotions.confirm_promotion(promotion=wish, by=sam),
        lambda: promotions.refuse_promotion(promotion=wish, by=sid),
    )
    assert refused(outcomes) == 1
    wish.refresh_from_db()
    ada.refresh_from_db()
    assert (ada.role == Role.SUPERADMIN) == (wish.outcome == "confirmed")
    ended = AuditEvent.objects.filter(type__in=["promotion.confirmed", "promotion.refused"])
    assert ended.count() == 1


def test_confirmed_while_the_asker_loses_the_role(ada: User, chiefs: list[User]) -> None:
    sue, sam, sid = chiefs
    wish = promotions.ask_promotion(user=ada, by=sue)
    at_once(
        lambda: promotions.confirm_promotion(promotion=wish, by=sam),
        lambda: members.change_role(user=sue, role=Role.USER, is_operator=False, by=sid),
    )
    ada.refresh_from_db()
    order = AuditEvent.objects.filter(type__in=["promotion.confirmed", "user.role_changed"])
    deeds = list(order.order_by("sequence").values_list("type", flat=True))
    # Whoever made Ada one did so while Sue still was one.
    if ada.role == Role.SUPERADMIN:
        assert deeds.index("promotion.confirmed") == 0
