"""Starts from an existing proposal: takes the file, has it read, finds passages for questions."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import Job, User
from accounts.services import audit, jobs
from interviews.llm import prompting, router
from interviews.llm.concurrency import let_go_of_the_database
from interviews.llm.prefill import matches_of, portions, prefill_request
from interviews.llm.types import ModelFault
from interviews.models import Candidate, InterviewSession, Proposal
from interviews.prefill import search
from interviews.prefill.kinds import clean_name, kind_of
from interviews.prefill.passages import Passage, passages_of
from interviews.prefill.placing import can_be_placed
from interviews.prefill.refusing import BROKEN, NO_TEXT, FileRefused
from interviews.prefill.search import Match
from interviews.protocol.types import Protocol
from interviews.refusals import Refusal, SessionNotOpen
from interviews.services.file_reading import TooManyAtOnce, read_file
from interviews.services.judging import EMBEDDED
from interviews.services.reading import protocol_of, screen_patterns
from interviews.services.sessions import stand_in_line, subject

KIND = "prefill"
PROMPT = "prefill"
#: More proposals than these nobody starts from.
MOST_PROPOSALS = 20
#: Until a file is tried again that found others being read.
WAIT = timedelta(seconds=3)
Status = Proposal.Status


class StillReading(Refusal):
    """A file of this session is being read already."""


class TooManyProposals(Refusal):
    """The session has had as many files as it may."""


@dataclass(frozen=True)
class _Found:
    """Passages by question, and who found them."""

    passages: Sequence[Passage]
    matches: Sequence[Match]
    suspected_count: int = 0
    is_cut: bool = False
    source: str = EMBEDDED
    model_name: str = ""
    prompt_version: str = ""
    fault: str = ""


def upload_proposal(*, session: InterviewSession, name: str, content: bytes, by: User) -> Proposal:
    """Takes a file and asks for its reading. The file is kept only until it is read.

    Raises SessionNotOpen, FileRefused (with the sentence for the person), StillReading,
    TooManyProposals.
    """
    if not session.is_open:
        raise SessionNotOpen
    kind_of(name, content)
    with transaction.atomic():
        stand_in_line(session)
        so_far = Proposal.objects.filter(session=session)
        if so_far.filter(status=Status.WAITING).exists():
            raise StillReading
        if so_far.count() >= MOST_PROPOSALS:
            raise TooManyProposals
        proposal = Proposal.objects.create(
            session=session,
            name=clean_name(name),
            size=len(content),
            content=content,
            uploaded_by=by,
        )
        jobs.enqueue(kind=KIND, subject_id=proposal.pk, unique_key=f"{KIND}:{proposal.pk}")
        audit.record(
            type="proposal.uploaded",
            actor=by,
            subject=subject(session),
            detail={"size": len(content), "hash": hashlib.sha256(content).hexdigest()},
        )
    return proposal


# --- In the worker --------------------------------------------------------------------------------


def read_proposal(job: Job) -> None:
    """Reads the file of a claimed job and stores its candidates once; then the file is gone."""
    proposal = Proposal.objects.select_related("session").filter(pk=job.subject_id).first()
    if proposal is None or proposal.content is None:
        jobs.finish(job)
        return
    protocol = protocol_of(proposal.session)
    # Reading takes seconds, and a few pooled connections serve all jobs.
    let_go_of_the_database()
    try:
        found = _find(proposal, bytes(proposal.content), protocol)
    except TooManyAtOnce:
        jobs.postpone(job, wait=WAIT, why="Other files are being read.")
        return
    except FileRefused as refusal:
        with transaction.atomic():
            jobs.finish(job)
            _refuse(job.subject_id, str(refusal))
        return
    with transaction.atomic():
        jobs.finish(job)
        if Proposal.objects.filter(pk=proposal.pk).exists():
            # Else its session was deleted meanwhile.
            _store(proposal, found)


def _find(proposal: Proposal, content: bytes, protocol: Protocol) -> _Found:
    read = read_file(kind_of(proposal.name, content), content)
    passages, suspected = search.clean_passages(passages_of(read.parts), screen_patterns())
    if not passages and not suspected:
        raise FileRefused(NO_TEXT)
    found = _by_model(proposal, passages, protocol)
    return _Found(
        passages=passages,
        matches=found.matches,
        suspected_count=suspected,
        is_cut=read.is_cut,
        source=found.source,
        model_name=found.model_name,
        prompt_version=found.prompt_version,
        fault=found.fault,
    )


def _by_model(proposal: Proposal, passages: Sequence[Passage], protocol: Protocol) -> _Found:
    """What a model finds; where none may or can be asked, what the search finds."""
    prompt = prompting.prompt(PROMPT)
    questions = [one for one in protocol.questions if can_be_placed(one)]
    found: list[Match] = []
    sent: set[int] = set()
    source = model_name = ""
    try:
        for numbers in portions(passages):
            if not _may_be_sent(proposal.session_id):
                # Somebody may have kept it away while the file or another portion was read.
                break
            request = prefill_request(
                questions, passages, numbers, session_id=proposal.session_id, prompt=prompt
            )
            reply = router.ask(request)
            found += matches_of(reply.content, numbers, questions)
            sent |= set(numbers)
            source, model_name = reply.provider, reply.model
    except ModelFault as fault:
        by_search = search.matches(passages, protocol)
        return _Found(passages, by_search, fault=fault.kind.value)
    beyond = [one for one in search.matches(passages, protocol) if one.number not in sent]
    if not sent:
        return _Found(passages, beyond)
    return _Found(passages, [*found, *beyond], 0, False, source, model_name, prompt.version)


def _may_be_sent(session_id: int) -> bool:
    """A file is about the whole project: one answer that is kept away keeps it away too."""
    if not router.is_configured():
        return False
    kept = Q(is_kept_from_model=True) | Q(answers__is_kept_from_model=True)
    return InterviewSession.objects.filter(pk=session_id).exclude(kept).exists()


def _refuse(proposal_id: int, sentence: str) -> None:
    waiting = Proposal.objects.filter(pk=proposal_id, status=Status.WAITING)
    waiting.update(status=Status.REFUSED, refusal=sentence, content=None)


def _store(proposal: Proposal, found: _Found) -> None:
    proposal.status, proposal.content = Status.READY, None
    proposal.passage_count = len(found.passages)
    proposal.suspected_count = found.suspected_count
    proposal.is_cut = found.is_cut
    proposal.source, proposal.model_name = found.source, found.model_name
    proposal.prompt_version, proposal.fault = found.prompt_version, found.fault
    proposal.save()
    by_key: dict[str, list[Match]] = {}
    for match in found.matches:
        by_key.setdefault(match.question_key, []).append(match)
    Candidate.objects.bulk_create(
        Candidate(
            proposal=proposal,
            question_key=key,
            position=position,
            passage=found.passages[match.number].text,
            place=found.passages[match.number].place[:200],
        )
        for key, held in by_key.items()
        for position, match in enumerate(search.best(_once(held)), start=1)
    )


def _once(held: Sequence[Match]) -> list[Match]:
    """A passage that was named twice for a question counts once."""
    return list({match.number: match for match in held}.values())


def give_up_reading(job: Job) -> None:
    """A reading that was given up: the file goes, and the person knows what to do."""
    _refuse(job.subject_id, BROKEN)
