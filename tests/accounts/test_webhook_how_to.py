"""The receiver of docs/how-to/receive-webhooks.md runs as it stands there, and believes only us."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from accounts.models import User
from accounts.services import webhooks
from accounts.services.webhook_delivery import WAITS
from accounts.webhook_events import EVENTS, TEST
from tests.builders.webhooks import add, tell
from tests.house.tree import ROOT
from tests.ports import free_port

pytestmark = pytest.mark.django_db

PAGE = (ROOT / "docs" / "how-to" / "receive-webhooks.md").read_text(encoding="utf-8")
RECEIVER = re.search(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
PATIENCE_SECONDS = 90.0


@pytest.fixture
def made(settings: Settings, alice: User) -> tuple[webhooks.NewSecret, int]:
    """A webhook that leads to where the receiver will listen."""
    settings.WEBHOOK_ALLOWED_CIDRS = ["127.0.0.1/32"]
    port = free_port()
    return add(f"http://127.0.0.1:{port}/", by=alice), port


@pytest.fixture
def receiver(
    made: tuple[webhooks.NewSecret, int], tmp_path: Path
) -> Iterator[subprocess.Popen[str]]:
    """The page's own program."""
    assert RECEIVER
    program = tmp_path / "receiver.py"
    program.write_text(RECEIVER[1], encoding="utf-8")
    environment = os.environ | {"WEBHOOK_SECRET": made[0].secret, "PORT": str(made[1])}
    with subprocess.Popen(
        [sys.executable, str(program)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        wait_for(made[1])
        yield running
        running.terminate()


def wait_for(port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("The page's receiver does not listen.")


def test_it_takes_what_we_signed_once(
    made: tuple[webhooks.NewSecret, int],
    receiver: subprocess.Popen[str],
    alice: User,
    work: Callable[[], int],
) -> None:
    delivery = tell()
    work()
    webhooks.redeliver(delivery=delivery, by=alice)
    work()
    webhooks.send_test(endpoint=made[0].endpoint, by=alice)
    work()
    assert delivery.attempts.count() == 2
    assert set(delivery.attempts.values_list("status_code", flat=True)) == {204}
    assert receiver.stdout
    first, second = receiver.stdout.readline(), receiver.stdout.readline()
    kind, said = first.split(" ", 1)
    assert (kind, json.loads(said)) == ("session.completed", delivery.payload["data"])
    assert second.startswith("webhook.test ")


def test_it_refuses_what_somebody_else_sends(
    made: tuple[webhooks.NewSecret, int], receiver: subprocess.Popen[str]
) -> None:
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(time.time())),
        "webhook-signature": "v1,AAAA",
    }
    forged = urllib.request.Request(made[0].endpoint.url, b'{"type": "x"}', headers)
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(forged)
    assert refused.value.code == 401
    refused.value.close()


def test_the_page_names_every_event_with_what_it_tells() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \| [^|]+ \| ([^|]+) \|$", PAGE, re.MULTILINE)
    named = {name: frozenset(re.findall(r"`(\w+)`", told)) for name, told in rows}
    assert named == {
        **{name: event.tells for name, event in EVENTS.items()},
        TEST: frozenset({"endpoint"}),
    }


def test_the_page_names_every_wait() -> None:
    said = re.search(r"tried again after (.*?), *\n?and has failed", PAGE, re.DOTALL)
    assert said
    seconds = {"second": 1, "minute": 60, "hour": 3600}
    found = re.findall(r"(\d+)\s+(second|minute|hour)", said[1])
    assert [int(number) * seconds[unit] for number, unit in found] == list(WAITS)
