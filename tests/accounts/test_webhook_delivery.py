"""What happens here is told to other systems: signed, again until it arrives, and once."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from accounts.models import AuditEvent, Job, User, WebhookDelivery, WebhookEndpoint
from accounts.permissions import Role
from accounts.services import jobs, webhooks
from accounts.services.service_accounts import make_service_account
from accounts.services.webhook_delivery import MOST_FAILED, WAITS
from accounts.webhook_events import EVENTS, NotThin
from tests.builders.people import make_person
from tests.builders.webhooks import EVENT, add, let_time_pass, signs, tell
from tests.fakes.webhook_receiver import Receiver, Turn

pytestmark = pytest.mark.django_db

Work = Callable[[], int]


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """Another system on this machine, which the site names."""
    settings.WEBHOOK_ALLOWED_CIDRS = ["127.0.0.1/32"]
    with Receiver() as running:
        yield running


@pytest.fixture
def ada() -> User:
    """An administrator."""
    return make_person("ada", role=Role.ADMIN)


@pytest.fixture
def made(receiver: Receiver, ada: User) -> webhooks.NewSecret:
    """A webhook that is told everything."""
    return add(receiver.url, by=ada)


def fresh(endpoint: WebhookEndpoint) -> WebhookEndpoint:
    return WebhookEndpoint.objects.get(pk=endpoint.pk)


def status_of(delivery: WebhookDelivery) -> str:
    return WebhookDelivery.objects.get(pk=delivery.pk).status


def statuses(delivery: WebhookDelivery) -> list[int | None]:
    """What each try was answered, oldest first."""
    return list(delivery.attempts.order_by("pk").values_list("status_code", flat=True))


def deeds(type: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(type=type).order_by("sequence"))


def test_a_message_arrives_signed_and_says_only_codes_and_states(
    receiver: Receiver, made: webhooks.NewSecret, work: Work
) -> None:
    delivery = tell()
    assert receiver.got == []
    assert work() == 1
    (got,) = receiver.got
    assert signs(got, made.secret)
    assert not signs(got, add(receiver.url, by=made.endpoint.created_by).secret)
    said = json.loads(got.body)
    assert set(said) == {"type", "timestamp", "data"}
    assert (said["type"], set(said["data"])) == (EVENT, EVENTS[EVENT].tells)
    assert got.headers["webhook-id"] == delivery.message_id
    assert got.headers["content-type"] == "application/json"
    sent_at = int(got.headers["webhook-timestamp"])
    assert abs(sent_at - timezone.now().timestamp()) < timedelta(hours=1).total_seconds()
    assert (status_of(delivery), statuses(delivery)) == ("delivered", [204])


def test_a_failed_try_is_repeated_with_growing_waits_and_the_same_id(
    receiver: Receiver, made: webhooks.NewSecret, work: Work
) -> None:
    receiver.will(Turn(500), Turn(is_hung_up=True), Turn(302, {"Location": receiver.url}))
    delivery = tell()
    for _ in range(4):
        assert work() == 1
        assert work() == 0
        let_time_pass()
    assert work() == 0
    assert statuses(delivery) == [500, None, 302, 204]
    assert status_of(delivery) == "delivered"
    assert len({one.headers["webhook-id"] for one in receiver.got}) == 1
    assert len({one.body for one in receiver.got}) == 1
    assert list(WAITS) == sorted(WAITS)


def test_the_wait_before_a_further_try_is_in_the_job(
    receiver: Receiver, made: webhooks.NewSecret, work: Work
) -> None:
    receiver.will(*[Turn(503)] * 4)
    delivery = tell()
    for seconds in WAITS[:4]:
        work()
        job = Job.objects.get(kind="webhook", subject_id=delivery.pk)
        tried = delivery.attempts.order_by("-pk")[0].tried_at
        assert job.next_attempt_at - tried >= timedelta(seconds=seconds) - timedelta(seconds=1)
        assert job.last_fault == "It answered 503."
        let_time_pass()


def test_after_eight_tries_within_about_a_day_it_has_failed(
    receiver: Receiver, made: webhooks.NewSecret, work: Work
) -> None:
    receiver.will(*[Turn(500)] * 20)
    delivery = tell()
    for _ in range(12):
        work()
        let_time_pass()
    assert statuses(delivery) == [500] * 8
    assert status_of(delivery) == "failed"
    assert timedelta(hours=20) < timedelta(seconds=sum(WAITS)) < timedelta(hours=30)
    assert Job.objects.get(kind="webhook").status == Job.Status.DONE
    assert fresh(made.endpoint).is_active


def fail_for_good(receiver: Receiver, work: Work) -> None:
    """One message that nobody takes."""
    receiver.will(*[Turn(500)] * 8)
    tell()
    for _ in range(8):
        work()
        let_time_pass()


def test_after_five_failures_in_a_row_it_is_switched_off_and_its_maker_gets_a_mail(
    receiver: Receiver, made: webhooks.NewSecret, work: Work
) -> None:
    for _ in range(MOST_FAILED - 1):
        fail_for_good(receiver, work)
    assert fresh(made.endpoint).is_active
    fail_for_good(receiver, work)
    work()
    endpoint = fresh(made.endpoint)
    assert (endpoint.is_active, endpoint.off_why) == (False, "failing")
    (deed,) = deeds("webhook.disabled")
    assert (deed.actor, deed.detail) == ("system", {"why": "failing"})
    (sent,) = mail.outbox
    assert sent.to == ["ada@example.org"]
    assert f"/webhooks/{endpoint.code}/" in sent.body
    assert endpoint.secret not in sent.body
    assert webhooks.announce(event=EVENT, payload={"session": "a", "status": "b"}) == 0


def test_a_message_that_arrives_breaks_the_row(
    receiver: Receiver, made: webhooks.NewSecret, work: Work
) -> None:
    for _ in range(MOST_FAILED - 1):
        fail_for_good(receiver, work)
    tell()
    work()
    assert fresh(made.endpoint).failed_in_a_row == 0
    fail_for_good(receiver, work)
    assert fresh(made.endpoint).is_active


def test_gone_for_good_is_believed_at_once(receiver: Receiver, ada: User, work: Work) -> None:
    robot = make_service_account(name="Robot", owner=ada, by=ada)
    made = add(receiver.url, by=robot)
    receiver.will(Turn(410))
    first, waiting = tell(), tell()
    work()
    work()
    endpoint = fresh(made.endpoint)
    assert (endpoint.is_active, endpoint.off_why) == (False, "gone")
    assert len(receiver.got) == 1
    assert (status_of(first), status_of(waiting)) == ("failed", "failed")
    # A service account reads no mail; the person who answers for it does.
    assert [one.to for one in mail.outbox] == [["ada@example.org"]]


def test_whoever_wants_one_event_is_not_told_of_others(
    receiver: Receiver, made: webhooks.NewSecret, ada: User
) -> None:
    picky = add(receiver.url, by=ada, events=["charter.issued"])
    off = add(receiver.url, by=ada)
    webhooks.disable_endpoint(endpoint=off.endpoint, by=ada)
    tell()
    told = WebhookDelivery.objects.values_list("endpoint_id", flat=True)
    assert list(told) == [made.endpoint.pk]
    webhooks.announce(
        event="charter.issued",
        payload={"charter": "a", "revision": 1, "session": "b", "content_hash": "c"},
    )
    issued = WebhookDelivery.objects.filter(event="charter.issued")
    assert {one.endpoint_id for one in issued} == {made.endpoint.pk, picky.endpoint.pk}
    assert len({one.message_id for one in issued}) == 1


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("session.started", {"session": "a", "status": "b"}),
        (EVENT, {"session": "a"}),
        (EVENT, {"session": "a", "status": "b", "project_name": "c"}),
        (EVENT, {"session": "a", "status": "We want to repair lifts."}),
        (EVENT, {"session": "a", "status": "ada@example.org"}),
        (EVENT, {"session": "a", "status": {"said": "more"}}),
        (EVENT, {"session": "a", "status": "x" * 101}),
    ],
)
def test_nothing_that_a_person_wrote_can_be_told(
    event: str, payload: dict[str, object], made: webhooks.NewSecret
) -> None:
    with pytest.raises(NotThin):
        webhooks.announce(event=event, payload=payload)
    assert not WebhookDelivery.objects.exists()


def test_a_deed_that_is_undone_was_never_announced(made: webhooks.NewSecret, work: Work) -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        tell()
        raise RuntimeError
    assert not WebhookDelivery.objects.exists()
    assert work() == 0


def test_both_secrets_sign_until_the_older_one_is_dropped(
    receiver: Receiver, made: webhooks.NewSecret, ada: User, work: Work
) -> None:
    newer = webhooks.rotate_secret(endpoint=made.endpoint, by=ada)
    tell()
    work()
    assert signs(receiver.got[-1], made.secret) and signs(receiver.got[-1], newer.secret)
    webhooks.drop_previous_secret(endpoint=made.endpoint, by=ada)
    tell()
    work()
    assert not signs(receiver.got[-1], made.secret)
    assert signs(receiver.got[-1], newer.secret)
    kept = json.dumps([one.detail for one in AuditEvent.objects.all()])
    assert made.secret not in kept and newer.secret not in kept


def test_a_delivery_is_sent_once_more_under_the_same_id(
    receiver: Receiver, made: webhooks.NewSecret, ada: User, work: Work
) -> None:
    delivery = tell()
    with pytest.raises(webhooks.StillPending):
        webhooks.redeliver(delivery=delivery, by=ada)
    work()
    receiver.will(Turn(500))
    webhooks.redeliver(delivery=delivery, by=ada)
    with pytest.raises(webhooks.StillPending):
        webhooks.redeliver(delivery=delivery, by=ada)
    for _ in range(2):
        assert work() == 1
        let_time_pass()
    assert statuses(delivery) == [204, 500, 204]
    assert len({one.headers["webhook-id"] for one in receiver.got}) == 1
    assert [one.detail["message"] for one in deeds("webhook.redelivered")] == [delivery.message_id]
    webhooks.disable_endpoint(endpoint=made.endpoint, by=ada)
    with pytest.raises(webhooks.EndpointOff):
        webhooks.redeliver(delivery=delivery, by=ada)
    assert status_of(delivery) == "delivered"


def test_a_test_is_tried_once_and_counts_for_nothing(
    receiver: Receiver, ada: User, work: Work
) -> None:
    made = add(receiver.url, by=ada, events=["charter.issued"])
    receiver.will(Turn(500))
    delivery = webhooks.send_test(endpoint=made.endpoint, by=ada)
    assert work() == 1
    assert (delivery.event, status_of(delivery)) == ("webhook.test", "failed")
    assert fresh(made.endpoint).failed_in_a_row == 0


def test_a_webhook_that_leads_inside_by_now_is_not_called(
    receiver: Receiver, made: webhooks.NewSecret, work: Work, settings: Settings
) -> None:
    settings.WEBHOOK_ALLOWED_CIDRS = ["127.0.0.2/32"]
    delivery = tell()
    work()
    assert receiver.got == []
    assert "not public" in delivery.attempts.get().fault


def test_what_was_waiting_when_it_was_removed_is_not_sent(
    receiver: Receiver, made: webhooks.NewSecret, ada: User, work: Work
) -> None:
    tell()
    webhooks.remove_endpoint(endpoint=made.endpoint, by=ada)
    assert work() == 1
    assert receiver.got == []
    left = fresh(made.endpoint)
    assert (left.url, left.secret, left.removed_by) == ("", "", ada)
    assert not WebhookDelivery.objects.exists()
    with pytest.raises(webhooks.EndpointOff):
        webhooks.rotate_secret(endpoint=made.endpoint, by=ada)
    webhooks.enable_endpoint(endpoint=made.endpoint, by=ada)
    assert not fresh(made.endpoint).is_active


def test_a_delivery_whose_workers_die_again_and_again_fails_visibly(
    receiver: Receiver, made: webhooks.NewSecret, settings: Settings
) -> None:
    delivery = tell()
    job = Job.objects.get(kind="webhook")
    Job.objects.filter(pk=job.pk).update(attempts=settings.JOB_MAX_ATTEMPTS)
    jobs.run_job(job.pk)
    assert status_of(delivery) == "failed"
    assert receiver.got == []
    assert fresh(made.endpoint).failed_in_a_row == 1


def in_another_thread(deed: Callable[[], object]) -> None:
    """Does it on a connection of its own and waits for it."""

    def run() -> None:
        try:
            deed()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()


@pytest.mark.django_db(transaction=True)
def test_it_may_be_removed_while_it_is_called(
    receiver: Receiver, made: webhooks.NewSecret, ada: User
) -> None:
    """Nothing waits for the call: no transaction is open meanwhile."""
    tell()
    job = Job.objects.get(kind="webhook")

    def remove() -> None:
        in_another_thread(lambda: webhooks.remove_endpoint(endpoint=made.endpoint, by=ada))

    receiver.will(Turn(500, before=remove))
    jobs.run_job(job.pk)
    assert len(receiver.got) == 1
    assert Job.objects.get(pk=job.pk).status == Job.Status.DONE
    assert not WebhookDelivery.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_deliver_once(receiver: Receiver, made: webhooks.NewSecret) -> None:
    delivery = tell()
    job = Job.objects.get(kind="webhook")
    together = threading.Barrier(2)

    def run() -> None:
        together.wait()
        jobs.run_job(job.pk)
        connection.close()

    workers = [threading.Thread(target=run) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert len(receiver.got) == 1
    assert statuses(delivery) == [204]
