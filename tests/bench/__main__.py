"""`make bench`: figures of the embedded scorer, rules, engine and pages, and of work with a model.

Prints medians and quartiles and writes them as JSON beside the commit; asserts nothing.
Pages are compared with the least that Django can do for the same job, turn by turn in one
run, because absolute times mean little on a shared machine.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test.utils import get_runner

from governance.engine import decide, read_facts
from interviews.consistency.runner import run_rules
from interviews.consistency.types import RulesConfig
from interviews.protocol import catalogue
from interviews.scoring import offline, rubric
from tests.bench import model, outlook, pages, portfolio, tokens
from tests.builders.answers import consistent_answers
from tests.governance.engine_facts import calm_facts

AS_OF = date(2026, 11, 21)
RESULTS = Path("bench-results")


def timed(work: Callable[[], Any], *, runs: int) -> dict[str, float]:
    """CPU milliseconds of one call: median and quartiles over the runs."""
    work()
    samples = []
    for _ in range(runs):
        start = time.process_time()
        work()
        samples.append((time.process_time() - start) * 1000)
    low, middle, high = statistics.quantiles(samples, n=4)
    return {"median": middle, "low": low, "high": high, "runs": runs}


def score_all() -> None:
    """Every strong example of the bank, scored."""
    for question in catalogue.default_protocol().questions:
        rubric.score(question, offline.judge(question, question.strong), threshold=7.0)


def pure_rows() -> dict[str, dict[str, float]]:
    """What needs no database."""
    answers = consistent_answers()
    protocol = catalogue.default_protocol()
    count = len(protocol.questions)
    scorer = timed(score_all, runs=20)
    checked = read_facts(calm_facts())
    return {
        "embedded scorer, one answer (aim 3 ms)": {
            key: value if key == "runs" else value / count for key, value in scorer.items()
        },
        "all gate and cross-stage rules, full interview (aim 20 ms with the engine)": timed(
            lambda: run_rules(
                answers,
                protocol=protocol,
                as_of=AS_OF,
                config=RulesConfig(),
                stages_to_check=(1, 2, 3, 4, 5),
            ),
            runs=50,
        ),
        "decision engine": timed(lambda: decide(checked), runs=200),
        **outlook.rows(timed),
    }


def show(rows: dict[str, dict[str, float]]) -> None:
    """One line a row."""
    for name, row in rows.items():
        figures = "  ".join(f"{key} {value:.2f}" for key, value in row.items())
        print(f"{name}\n    {figures}")  # noqa: T201


def main() -> None:
    """Runs everything on a database of its own."""
    runner = get_runner(settings)(verbosity=0, interactive=False)
    runner.setup_test_environment()
    made = runner.setup_databases()
    try:
        rows = pure_rows() | tokens.figures() | pages.rows() | portfolio.rows()
    finally:
        runner.teardown_databases(made)
        runner.teardown_test_environment()
    rows |= model.rows()
    show(rows)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{commit or 'unknown'}.json").write_text(json.dumps(rows, indent=2))


if __name__ == "__main__":
    main()
