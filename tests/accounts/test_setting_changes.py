"""Settings changed at run time: what is taken, what is refused, who wins a race, and what holds."""

from __future__ import annotations

import math
import threading
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction

from accounts import limits, runtime_settings
from accounts.declared_settings import BURST_SIZE, IS_LIMITED, REQUESTS_PER_MINUTE
from accounts.models import AuditEvent, RuntimeSetting, SettingChange, User
from accounts.permissions import Role
from accounts.runtime_settings import KEPT, ValueRefused, in_force
from accounts.services import setting_changes
from accounts.services.setting_changes import (
    NotConfirmed,
    NothingToUndo,
    SomebodyWasFaster,
    change_setting,
    undo_change,
)
from interviews.declared_settings import DAILY_BUDGET, attempts_key, threshold_key
from interviews.llm import budget
from interviews.services.reading import attempts_of, threshold_of
from tests.builders.people import make_person
from tests.interviews.counting import statements

pytestmark = pytest.mark.django_db
BAR = threshold_key(2)


def set_to(key: str, value: object, by: User, version: int = 0, **more: Any) -> bool:
    return change_setting(key=key, value=value, version=version, by=by, **more)


def test_a_higher_bar_holds_at_once_and_is_kept_with_who_and_why(ada: User) -> None:
    assert set_to(BAR, 8.5, ada, reason="As agreed.")
    assert threshold_of(2) == 8.5
    change = SettingChange.objects.get()
    assert (change.version, change.before, change.after) == (1, None, 8.5)
    assert (change.reason, change.changed_by) == ("As agreed.", ada)
    deed = AuditEvent.objects.get(type="setting.changed")
    assert deed.subject == f"setting {BAR}"
    assert deed.detail == {"before": None, "after": 8.5, "version": 1, "is_dangerous": False}


def test_each_setting_reaches_what_it_is_about(ada: User) -> None:
    set_to(attempts_key(4), 5, ada)
    set_to(REQUESTS_PER_MINUTE, 120, ada)
    set_to(BURST_SIZE, 3, ada)
    set_to(DAILY_BUDGET, 12.5, ada)
    assert attempts_of(4) == 5
    assert (limits.of_api().per_minute, limits.of_api().burst) == (120, 3)
    assert float(budget.standing().daily_limit) == 12.5


def test_limits_can_be_switched_on_where_the_file_has_them_off(ada: User) -> None:
    limit = limits.Limit("tried", per_minute=1, burst=1)
    assert [limits.spend(limit, "ada") for _ in range(2)] == [0, 0]
    set_to(IS_LIMITED, True, ada)
    assert limits.spend(limit, "ada") == 0
    assert limits.spend(limit, "ada") > 0


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (BAR, 10.1),
        (BAR, -0.1),
        (BAR, 7.25),
        (BAR, "8"),
        (BAR, True),
        (BAR, math.nan),
        (BAR, math.inf),
        (BAR, [8]),
        (attempts_key(1), 0),
        (attempts_key(1), 11),
        (attempts_key(1), 2.5),
        (REQUESTS_PER_MINUTE, 0),
        (DAILY_BUDGET, -1),
        (DAILY_BUDGET, 1.001),
        (DAILY_BUDGET, 10**30),
        (IS_LIMITED, 1),
        (IS_LIMITED, "off"),
    ],
)
def test_a_value_out_of_bounds_is_refused_with_what_is_allowed(
    key: str, value: object, ada: User
) -> None:
    with pytest.raises(ValueRefused, match=r"^Use "):
        set_to(key, value, ada)
    assert not RuntimeSetting.objects.exists()
    assert not AuditEvent.objects.filter(type="setting.changed").exists()


@pytest.mark.parametrize(
    "key",
    [
        "stages.stage_agents.stage5.governance_thresholds.halt",
        "stages.stage_agents.stage3.data_quality_threshold",
        "SECRET_KEY",
        "",
    ],
)
def test_what_is_not_declared_cannot_be_changed(key: str, ada: User) -> None:
    with pytest.raises(runtime_settings.NoSuchSetting):
        set_to(key, 1, ada)


def test_a_bar_below_the_guides_needs_the_key_typed_again(ada: User) -> None:
    with pytest.raises(NotConfirmed, match="below the guide’s 7.5"):
        set_to(BAR, 7.4, ada)
    with pytest.raises(NotConfirmed):
        set_to(BAR, 7.4, ada, confirmed=threshold_key(1))
    assert threshold_of(2) == 7.5
    set_to(BAR, 7.4, ada, confirmed=BAR)
    assert threshold_of(2) == 7.4
    assert AuditEvent.objects.get(type="setting.changed").detail["is_dangerous"] is True


def test_switching_limits_off_needs_the_key_typed_again(ada: User, settings: Any) -> None:
    settings.RATE_LIMITING_ENABLED = True
    with pytest.raises(NotConfirmed, match="tried without end"):
        set_to(IS_LIMITED, False, ada)
    assert in_force(IS_LIMITED) is True


