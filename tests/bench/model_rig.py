"""What the model's rows run on: a database of their own, a fake model, a real worker, many answers."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from celery import current_app
from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from accounts.models import Job, User
from accounts.services import jobs
from interviews.answerset import AnswerState
from interviews.models import Answer, Assessment, Attempt, InterviewSession, ModelCall
from interviews.protocol import catalogue
from interviews.services import attempts, reading

ROOT = Path(__file__).resolve().parent.parent.parent
QUESTION = "S1-01"
#: The longest that anything here is waited for.
PATIENCE = 120.0
#: Answers that are committed together.
AT_ONCE = 20
TELL = (
    "CREATE FUNCTION bench_tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    " PERFORM pg_notify('bench_stored', NEW.attempt_id::text); RETURN NEW; END $$",
    "CREATE TRIGGER bench_tell AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION bench_tell()",
)


@contextmanager
def own_database() -> Iterator[None]:
    """Makes the database that the settings name, migrated; drops it afterwards."""
    if connection.vendor != "postgresql":
        call_command("migrate", verbosity=0)
        yield
        return
    _on_the_server(f"CREATE DATABASE {settings.DATABASES['default']['NAME']}")
    try:
        call_command("migrate", verbosity=0)
        with connection.cursor() as cursor:
            for line in TELL:
                cursor.execute(line.format(table=Assessment._meta.db_table))
        yield
    finally:
        connection.close()
        _on_the_server(f"DROP DATABASE {settings.DATABASES['default']['NAME']} WITH (FORCE)")


def _on_the_server(statement: str) -> None:
    named = settings.DATABASES["default"]
    door = {"host": named["HOST"], "port": named["PORT"], "user": named["USER"]}
    with psycopg.connect(
        **door, password=named["PASSWORD"], dbname="postgres", autocommit=True
    ) as there:
        there.execute(statement)  # type: ignore[arg-type]


class Watch:
    """Remembers when each attempt's assessment was there for others to see."""

    def __init__(self) -> None:
        self.stored: dict[int, float] = {}
        self._stop = threading.Event()

    def wait_for(self, count: int) -> bool:
        """Until so many are stored; False when that takes too long."""
        deadline = time.monotonic() + PATIENCE
        while len(self.stored) < count and time.monotonic() < deadline:
            time.sleep(0.005)
        return len(self.stored) >= count

    @contextmanager
    def looking(self) -> Iterator[None]:
        """PostgreSQL tells of each commit; elsewhere somebody has to look."""
        look = self._listen if connection.vendor == "postgresql" else self._poll
        thread = threading.Thread(target=look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join()

    def _listen(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("LISTEN bench_stored")
            while not self._stop.is_set():
                for note in connection.connection.notifies(timeout=0.2):
                    self.stored.setdefault(int(note.payload), time.monotonic())
        connection.close()

    def _poll(self) -> None:
        last = Assessment.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        while not self._stop.wait(0.05):
            found = Assessment.objects.filter(pk__gt=last).order_by("pk")
            for pk, attempt in found.values_list("pk", "attempt_id"):
                last = pk
                self.stored.setdefault(attempt, time.monotonic())
        connection.close()


@dataclass(frozen=True)
class Worker:
    """A worker process and what it uses."""

    process: subprocess.Popen[bytes]

    def cpu(self) -> float:
        """Seconds of CPU so far, the system's part included."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")

    def megabytes(self) -> float:
        """Memory that it holds now."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@contextmanager
def at_work(*, seconds: float, threads: int) -> Iterator[tuple[Worker, Watch]]:
    """A model that takes so long, and a worker of so many threads, as `make run` starts one."""
    model = [sys.executable, "-m", "tests.fakes.llm.load_server", "--seconds", str(seconds)]
    watch = Watch()
    for part in ("queue", "control"):
        (settings.BROKER_DIR / part).mkdir(parents=True, exist_ok=True)
    with _process(model, stdout=subprocess.PIPE) as served, watch.looking():
        assert served.stdout is not None
        own = {
            "UAIP_POSTGRES_POOL": "True",
            "LLM_PROVIDER": "custom",
            "LLM_MODEL": "bench-model",
            "CUSTOM_LLM_ENDPOINT": served.stdout.readline().decode().strip(),
            "UAIP_WORKER_CONCURRENCY": str(threads),
        }
        with _process(_worker_command(), env=os.environ | own) as process:
            yield Worker(process), watch


def _worker_command() -> list[str]:
    command = [sys.executable, "-m", "celery", "-A", "uaip_project", "--quiet", "worker"]
    command += ["--pool", "threads", "--loglevel", "warning"]
    return [*command, "--without-gossip", "--without-mingle"]


@contextmanager
def _process(command: list[str], **more: Any) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, cwd=ROOT, **more)
    try:
        yield process
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(timeout=20)
        process.kill()
        process.wait()


def make_sessions(owner: User, count: int) -> list[InterviewSession]:
    """So many fresh sessions with all their places, quicker than one by one."""
    protocol = catalogue.default_protocol()
    shown = {question.key for question in catalogue.visible_questions(protocol, {})}
    made = InterviewSession.objects.bulk_create(
        InterviewSession(owner=owner, project_name="Bench", protocol_version=protocol.version)
        for _ in range(count)
    )
    places = (
        Answer(
            session=session,
            question_key=question.key,
            stage_number=question.stage_number,
            position=position,
            question_text=question.ask,
            state="draft" if question.key in shown else "skipped_by_condition",
        )
        for session in made
        for position, question in enumerate(protocol.questions, start=1)
    )
    Answer.objects.bulk_create(places, batch_size=2000)
    return made


def submit_all(sessions: Sequence[InterviewSession], texts: Sequence[str]) -> None:
    """An attempt in each session, and the doorbell after the commit of each few."""
    for start in range(0, len(sessions), AT_ONCE):
        few = slice(start, start + AT_ONCE)
        for job_id in _submit(sessions[few], texts[few]):
            jobs._doorbell.ring(job_id)


@transaction.atomic
def _submit(sessions: Sequence[InterviewSession], texts: Sequence[str]) -> list[int]:
    places = {
        one.session_id: one
        for one in Answer.objects.filter(session__in=sessions, question_key=QUESTION)
    }
    made = Attempt.objects.bulk_create(
        Attempt(
            answer=places[session.pk],
            number=1,
            round=1,
            value=text,
            value_hash=attempts.value_hash(text),
            submitted_by=session.owner,
        )
        for session, text in zip(sessions, texts, strict=True)
    )
    for one in made:
        Answer.objects.filter(pk=one.answer_id).update(
            state=AnswerState.SCORING, version=1, attempt_count=1, current_attempt=one
        )
    waiting = Job.objects.bulk_create(
        Job(kind="score", subject_id=one.pk, unique_key=f"score:{one.pk}") for one in made
    )
    return [one.pk for one in waiting]


def submit_and_look_at_the_clock(session: InterviewSession, text: str) -> tuple[int, float]:
    """Submits as a person does; the attempt's key, and the moment after its commit."""
    moments: list[float] = []
    current = reading.read(session)
    with transaction.atomic():
        # Before the doorbell rings, which is part of what we measure.
        transaction.on_commit(lambda: moments.append(time.monotonic()))
        attempt = attempts.submit_attempt(
            reading=current, question_key=QUESTION, value=text, by=session.owner, answer_version=0
        )
    return attempt.pk, moments[0]


def stored_count() -> int:
    """Assessments so far."""
    return Assessment.objects.count()


def left_over(submitted: int) -> dict[str, float]:
    """What should all be 0: answers lost, judged without the model or twice, rings unanswered."""
    calls = ModelCall.objects.count()
    return {
        "lost": submitted - Assessment.objects.filter(is_provisional=False).count(),
        "more_calls": calls - submitted,
        "jobs_open": Job.objects.exclude(status=Job.Status.DONE).count(),
    }


def unacknowledged() -> int:
    """Rings that a worker took and never answered for, once it has looked at those that wait."""
    if not settings.BROKER_URL:
        return 0
    deadline = time.monotonic() + PATIENCE / 4
    with current_app.connection_for_read() as broker:
        client = broker.default_channel.client
        while client.llen("celery") + client.hlen("unacked") and time.monotonic() < deadline:
            time.sleep(0.1)
        return int(client.llen("celery") + client.hlen("unacked"))
