"""A real Chromium, a served U-AIP, and a real worker on the same database."""

from __future__ import annotations

import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, Page, sync_playwright

from accounts.models import User
from tests.chaos.workers import kill_worker, start_worker, worker_environment
from tests.journeys.devices import watched
from tests.journeys.driver import Browser

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


#: A request that was on its way when its window closed ends by then.
PATIENCE_SECONDS = 60.0


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    """Debian's Chromium; its absence is a fault of the set-up, not a reason to skip."""
    path = os.environ.get("UAIP_TEST_CHROMIUM") or shutil.which("chromium")
    assert path, "Install chromium (apt-get install chromium); .ci/run does."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def make_context(chromium: Chromium, transactional_db: None) -> Iterator[Any]:
    """Opens browser windows of their own: separate cookies, any size, with or without scripts.

    They are closed before the database is emptied: an open page saves and asks by itself.
    """
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, **options)
        context.set_default_timeout(20_000)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _is_serving() and time.monotonic() < deadline:
        time.sleep(0.02)


def _is_serving() -> bool:
    """Whether the served U-AIP is still answering something."""
    return any("process_request_thread" in one.name for one in threading.enumerate())


@pytest.fixture
def page(make_context: Any) -> Page:
    """A page that remembers script errors and refused resources in ``faults``."""
    return watched(make_context().new_page())


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A real Celery worker on the test's database; it finds work by sweeping."""
    environment = worker_environment(tmp_path) | {"UAIP_TEST_SCORING_SECONDS": "0"}
    process = start_worker(environment, tmp_path / "worker.log")
    yield
    kill_worker(process)


@pytest.fixture
def browser(page: Page, live_server: Any, alice: User, worker: None) -> Browser:
    """Alice, signed in, with a worker behind her."""
    hand = Browser(page, live_server.url)
    hand.sign_in(alice.email)
    return hand
