"""A worker that loses its broker with work in hand goes on, and comes back with it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from kombu import Connection, Exchange, Producer, Queue

from tests.chaos.whole_site import Broker
from uaip_project import celery


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A Redis that nobody else uses."""
    if shutil.which("redis-server") is None:
        pytest.skip("Redis is not installed.")
    made = Broker(tmp_path)
    made.start()
    yield made
    made.kill()


@pytest.mark.parametrize("is_there", [True, False])
def test_putting_work_back_after_letting_go_is_a_fault_that_celery_expects(
    broker: Broker, *, is_there: bool
) -> None:
    """Anything else would end the worker; whole processes are killed in tests/chaos."""
    connection = Connection(broker.url, transport_options={"socket_connect_timeout": 0.25})
    channel = connection.channel()
    # What Celery has done by then: sockets closed, and the transport no longer anybody's.
    channel._disconnect_pools()
    connection.transport.client = None
    if not is_there:
        broker.kill()
    with pytest.raises(connection.connection_errors):
        channel.qos.restore_unacked()
    with pytest.raises(connection.connection_errors):
        channel.basic_ack("a message that a thread has just done")


def test_work_that_could_not_be_confirmed_leaves_its_place_to_other_work(broker: Broker) -> None:
    limits = {"socket_timeout": 0.2, "socket_connect_timeout": 0.2}
    connection = Connection(broker.url, transport_options=limits)
    channel = connection.channel()
    work = Queue("work", Exchange("work"), "work", channel=channel)
    work.declare()
    Producer(channel).publish({"job": 1}, exchange="work", routing_key="work")
    channel.basic_qos(prefetch_count=1)
    message = work.get()
    assert message and not channel.qos.can_consume()
    broker.freeze()
    with pytest.raises(connection.connection_errors):
        message.ack()
    assert channel.qos.can_consume()
    broker.thaw()


def test_a_worker_tries_for_ever_to_come_back() -> None:
    assert celery.app.conf.broker_connection_max_retries is None
