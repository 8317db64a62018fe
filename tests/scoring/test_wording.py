"""What was learned from labelled answers, and only from those."""

from __future__ import annotations

from pathlib import Path

from interviews.scoring import wording
from interviews.scoring.bank import default_bank
from interviews.scoring.evidence import site_folder
from interviews.scoring.signals import read
from tests.scoring import learn


def test_the_counts_shipped_are_those_of_the_labelled_answers() -> None:
    shipped = site_folder().joinpath(wording.FILE_NAME).read_text(encoding="utf-8")
    texts = learn.training_texts(learn.training_files())
    assert shipped == learn.as_text(learn.counts(texts, default_bank()))


def test_nothing_is_learned_from_held_out_answers() -> None:
    assert learn.training_files() != []
    named = [path.name for path in learn.training_files()]
    assert all(name.startswith("dev_") or name == "gaming_second_dev.jsonl" for name in named)


def test_a_folder_without_counts_knows_no_wording(tmp_path: Path) -> None:
    known = wording.load(tmp_path, ["S1-01"])
    assert known.fits(read("Barges wait.", default_bank().matcher)) == {}


def test_a_word_seen_with_one_question_speaks_for_it() -> None:
    known = wording.Wording({"A": 9, "B": 9}, {"appeal": {"A": 6, "B": 1}}, ["A", "B"])
    fits = known.fits(read("They appeal.", default_bank().matcher))
    assert fits["A"] > fits["B"]
