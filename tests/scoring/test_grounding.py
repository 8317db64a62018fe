"""A sentence may say no figure, date or name that its sources do not hold."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interviews.protocol.catalogue import default_protocol
from interviews.scoring.grounding import ungrounded
from interviews.scoring.words import sentence_spans

SOURCES = [
    "Claims wait 12 days on average (SAP export, March 2026, 4,300 files). Anna Meier, head of "
    "claims at Nordwind, signs. Peter Schmidt runs operations. Target: 20-30 % less by 30 June "
    "2026. Budget EUR 1.2 million. Two clerks sort 310 e-mails a week. The form is B-17."
]
STRONG = [question.strong for question in default_protocol().questions if question.strong]


@pytest.mark.parametrize(
    "sentence",
    [
        "Claims wait 12 days.",
        "Claims wait twelve days on average.",
        "There were 4300 files, or 4.3 thousand.",
        "Anna Meier of Nordwind signs.",
        "The Head of Claims signs.",
        "The export is of March 2026.",
        "It is due on 2026-06-30, that is 30.06.2026 or June 30, 2026.",
        "It is due in June.",
        "The budget is €1,200,000.",
        "The budget is EUR 1.2m.",
        "20 to 30 percent less is the goal.",
        "The 2 clerks sort three hundred ten e-mails.",
        "Form B-17 is used and nothing else.",
        "Reviewing takes long, and AI may help.",
    ],
)
def test_what_the_sources_hold_may_be_said_in_other_notation(sentence: str) -> None:
    assert ungrounded(sentence, SOURCES) == []


@pytest.mark.parametrize(
    ("sentence", "invented"),
    [
        ("Claims wait 13 days.", "13 days"),
        ("Claims wait 12 weeks.", "12 weeks"),
        ("A cut of 12 % is planned.", "12 %"),
        ("Claims wait thirteen days.", "thirteen"),
        ("Half of the claims wait.", "Half"),
        ("Hundreds of people wait.", "Hundreds"),
        ("A third of them complain.", "third"),
        ("There were 43,000 files.", "43,000"),
        ("It is due on 30 June 2027.", "30 June 2027"),
        ("It is due on 29 June 2026.", "29 June 2026"),
        ("The export is of 3 March 2026.", "3 March 2026"),
        ("It starts in May.", "May"),
        ("They meet on Monday.", "Monday"),
        ("Maria signs.", "Maria"),
        ("Anna Schmidt signs.", "Anna Schmidt"),
        ("The data is in Salesforce.", "Salesforce"),
        ("Salesforce holds the data.", "Salesforce"),
        ("It follows ISO 27001.", "ISO"),
        ("The budget is $1.2 million.", "$"),
        ("The form is B-18.", "18"),
        ("Ask anna@nordwind.example for it.", "anna@nordwind.example"),
        ("See https://example.org/claims now.", "https://example.org/claims"),
        ("It starts at 14:30.", "14:30"),
        ("Version 1.2.3 is used.", "1.2.3"),
        ("Claims wait ¹³ days.", "13 days"),
        ("Claims wait １３ days.", "13 days"),
    ],
)
def test_what_is_made_up_is_named(sentence: str, invented: str) -> None:
    assert invented in ungrounded(sentence, SOURCES)


GERMAN = [
    "Heute gehen 46 von 2.900 Werkzeugen im Monat mit einem Defekt wieder hinaus. Sieben Mitglieder "
    "verletzten sich 2025. Anna Meier leitet die Ausgabe der Leihbücherei Heron Street."
]


@pytest.mark.parametrize(
    "sentence",
    [
        "Die Leihbücherei verleiht im Monat 2900 Werkzeuge, und 46 gehen mit einem Defekt hinaus.",
        "Die Ausgabe will die Zahl der defekten Geräte senken und die Sicherheit erhöhen.",
        "Eine Kamera am Tisch soll Schäden an der Schleifscheibe und am Keilriemen erkennen.",
        "Insgesamt sind 46 Sägen betroffen, und sieben Mitglieder verletzten sich.",
        "Automatische Prüfungen ergänzen den Blick der Mitarbeiterinnen, die KI nur hilft.",
        "Für den Betrieb sind Überwachung, Schulung und ein Plan für Ausfälle vorgesehen.",
        "Anna Meier ist für die Werkzeuge der Heron Street verantwortlich.",
    ],
)
def test_a_german_noun_is_no_name(sentence: str) -> None:
    assert ungrounded(sentence, GERMAN) == []


@pytest.mark.parametrize(
    ("sentence", "invented"),
    [
        ("Die Nordwind Logistik GmbH prüft die Werkzeuge.", "Nordwind"),
        ("Die Werkzeuge werden bei Nordwind geprüft.", "Nordwind"),
        ("Die Firma Tarkov liefert eine Kamera für den Tisch.", "Tarkov"),
        ("Die Tarkov-Gruppe prüft die Werkzeuge.", "Tarkov"),
        ("Das Personal der Ausgabe wird durch Tarkov geschult.", "Tarkov"),
        ("Die Daten der Ausgabe liegen bei der Telekom.", "Telekom"),
        ("Nordwind prüft die Werkzeuge und erkennt den Defekt.", "Nordwind"),
        ("Nach den Angaben von Herrn Köhler sind 46 Werkzeuge defekt.", "Köhler"),
        ("Die Ausgabe wird von Anna Köhler geleitet.", "Köhler"),
        ("Die Werkzeuge werden mit Salesforce und SAP verwaltet.", "SAP"),
        ("Die Prüfung dauert dreizehn Tage und ist für alle.", "dreizehn"),
        ("Es sind einundzwanzig Werkzeuge und die Geräte.", "einundzwanzig"),
        ("Ein Drittel der Werkzeuge ist mit einem Defekt verliehen.", "Drittel"),
        ("Die Zahl der Verletzten soll sich bis 2025 halbieren und sinken.", "halbieren"),
    ],
)
def test_what_is_made_up_in_german_is_named(sentence: str, invented: str) -> None:
    assert invented in ungrounded(sentence, GERMAN)


def test_a_capital_letter_in_an_english_sentence_stays_a_name() -> None:
    assert "Kamera" in ungrounded("The clerks sort 310 e-mails with Kamera.", SOURCES)
    assert "Werkzeuge" in ungrounded("Claims of the Werkzeuge wait 12 days.", SOURCES)


def test_a_year_may_come_from_beside_when_there_is_one() -> None:
    assert ungrounded("By 30 June 2026.", ["In 2026: done by 30 June."]) == []
    assert ungrounded("By 30 June 2026.", ["From 2025 to 2026: done by 30 June."]) != []


@pytest.mark.parametrize("text", STRONG)
def test_every_text_is_grounded_in_itself(text: str) -> None:
    assert ungrounded(text, [text]) == []


@settings(deadline=None)
@given(st.text(max_size=400))
def test_no_text_breaks_it_and_each_holds_itself(text: str) -> None:
    assert all(ungrounded(text[start:stop], [text]) == [] for start, stop in sentence_spans(text))


@settings(deadline=None)
@given(st.integers(min_value=2, max_value=10**9), st.integers(min_value=2, max_value=10**9))
def test_another_number_is_never_held(said: int, held: int) -> None:
    found = ungrounded(f"We have {said} files.", [f"We have {held} files."])
    assert bool(found) == (said != held)


@pytest.mark.parametrize(
    "text",
    ["1," * 20_000, "A" * 40_000, "a.1" * 10_000, "A a " * 10_000, "[" * 40_000, "der A" * 8_000],
    ids=["figures", "one word", "points", "capitals", "brackets", "German"],
)
def test_a_long_pathological_text_is_read(text: str) -> None:
    """What would not come back in time is ended by the time limit of every test."""
    assert ungrounded(text, [text]) == []