def test_undo_goes_back_and_can_be_undone(ada: User) -> None:
    set_to(BAR, 8, ada)
    set_to(BAR, 9, ada, version=1)
    undo_change(key=BAR, version=2, by=ada)
    assert threshold_of(2) == 8
    undo_change(key=BAR, version=3, by=ada)
    assert threshold_of(2) == 9
    assert list(SettingChange.objects.values_list("version", "before", "after")) == [
        (4, 8, 9),
        (3, 9, 8),
        (2, 8, 9),
        (1, None, 8),
    ]


def test_undoing_the_first_change_is_back_to_the_file(ada: User, settings: Any) -> None:
    set_to(BAR, 8, ada)
    undo_change(key=BAR, version=1, by=ada)
    assert threshold_of(2) == 7.5
    assert SettingChange.objects.first().after is None
    assert setting_changes.standing(BAR) == (2, None)
    set_to(BAR, 9, ada, version=2)
    assert threshold_of(2) == 9


def test_undo_into_danger_needs_the_key_too(ada: User) -> None:
    set_to(BAR, 6, ada, confirmed=BAR)
    set_to(BAR, 8, ada, version=1)
    with pytest.raises(NotConfirmed):
        undo_change(key=BAR, version=2, by=ada)
    assert threshold_of(2) == 8


def test_there_is_nothing_to_undo_before_the_first_change(ada: User) -> None:
    with pytest.raises(NothingToUndo):
        undo_change(key=BAR, version=0, by=ada)


def test_the_same_value_again_is_no_deed(ada: User) -> None:
    assert set_to(BAR, 8, ada)
    assert not set_to(BAR, 8.0, ada, version=1)
    assert not set_to(DAILY_BUDGET, None, ada)
    assert SettingChange.objects.count() == 1


def test_whoever_read_an_older_version_learns_both_values(ada: User) -> None:
    set_to(BAR, 8, ada)
    with pytest.raises(SomebodyWasFaster) as race:
        set_to(BAR, 9, ada)
    assert (race.value.yours, race.value.theirs, race.value.version) == (9, 8, 1)
    with pytest.raises(SomebodyWasFaster):
        undo_change(key=BAR, version=0, by=ada)
    assert threshold_of(2) == 8


def test_a_value_of_an_earlier_release_that_is_out_of_bounds_does_not_hold(ada: User) -> None:
    RuntimeSetting.objects.create(key=BAR, value=99)
    RuntimeSetting.objects.create(key="stages.gone", value=1)
    KEPT.forget()
    assert threshold_of(2) == 7.5


def test_another_process_follows_within_the_kept_time_and_asks_no_more_often(
    ada: User, settings: Any
) -> None:
    threshold_of(2)
    RuntimeSetting.objects.create(key=BAR, value=9)
    assert threshold_of(2) == 7.5
    settings.RUNTIME_SETTINGS_SECONDS = 0
    KEPT.take({})
    assert threshold_of(2) == 9
    settings.RUNTIME_SETTINGS_SECONDS = 3600
    KEPT.forget()
    with statements() as asked:
        for _ in range(20):
            threshold_of(2)
            limits.of_api()
    assert len(asked) == 1


def test_a_change_that_is_rolled_back_does_not_hold(ada: User) -> None:
    class Undone(Exception):
        pass

    with pytest.raises(Undone), transaction.atomic():
        set_to(BAR, 9, ada)
        raise Undone
    assert threshold_of(2) == 7.5


def test_a_database_that_is_away_leaves_the_last_known_values(ada: User) -> None:
    set_to(BAR, 9, ada)
    assert threshold_of(2) == 9
    KEPT.forget()

    def away(*args: Any) -> Any:
        raise DatabaseError("away")

    with connection.execute_wrapper(away):
        assert threshold_of(2) == 9


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("version", [0, 1])
def test_of_two_at_once_one_wins_and_the_other_sees_both_values(version: int) -> None:
    ada = make_person("ada", role=Role.ADMIN)
    if version:
        set_to(BAR, 9.9, ada)
    start, outcomes = threading.Barrier(2), []

    def change(value: float) -> None:
        try:
            start.wait()
            set_to(BAR, value, ada, version=version)
            outcomes.append(("won", value))
        except SomebodyWasFaster as race:
            outcomes.append(("lost", race.yours))
            assert race.theirs != race.yours
            assert race.version == version + 1
        finally:
            connections.close_all()

    threads = [threading.Thread(target=change, args=[value]) for value in (8.0, 9.0)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(how for how, _ in outcomes) == ["lost", "won"]
    winner = next(value for how, value in outcomes if how == "won")
    assert threshold_of(2) == winner
    assert SettingChange.objects.count() == version + 1
