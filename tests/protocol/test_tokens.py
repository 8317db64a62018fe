"""The tokens that answers are stored as; rules, deliverables and files rely on them."""

from __future__ import annotations

import pytest

from tests.protocol.asking import fields_of, item, tokens

TOKENS = [
    ("S3-01", "kind", "database api files stream sensor third_party none_yet"),
    ("S3-01", "access_status", "granted requested refused unknown"),
    ("S3-03", "serving_mode", "nightly_batch hourly_batch on_request streaming"),
    ("S3-03", "history_as_known_then", "yes no unsure"),
    ("S3-05", "severity", "blocks hurts nice_to_have"),
    ("S3-05", "obtainable", "yes later no"),
    (
        "S3-06",
        "origin",
        "recorded_outcome past_human_decisions must_be_annotated rules_weak_labels simulated"
        " none_needed",
    ),
    ("S3-08", "findable", "full partial none"),
    ("S3-09", "ready", "yes partly no"),
    (
        "S3-10",
        "lawful_basis",
        "consent contract legal_duty vital_interest public_task legitimate_interest licence"
        " unknown",
    ),
    ("S3-10", "deidentified", "no pseudonymised anonymised"),
    ("S4-01", "data_access", "full partial read_only none"),
    ("S4-03", "phase", "before during after"),
    ("S4-04", "automation_level", "1 2 3 4 5"),
    ("S4-07", "criticality", "low medium high critical"),
    ("S4-09", "channel", "existing_app web mobile api e_mail_report device"),
    ("S4-08", "scope", "none overall case counterfactual"),
    ("S4-08", "form", "reason_list example chart text none"),
    (
        "S4-10",
        "mechanism",
        "wrong_answer self_fulfilling gaming over_reliance skill_loss exclusion other",
    ),
    (
        "S5-02",
        "areas",
        "biometrics critical_infrastructure education hiring essential_services"
        " law_enforcement migration justice_elections product_safety children none",
    ),
    (
        "S5-03",
        "assessment",
        "data_protection fundamental_rights nist_ai_rmf iso_42001 security internal_ethics",
    ),
    ("S5-03", "status", "done running planned not_needed"),
    ("S5-04", "evidence", "incident test literature judgement"),
    ("S5-09", "kind", "prevent limit_harm detect correct transfer accept"),
    ("S5-09", "status", "planned built tested"),
    ("S5-12", "comparator", "< <= > >="),
]


@pytest.mark.parametrize(("key", "name", "expected"), TOKENS)
def test_a_choice_stores_the_tokens_that_rules_read(key, name, expected):
    assert tokens(key, name) == expected.split()


@pytest.mark.parametrize(
    ("key", "name", "low", "high"),
    [
        ("S3-04", "rating", 0, 10),
        ("S4-04", "automation_level", 1, 5),
        ("S4-10", "severity", 1, 5),
        ("S5-08", "likelihood", 1, 5),
        ("S5-09", "cuts_severity_by", 0, 2),
        ("S5-10", "fairness", 1, 5),
    ],
)
def test_a_rating_has_the_range_of_its_scale(key, name, low, high):
    field = next(field for field in fields_of(item(key)) if field.name == name)
    assert (field.kind, field.minimum, field.maximum) == ("rating", low, high)
