"""A copy for outsiders holds no money, no names, no personal data and nothing confidential."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from charters.rendering import formats, measured_money
from charters.rendering.appendices import Annex, Approval
from charters.rendering.external import clean_text, private_of
from charters.rendering.formats import FORMATS, Material
from charters.rendering.nodes import Part, plain_grid
from interviews.answerset import AnswerSet
from interviews.protocol.catalogue import default_protocol
from tests.builders.answers import consistent_answers, with_value
from tests.builders.charters import make_content
from tests.charters.reading_files import READERS, squeezed
from tests.charters.test_formats import ANNEX, OUTCOME, material

#: What somebody put into the answers that must not leave.
PRIVATE = (
    "Quentin Farthingale", "Farthingale", "Wilhelmina Oddbody", "Oddbody", "Zebediah Quill",
    "818,181", "818.181", "818 181", "€ 4,242", "31.313 Euro", "zq@example.com",
    "+44 20 7946 0018", "iris scans of patients", "kept under a court order", "Project Nightjar",
    "the buyer is Vexler", "Votes of a closed room", "Who leaked it?", "https://site.example/transcript",
)  # fmt: skip


def private_answers() -> AnswerSet:
    story = (
        "Each bad tool costs us € 4,242, and a bad year 31.313 Euro. Ask Farthingale, zq@example.com "
        "or +44 20 7946 0018.\nConfidential: the buyer is Vexler.\n"
        "It is called [confidential]Project Nightjar[/confidential] inside."
    )
    answers = with_value(consistent_answers(), "S1-01", None, story)
    answers = with_value(answers, "S2-01", (0, "owner"), "Dr. Quentin Farthingale")
    answers = with_value(answers, "S2-03", "cost_build", 818181)
    answers = with_value(
        answers, "S2-02", "text", "We spent 818 181 before, or 818.181 as some write."
    )
    answers = with_value(answers, "S5-11", "accepted_by", "Ms. Wilhelmina Oddbody")
    rights = answers["S3-10"].value
    row = dict(rights[0]) | {
        "data": "iris scans of patients",
        "category": "health",
        "basis_reason": "They are kept under a court order.",
    }
    return with_value(answers, "S3-10", None, [*rights, row])


def private_material() -> Material:
    votes = plain_grid(
        "Votes of a closed room", ("Who", "Vote"), [("Zebediah Quill", "Approve")], is_internal=True
    )
    comments = plain_grid("On S1-01", ("Who", "What"), [("Zebediah Quill", "Who leaked it?")])
    annex = Annex(
        author="Zebediah Quill",
        people=("Zebediah Quill",),
        approvals=(Approval("Requester", "Zebediah Quill", "issued", "21 November 2026"),),
        approval_nodes=(votes,),
        parts=(
            Part(key="comments", number="D", title="Comments", nodes=[comments], is_internal=True),
        ),
        transcript_url="https://site.example/transcript",
    )
    return material(
        content=make_content(private_answers(), project_name="Safer tools, says Oddbody"),
        annex=annex,
        protocol=default_protocol(),
    )


def said(name: str, content: bytes) -> str:
    read = READERS.get(name)
    return read(content) if read else squeezed(json.dumps(content.decode(), ensure_ascii=False))


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_nothing_private_is_in_any_file_for_outsiders(name: str) -> None:
    made = formats.render(private_material(), file_format=name, profile="external")
    found = said(name, made)
    assert [text for text in PRIVATE if squeezed(text).lower() in found.lower()] == []


def test_the_full_files_do_hold_all_that() -> None:
    """Else the test above would prove nothing."""
    found = "".join(
        said(name, formats.render(private_material(), file_format=name)) for name in FORMATS
    )
    assert [text for text in PRIVATE if squeezed(text).lower() not in found.lower()] == []


def test_what_is_not_private_stays() -> None:
    full, external = (
        READERS["markdown"](formats.render(material(), file_format="markdown", profile=profile))
        for profile in formats.PROFILES
    )
    for text in ("Governance decision", "SUBMIT TO COMMITTEE", "Test the control.", "S5-04"):
        assert squeezed(text) in external
    assert "LenaOkafor" in full and "LenaOkafor" not in external
    assert len(external) > 0.8 * len(full)


def test_the_copy_says_what_it_is() -> None:
    made = formats.render(material(), file_format="html", profile="external").decode()
    assert "External copy." in made
    held = json.loads(formats.render(material(), file_format="json", profile="external"))
    assert held["profile"] == "external"
    assert held["content_hash"] == "9f0c" * 16


@pytest.mark.parametrize(
    ("text", "is_kept"),
    [
        ("It takes 12 minutes a case.", True),
        ("By 2027 we handle 1,500 cases.", True),
        ("It costs $3.5 million a year.", False),
        ("It costs 12.000 € a year.", False),
        ("USD 90k is the limit.", False),
        ("CHF 1'200 each.", False),
        ("2 Mio. EUR in all.", False),
        ("A case falls from 120 to 90 EUR.", False),
        ("It goes from EUR 120 to 90.", False),
        ("We pay 120 kEUR, 12 T€ or TEUR 7.", False),
        ("A visit costs 420 AED.", False),
        ("Of fraud 12 cases are known, of the entrepreneur 2024 none.", True),
        ("It is paid in euros. 12 people wait.", True),
        ("20.000,- € im Jahr.", False),
        ("3,5 Millionen Euro, 100 Tausend Euro.", False),
        ("It costs 5000  EUR, or EUR: 5000.", False),
        ("It costs **5000** EUR.", False),
        ("12 US dollars, 100 000 Swiss francs.", False),
        ("Half a million euros a year.", False),
        ("Rs. 500, 500 zł, 12 cents, ₩5000.", False),
        ("It costs 5000 per year in EUR.", False),
        ("It costs 5000 in euros.", False),
        ("Of 12 cases a year in Europe one is lost.", True),
    ],
)
def test_money_is_known_by_its_currency(text: str, is_kept: bool) -> None:
    private = private_of(make_content())
    assert (clean_text(text, private) == text) is is_kept


def test_of_two_amounts_the_first_is_money_too() -> None:
    private = private_of(make_content())
    for text in ("A case falls from 120 to 90 EUR.", "It goes from EUR 120 to 90."):
        assert not re.search(r"\d", clean_text(text, private))


@pytest.mark.parametrize(
    ("text", "is_kept"),
    [
        ("Ring 030 1234567 after nine.", False),
        ("Ring (0)30 / 123-4567.", False),
        ("Ring (555) 123-4567.", False),
        ("Ring 555-123-4567.", False),
        ("It begins on 01/02/2026 or 01-02-2026.", True),
        ("Of 0.0012345678 the share is 007.", True),
        ("Case 2026-11-22 has 100 200 300 rows.", True),
    ],
)
def test_a_telephone_number_is_known_by_how_it_is_written(text: str, is_kept: bool) -> None:
    assert (clean_text(text, private_of(make_content())) == text) is is_kept


@pytest.mark.parametrize(
    "text",
    [
        "Confidential : Vexler",
        "**Confidential**: Vexler",
        "[ confidential ] Vexler [ /confidential ]",
    ],
)
def test_a_mark_that_is_typed_loosely_is_a_mark(text: str) -> None:
    assert "Vexler" not in clean_text(text, private_of(make_content()))


@pytest.mark.parametrize(
    "text", ["1" * 20_000, "1 " * 10_000, "1, " * 6_000, "a" * 20_000, "1**" * 6_000]
)
def test_a_text_of_thousands_of_figures_is_read_once(text: str) -> None:
    """Who wrote it would else hold up whoever opens the link: it took minutes."""
    assert clean_text(text, private_of(make_content())) == text
    assert clean_text(f"{text} 7 EUR", private_of(make_content())) != f"{text} 7 EUR"


@pytest.mark.parametrize("unit", ["kEUR", "TEUR", "M€ a year", "THB per case"])
def test_a_unit_of_thousands_is_money_too(unit: str) -> None:
    assert measured_money.is_currency(unit)


def outside(answers: AnswerSet, name: str) -> str:
    """What an external file of these answers says."""
    given = material(content=make_content(answers), protocol=default_protocol())
    return said(name, formats.render(given, file_format=name, profile="external"))


def mistakes_cost(unit: str) -> AnswerSet:
    answers = consistent_answers()
    for kind, amount in (("false_alarm", 417), ("miss", 733)):
        answers = with_value(answers, "S2-05", f"{kind}_cost", amount)
        answers = with_value(answers, "S2-05", f"{kind}_cost_unit", unit)
    return answers


@pytest.mark.parametrize("name", ["docx", "html", "json", "markdown", "pdf"])
def test_a_mistake_s_cost_is_money_where_its_unit_is(name: str) -> None:
    paid, worked = (outside(mistakes_cost(unit), name) for unit in ("EUR", "nurse minutes"))
    assert "417" not in paid and "733" not in paid
    assert "417" in worked and "733" in worked


@pytest.mark.parametrize("name", ["html", "json", "kpis"])
def test_a_business_figure_in_money_is_money(name: str) -> None:
    answers = with_value(consistent_answers(), "S2-01", (0, "unit"), "EUR per case")
    answers = with_value(answers, "S2-01", (0, "baseline_value"), 417)
    answers = with_value(answers, "S2-01", (0, "target_value"), 388)
    found = outside(answers, name)
    assert "417" not in found and "388" not in found


@pytest.mark.parametrize("name", ["html", "json", "markdown"])
def test_a_row_about_personal_data_goes_however_short_its_name(name: str) -> None:
    rights = consistent_answers()["S3-10"].value
    row = dict(rights[0]) | {"data": "sex", "category": "personal", "basis_reason": "Only asked."}
    answers = with_value(consistent_answers(), "S3-10", None, [*rights, row])
    found = outside(answers, name)
    assert "Onlyasked" not in found and "sex(data" not in found


def test_what_files_call_people_is_nobody_s_name() -> None:
    owner = "Office of Information and Technology, warehouse team"
    answers = with_value(consistent_answers(), "S2-01", (0, "owner"), owner)
    content = make_content(answers)
    people = ["Demo Requester", "Anna Reviewer", "Ruth Calloway"]
    private = private_of(content, protocol=default_protocol(), people=people)
    for text in ("Requester", "Have a reviewer waive it.", "A second signature.", "Technology"):
        assert clean_text(text, private) == text
    for text in ("Demo Requester", "Ask Anna.", "Calloway agreed.", f"Ask the {owner}."):
        assert clean_text(text, private) != text


def test_people_joined_by_and_are_each_known() -> None:
    answers = with_value(consistent_answers(), "S2-01", (0, "owner"), "Ida Falk and Jo van der Aa")
    private = private_of(make_content(answers), protocol=default_protocol())
    for text in ("Ida Falk knows.", "Jo van der Aa knows."):
        assert clean_text(text, private) == "[name withheld] knows."


def test_what_is_withheld_from_a_list_is_said_once() -> None:
    rights = consistent_answers()["S3-10"].value
    rows = [dict(rights[0]) | {"data": name, "category": "personal"} for name in ("eyes", "ears")]
    content = make_content(with_value(consistent_answers(), "S3-10", None, [*rights, *rows]))
    private = private_of(content)
    assert clean_text("Needs eyes, ears, hands.", private) == (
        "Needs [personal data withheld], hands."
    )


def test_a_decision_s_owners_are_not_named() -> None:
    given = replace(material(), governance=OUTCOME, annex=ANNEX)
    held = json.loads(formats.render(given, file_format="json", profile="external"))
    assert "Lena" not in json.dumps(held["governance"])
    assert held["governance"]["decision"] == "SUBMIT_TO_COMMITTEE"


def test_a_table_that_lost_every_row_says_so() -> None:
    rights = consistent_answers()["S3-10"].value
    secret = [dict(row) | {"category": "health"} for row in rights]
    content = make_content(with_value(consistent_answers(), "S3-10", None, secret))
    made = formats.render(material(content=content), file_format="markdown", profile="external")
    assert "Data rights: every row is left out of external copies." in made.decode()
