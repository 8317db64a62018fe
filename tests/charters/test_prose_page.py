"""The words of the charter: drafted on demand, checked, edited by a person, frozen with the rest."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent, Job
from charters.models import Prose
from charters.services import revisions
from charters.views import prose as views
from interviews.models import ModelCall
from interviews.services import privacy, sessions, stages
from interviews.services.reading import read
from tests.builders.answers import consistent_values
from tests.builders.settled import settle, settled_session
from tests.fakes.llm import turns

TRUE = "Heron Street lends 2,900 tools each month, and 46 go out again with a defect."
INVENTED = "The library saves EUR 999,000 with a tool each month."
LEAD = "Members of the library bring tools back with a defect."
SUMMARY, STRATEGY = "executive_summary", "strategic_alignment"


@pytest.fixture
def session(alice):
    return settled_session(alice)


@pytest.fixture
def client(client_of, alice):
    return client_of(alice)


@pytest.fixture
def writer(fake_model):
    """A model that writes one true and one invented sentence."""
    fake_model.default = lambda seen: {
        "p": [{"s": SUMMARY, "t": f"{TRUE} {INVENTED}"}, {"s": STRATEGY, "t": LEAD}]
    }
    return fake_model


def url(session, name="prose"):
    return reverse(f"charters:{name}", args=[session.code])


def page(client, session) -> str:
    return client.get(url(session)).content.decode()


def draft(client, session, work) -> None:
    assert client.post(url(session, "prose-draft")).status_code == 302
    work()


def save(client, session, **texts):
    prose = Prose.objects.filter(session=session).first()
    held = prose.drafts | prose.edits if prose else {}
    data = {"version": prose.version if prose else 0} | held | texts
    return client.post(url(session), data)


def issue(session, by):
    current = read(session)
    if not session.checkpoints.exists():
        for number in (1, 2, 3, 4, 5):
            stages.close_stage(reading=current, stage_number=number, by=by)
    return revisions.issue_revision(reading=read(session), by=by)


def summary_of(revision) -> dict:
    return revision.content["sections"][0]["blocks"][0]


def test_without_a_model_the_person_may_write_and_nothing_is_drafted(client, session) -> None:
    text = page(client, session)
    assert "Draft the summary" not in text
    assert "Of the 2,900 tools" in text
    assert client.post(url(session, "prose-draft")).status_code == 409
    assert not Job.objects.filter(kind="draft_prose").exists()


def test_a_draft_is_asked_for_checked_and_shown(client, session, writer, work) -> None:
    assert "Draft the summary" in page(client, session)
    draft(client, session, work)
    assert len(writer.requests) == 1
    text = page(client, session)
    assert TRUE in text
    assert INVENTED not in text
    assert "answers have changed" not in text
    assert "custom test-model, prompt prose/1" in text
    assert "1 sentence was left out" in text
    call = ModelCall.objects.get()
    assert (call.purpose, call.outcome, call.session) == ("prose", "ok", session)


def test_prose_is_written_with_the_temperature_of_the_site(
    client, session, writer, work, settings
) -> None:
    settings.LLM_TEMPERATURE = 0.4
    draft(client, session, work)
    assert writer.requests[0].body["temperature"] == 0.4


def test_while_it_is_written_the_page_says_so_and_asks_once(client, session, writer, work) -> None:
    client.post(url(session, "prose-draft"))
    client.post(url(session, "prose-draft"))
    assert Job.objects.filter(kind="draft_prose").count() == 1
    assert "The draft is being written" in page(client, session)
    status = client.get(url(session, "prose-status"), headers={"HX-Request": "true"})
    assert "hx-get" in status.content.decode()
    work()
    status = client.get(url(session, "prose-status"), headers={"HX-Request": "true"})
    assert status["HX-Refresh"] == "true"


def test_the_charter_carries_the_draft_and_says_whose_words_it_is(
    client, session, alice, writer, work
) -> None:
    draft(client, session, work)
    revision = issue(session, alice)
    block = summary_of(revision)
    assert [one["text"] for one in block["statements"]] == [TRUE]
    assert block["origin"] == {
        "provider": "custom",
        "model": "test-model",
        "prompt": "prose/1",
        "left_out": 1,
        "edited_by": "",
    }
    assert revision.content["executive_summary"] == block["statements"]
    assert revision.content["sections"][1]["blocks"][0]["statements"][0]["text"] == LEAD


def test_without_prose_the_charter_is_the_record_s_own(session, alice) -> None:
    revision = issue(session, alice)
    assert "edited_by" not in json.dumps(revision.content)
    assert "Of the 2,900 tools" in summary_of(revision)["statements"][0]["text"]


def test_a_person_s_words_win_and_carry_the_name(client, session, alice, writer, work) -> None:
    draft(client, session, work)
    own = "We lend tools; 46 of 2,900 come back broken. <b>Mind</b> the rest."
    assert save(client, session, **{SUMMARY: own}).status_code == 302
    revision = issue(session, alice)
    block = summary_of(revision)
    assert " ".join(one["text"] for one in block["statements"]) == own
    assert block["origin"]["edited_by"] == str(alice)
    shown = client.get(reverse("governance:charter", args=[revision.charter.code, 1]))
    text = shown.content.decode()
    assert "&lt;b&gt;Mind&lt;/b&gt;" in text
    assert f"edited by {alice}" in text
    markdown = reverse("governance:charter-download", args=[revision.charter.code, 1, "markdown"])
    assert f"edited by {alice}" in client.get(markdown).content.decode().replace("\\", "")


def test_figures_that_no_answer_holds_are_pointed_out(client, session) -> None:
    save(client, session, **{SUMMARY: "We save 987 tools from the scrap heap."})
    text = page(client, session)
    assert "Not in the answers: 987" in text
    assert "Written by" in text


def test_an_emptied_box_takes_the_passage_out(client, session, alice, writer, work) -> None:
    draft(client, session, work)
    save(client, session, **{SUMMARY: ""})
    assert "Of the 2,900 tools" in summary_of(issue(session, alice))["statements"][0]["text"]


def test_discarding_brings_the_draft_back(client, session, writer, work) -> None:
    draft(client, session, work)
    save(client, session, **{SUMMARY: "We lend tools."})
    prose = Prose.objects.get()
    assert (prose.edits, str(prose.edited_by)) == ({SUMMARY: "We lend tools."}, "Alice")
    client.post(url(session, "prose-discard"), {"version": prose.version})
    prose.refresh_from_db()
    assert (prose.edits, prose.edited_by, prose.edited_at) == ({}, None, None)
    assert TRUE in page(client, session)


def test_a_second_window_does_not_overwrite_the_first(client, session) -> None:
    save(client, session, **{SUMMARY: "We lend tools."})
    stale = client.post(url(session), {"version": 0, SUMMARY: "We sell tools."})
    assert stale.status_code == 409
    text = stale.content.decode()
    assert "We sell tools." in text
    assert "What stands now: We lend tools." in text
    assert Prose.objects.get().edits == {SUMMARY: "We lend tools."}


def test_a_summary_of_more_than_250_words_is_refused(client, session) -> None:
    reply = client.post(url(session), {"version": 0, SUMMARY: "tool " * 251})
    assert reply.status_code == 422
    assert "Shorten the summary to 250 words; there are 251." in reply.content.decode()


def test_a_draft_is_checked_again_when_answers_change(client, session, alice, writer, work) -> None:
    draft(client, session, work)
    changed = consistent_values()["S1-01"].replace("2,900", "3,100")
    settle(session.answers.get(question_key="S1-01"), changed, alice)
    assert "answers have changed since this was drafted" in page(client, session)
    assert "Of the 3,100 tools" in summary_of(issue(session, alice))["statements"][0]["text"]


def test_new_words_alone_make_a_new_revision(client, session, alice) -> None:
    issue(session, alice)
    with pytest.raises(revisions.NothingNew):
        issue(session, alice)
    save(client, session, **{STRATEGY: "We lend tools."})
    assert issue(session, alice).number == 2


def test_a_model_that_is_down_leaves_the_record_s_own_text(
    client, session, alice, writer, work, settings
) -> None:
    settings.LLM["retries"]["most"] = 0
    writer.will(turns.fault(503))
    draft(client, session, work)
    job = Job.objects.get(kind="draft_prose")
    assert (job.status, bool(job.last_fault)) == ("pending", True)
    assert "Until it is there, the charter uses the record" in page(client, session)
    assert "Of the 2,900 tools" in summary_of(issue(session, alice))["statements"][0]["text"]
    Job.objects.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
    work()
    assert TRUE in page(client, session)
    assert [one["text"] for one in summary_of(issue(session, alice))["statements"]] == [TRUE]


def test_a_refusal_is_said_and_can_be_asked_for_again(client, session, writer, work) -> None:
    writer.will(turns.refusal())
    draft(client, session, work)
    assert "gave no usable draft" in page(client, session)
    draft(client, session, work)
    assert TRUE in page(client, session)


def test_a_session_kept_away_is_never_drafted(client, session, alice, writer, work) -> None:
    client.post(url(session, "prose-draft"))
    privacy.keep_from_model(session, by=alice)
    work()
    assert writer.requests == []
    text = page(client, session)
    assert "kept away from the language model" in text
    assert "Draft the summary" not in text
    assert client.post(url(session, "prose-draft")).status_code == 409


def test_nothing_of_an_answer_kept_away_is_sent(client, session, alice, writer, work) -> None:
    for key in ("S1-01", "S4-01", "S5-04"):
        privacy.keep_from_model(session.answers.get(question_key=key), by=alice)
    draft(client, session, work)
    (seen,) = writer.requests
    for words in ("2,900 tools", "Desk volunteer; Operator", "Overall feasibility"):
        assert words not in seen.user
    assert not {"S1-01", "S4-01", "S5-04"} & set(ModelCall.objects.get().question_keys)


def test_only_the_requester_writes(client_of, alice, rita, mallory, session, fake_model) -> None:
    for name, method in (("prose", "get"), ("prose", "post"), ("prose-draft", "post")):
        assert getattr(client_of(mallory), method)(url(session, name)).status_code == 404
    sessions.release_session(session=session, by=alice)
    for name in ("prose", "prose-draft", "prose-discard"):
        assert client_of(rita).post(url(session, name)).status_code == 403
    assert client_of(rita).get(url(session, "prose-status")).status_code == 403


def test_a_paused_interview_keeps_its_words(client, session, alice, fake_model) -> None:
    sessions.pause_session(session=session, by=alice)
    assert save(client, session, **{SUMMARY: "We lend tools."}).status_code == 409
    assert client.post(url(session, "prose-draft")).status_code == 409
    assert not Prose.objects.exists()


@pytest.mark.parametrize("version", ["", "x", "-1", "²", "9" * 40])
def test_a_hand_made_version_is_no_fault_of_ours(client, session, version) -> None:
    save(client, session, **{SUMMARY: "We lend tools."})
    assert client.post(url(session), {"version": version, SUMMARY: "x"}).status_code in (409, 422)
    discarded = client.post(url(session, "prose-discard"), {"version": version})
    assert discarded.status_code in (302, 409)
    assert Prose.objects.get().edits == {SUMMARY: "We lend tools."}


def test_each_deed_is_recorded_without_its_words(client, session, writer, work) -> None:
    draft(client, session, work)
    save(client, session, **{SUMMARY: "We lend tools."})
    events = AuditEvent.objects.filter(type__startswith="prose.").order_by("sequence")
    assert [one.type for one in events] == ["prose.requested", "prose.edited"]
    assert "lend" not in json.dumps([one.detail for one in events])


def test_a_second_click_on_a_button_finds_its_deed_done(client, session) -> None:
    words = {"version": 0, SUMMARY: "Heron Street lends tools."}
    assert [client.post(url(session), words).status_code for _ in range(2)] == [302, 302]
    discard = {"version": 1}
    clicks = [client.post(url(session, "prose-discard"), discard).status_code for _ in range(2)]
    assert clicks == [302, 302]
    deeds = AuditEvent.objects.filter(type__startswith="prose.edit").values_list("type", flat=True)
    assert sorted(deeds) == ["prose.edited", "prose.edits_discarded"]


def test_an_interview_deleted_meanwhile_is_not_found(
    client, alice, session, writer, monkeypatch
) -> None:
    look = views._session

    def find(request, code):
        found = look(request, code)
        sessions.delete_session(session=session, by=alice)
        return found

    monkeypatch.setattr(views, "_session", find)
    assert client.post(url(session, "prose-draft")).status_code == 404
