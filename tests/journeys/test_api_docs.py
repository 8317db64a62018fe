"""The page to try the API on, in a real browser under our strict content policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_alice_tries_an_operation(
    page: Page, live_server: Any, alice: User, client_of: Callable[[User], Client]
) -> None:
    cookie = client_of(alice).cookies[settings.SESSION_COOKIE_NAME]
    page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page.goto(f"{live_server.url}/docs")
    page.locator(".opblock").first.wait_for()
    _scroll_to(page, "#operations-Interviews-list_interviews")
    page.locator("#operations-Interviews-list_interviews .opblock-summary-control").click()
    page.get_by_role("button", name="Try it out").click()
    page.get_by_role("button", name="Execute", exact=True).click()
    page.locator(".live-responses-table .response-col_status").first.wait_for()
    assert "200" in page.locator(".live-responses-table .response-col_status").all_inner_texts()[-1]
    assert page.faults == []


def _scroll_to(page: Page, operation: str) -> None:
    """The page draws what is in sight: there are too many operations to draw at once."""
    for _ in range(120):
        if page.locator(operation).count():
            return
        page.mouse.wheel(0, 500)
        page.wait_for_timeout(150)
    raise AssertionError(f"{operation} never came into sight")
