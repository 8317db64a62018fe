"""Pages against the least that Django can do for the same job, turn by turn."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template import engines
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import include, path

from interviews.models import Draft, InterviewSession
from tests.builders.people import make_person
from tests.builders.sessions import GOOD_PROBLEM, make_session, submit

ROUNDS = 60
PARAGRAPH = "<p>Fifteen kilobytes of plain text, as much as a question page sends.</p>\n" * 200
BARE = "{% for line in lines %}{{ line }}{% endfor %}"


def bare_page(request: HttpRequest) -> HttpResponse:
    """Signed in, one statement, a flat template of 15 kB."""
    session = InterviewSession.objects.get(pk=request.GET["pk"])
    template = engines["django"].from_string(BARE)
    return HttpResponse(template.render({"lines": [PARAGRAPH, session]}, request))


def bare_post(request: HttpRequest) -> HttpResponse:
    """Signed in, one row written, a redirect."""
    Draft.objects.filter(pk=request.POST["pk"]).delete()
    Draft.objects.create(
        answer_id=request.POST["pk"], value="x", answer_version=0, saved_by=request.user
    )
    return redirect("/bare")


urlpatterns = [
    path("bare", bare_page),
    path("bare-post", bare_post),
    path("", include("uaip_project.urls")),
]


def in_turn(ours: Callable[[], object], bare: Callable[[], object]) -> dict[str, float]:
    """CPU of both, alternately; the ratio of the medians."""
    spent: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(ROUNDS + 3):
        for name, work in (("ours", ours), ("bare", bare)):
            start = time.process_time()
            work()
            spent[name].append((time.process_time() - start) * 1000)
    mine, least = (statistics.median(spent[name][3:]) for name in ("ours", "bare"))
    return {"ours_ms": mine, "bare_ms": least, "ratio": mine / least, "runs": ROUNDS}


def statements(work: Callable[[], object]) -> int:
    """SQL statements of one call, without transaction control."""
    with CaptureQueriesContext(
        connection,
    ) as captured:
        work()
    return len(
        [
            one
            for one in captured.captured_queries
            if not one["sql"].startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK"))
        ]
    )


@override_settings(ROOT_URLCONF="tests.bench.pages")
def rows() -> dict[str, dict[str, float]]:
    """Question page and submit, each with its ratio and its statements."""
    alice = make_person("bench")
    session = make_session(alice)
    submit(session, "S1-01", GOOD_PROBLEM, scored=False)
    client = Client()
    client.force_login(alice)
    page = f"/sessions/{session.code}/questions/S1-02/"
    answer = session.answers.get(question_key="S1-06")
    counter = iter(range(10_000))

    def ask() -> object:
        return client.get(page)

    def submit_one() -> object:
        fresh = session.answers.values_list("version", flat=True).get(question_key="S1-01")
        text = f"{GOOD_PROBLEM} {next(counter)}"
        return client.post(
            f"/sessions/{session.code}/questions/S1-01/",
            {"f-text": text, "action": "submit", "answer_version": fresh, "draft_version": 0},
        )

    return {
        "question page (aim 1.6 x bare)": in_turn(ask, lambda: client.get(f"/bare?pk={session.pk}"))
        | {"statements": statements(ask)},
        "answer submit (aim 2.7 x bare)": in_turn(
            submit_one, lambda: client.post("/bare-post", {"pk": answer.pk})
        )
        | {"statements": statements(submit_one)},
    }
