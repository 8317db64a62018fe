"""The notice to affected people says what was answered, plainly, and invents nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent, User
from charters.notice import DECIDES, NOT_STATED, as_markdown, grade_of, notice_of
from governance.models import Decision
from tests.builders.cases import decided

ClientOf = Callable[[User], Client]


def content(**values: object) -> dict[str, object]:
    answers = {key.replace("_", "-"): {"value": value} for key, value in values.items()}
    return {"identity": {"project_name": "Tools"}, "answers": answers}


def test_without_answers_everything_is_not_stated_yet() -> None:
    notice = notice_of(content(S4_02=None, S3_10={"none": "No data."}))
    assert {line for part in notice.parts for line in part.lines} == {NOT_STATED}
    assert len(notice.missing) == len(notice.parts)
    assert notice.grade == 0


def test_each_part_says_what_was_answered() -> None:
    notice = notice_of(
        content(
            S1_08={"meaning": "A list of tools"},
            S4_02=[{"group": "Clerks", "effect": "They wait less"}],
            S3_10=[{"data": "Loans", "category": "personal", "deidentified": "pseudonymised",
                    "retention_days": 90}],
            S4_04={"automation_level": 2, "reviewed_share_pct": 0},
            S4_05={"appeal_channel": "Write to the desk", "appeal_days": 5},
        )
    )  # fmt: skip
    assert notice.text.splitlines() == [
        "It gives this: A list of tools.",
        "Clerks: They wait less.",
        "Loans (data about people). Names are replaced by codes. It is kept for 90 days.",
        "A person approves each case before anything happens.",
        "People look at 0 of 100 cases.",
        "Write to the desk.",
        "You get an answer within 5 days.",
    ]
    assert notice.missing == ("Whom to ask",)
    assert notice.is_plain


def test_long_times_and_small_shares_are_said_as_people_say_them() -> None:
    notice = notice_of(
        content(
            S3_10=[{"data": "Letters", "retention_days": 27375}],
            S4_04={"reviewed_share_pct": 0.03},
        )
    )
    assert notice.text.splitlines() == [
        "Letters. It is kept for 75 years.",
        "People look at 3 of 10,000 cases.",
    ]


def test_data_is_named_by_what_it_means_and_not_by_its_column() -> None:
    notice = notice_of(
        content(
            S1_07=[{"name": "dose_mme", "meaning": "Daily dose of the medicine."}],
            S3_10=[{"data": "dose_mme, ward_notes", "category": "special_category"}],
        )
    )
    assert notice.text == (
        "Daily dose of the medicine, ward_notes (specially protected data about people)."
    )


def test_who_cannot_object_is_told_why() -> None:
    notice = notice_of(content(S4_05={"appeal_none_reason": "Nobody is judged"}))
    assert "You cannot object. The reason given: Nobody is judged." in notice.text


def test_the_grade_is_the_documented_formula() -> None:
    # 6 words, 2 sentences, 6 syllables; then 1 sentence of 4 words with 14 syllables.
    assert grade_of("The cat sat. The dog ran.") == 0
    hard = "Organisational responsibilities notwithstanding considerations."
    assert grade_of(hard) > 20
    assert not notice_of(content(S1_08={"meaning": hard})).is_plain


def test_typed_marks_stay_text_in_markdown() -> None:
    text = as_markdown(notice_of(content(S1_08={"meaning": "<b>x</b> [y](z)\n# no"})))
    assert "\\<b\\>x\\</b\\> \\[y\\](z) \\# no" in text


@pytest.fixture
def decision(alice: User) -> Decision:
    return decided(alice)


def at(decision: Decision, name: str = "notice") -> str:
    return reverse(f"governance:{name}", args=[decision.revision.charter.code, 1])


@pytest.mark.django_db
def test_alice_reads_it_and_takes_it_away(
    client_of: ClientOf, alice: User, decision: Decision
) -> None:
    page = client_of(alice).get(at(decision)).content.decode()
    assert "Reading grade" in page
    assert "<strong>Not stated yet:</strong> Whom to ask." in page
    taken = client_of(alice).get(at(decision, "notice-file"))
    assert taken["Content-Type"].startswith("text/markdown")
    assert taken.content.decode().startswith("# About ")
    assert AuditEvent.objects.get(type="charter.exported").detail["format"] == "notice"


@pytest.mark.django_db
def test_mallory_reads_none(client_of: ClientOf, mallory: User, decision: Decision) -> None:
    for name in ("notice", "notice-file"):
        assert client_of(mallory).get(at(decision, name)).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("profile", ["full", "external"])
def test_whoever_reads_the_charter_reads_the_notice_too(
    alice: User, client_of: ClientOf, profile: str
) -> None:
    revision = decided(alice).revision
    path = reverse("governance:charter-download", args=[revision.charter.code, 1, "markdown"])
    said = client_of(alice).get(path, {"profile": profile}).content.decode()
    notice = said.partition("Notice to affected people")[2].rpartition("Notice to affected people")[
        2
    ]
    for title in ("What the system does", "Whom it affects", "How to object", "Whom to ask"):
        assert title in notice
    level = revision.content["answers"]["S4-04"]["value"]["automation_level"]
    assert DECIDES[level] in notice


@pytest.mark.django_db
def test_the_notice_stands_among_the_files_of_a_charter(alice: User, client_of: ClientOf) -> None:
    revision = decided(alice).revision
    page = (
        client_of(alice)
        .get(reverse("governance:charter", args=[revision.charter.code, 1]))
        .content.decode()
    )
    assert reverse("governance:notice-file", args=[revision.charter.code, 1]) in page
