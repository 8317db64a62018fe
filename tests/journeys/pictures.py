"""Takes the pictures of docs/images in a real browser: `make pictures`.

Starts U-AIP on a database of its own with the demonstration, answers one question vaguely so
that a follow-up shows, and photographs six pages at 1280 and 390 pixels.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent.parent
IMAGES = ROOT / "docs" / "images"
PORT = "10321"
BASE = f"http://localhost:{PORT}"
WIDTHS = (1280, 390)
VAGUE = "We want to use AI to make our housing company more efficient and more modern."
WRONG = "It is said whom this is about: our housing company. The score treats that as missing."


@contextmanager
def served(folder: Path) -> Iterator[None]:
    """The demonstration, a web process and a worker."""
    environment = os.environ | {"UAIP_SQLITE_PATH": str(folder / "pictures.sqlite3")}
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "db", "prepare"], cwd=ROOT, env=environment, check=True)
    web = ["gunicorn", "uaip_project.wsgi:application", "--bind", f"127.0.0.1:{PORT}"]
    worker = ["celery", "-A", "uaip_project", "--quiet", "worker", "--pool", "threads"]
    running = [
        subprocess.Popen([sys.executable, "-m", *command], cwd=ROOT, env=environment)
        for command in ([*web, "--threads", "4"], worker)
    ]
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"{BASE}/health")
                break
            except OSError:
                time.sleep(0.2)
        yield
    finally:
        for process in running:
            process.kill()


def sign_in(page: Page, email: str = "demo@example.org") -> None:
    page.goto(BASE)
    page.fill('[name="login"]', email)
    page.fill('[name="password"]', "show me a charter")
    page.click('main button[type="submit"]')


def answer_vaguely(page: Page) -> str:
    """A fresh interview whose first answer needs more detail; its address."""
    page.goto(f"{BASE}/sessions/start/")
    page.fill('[name="project_name"]', "Repair requests for 2,400 flats")
    page.click('main button[type="submit"]')
    page.wait_for_url("**/sessions/*-*/**")
    session = page.url.split("/sessions/")[1].split("/")[0]
    address = f"{BASE}/sessions/{session}/questions/S1-01/"
    page.goto(address)
    page.fill('[name="f-text"]', VAGUE)
    page.click('button[value="submit"]:visible')
    page.goto(address)
    page.wait_for_selector(".follow-up", timeout=30_000)
    return address


def addresses(page: Page) -> dict[str, str]:
    """Name of each picture and the page that it shows."""
    text = answer_vaguely(page)
    page.goto(f"{BASE}/charters/")
    found = {
        link.inner_text(): f"{BASE}{link.get_attribute('href')}"
        for link in page.locator("a.row-title").all()
    }
    storm = next(url for title, url in found.items() if title.startswith("STORM"))
    page.goto(storm)
    page.locator("a.source").first.click()
    page.get_by_role("link", name="See the answer as it is today").click()
    session = page.url.split("/questions/")[0]
    return {
        "home": f"{BASE}/",
        "question-text": text,
        "question-table": f"{session}/questions/S1-07/",
        "findings": f"{session}/findings/",
        "charter": storm,
    }


def dispute(page: Page, address: str) -> None:
    """Holds the score of an answer for wrong."""
    page.goto(f"{address}dispute/")
    page.fill('[name="reason"]', WRONG)
    page.click('main button[type="submit"]')


def photograph(folder: Path) -> None:
    """Every page at every width."""
    with served(folder), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        sign_in(page)
        found = addresses(page)
        for name, address in found.items():
            take(page, name, address)
        dispute(page, found["question-text"])
        reviewer = browser.new_context().new_page()
        sign_in(reviewer, "reviewer@example.org")
        reviewer.goto(f"{BASE}/reviews/")
        reviewer.get_by_role("link", name="STORM").click()
        take(reviewer, "review", reviewer.url)
        reviewer.goto(f"{BASE}/sessions/disputes/")
        reviewer.click("a.row-title")
        take(reviewer, "dispute", reviewer.url)
        browser.close()


def take(page: Page, name: str, address: str) -> None:
    """One page at every width."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 1000})
        page.goto(address)
        page.wait_for_timeout(400)
        page.screenshot(path=IMAGES / f"{name}-{width}.png")


if __name__ == "__main__":
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        photograph(Path(place))
