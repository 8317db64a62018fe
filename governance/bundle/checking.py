"""Checks a decision bundle: every hash, the record of deeds, the votes, and the decision anew.

Of the standard library alone, from Python 3.9 on: it becomes the end of the bundle's verify.py.
"""

from __future__ import annotations

import hashlib
import io
import json
import sys
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from governance.bundle.plain_facts import plain_facts
from governance.engine.decide import decide
from governance.engine.decision import ENGINE_VERSION
from governance.rulepacks.effect import DecisionRules, facts_under

SCHEMA = "uaip-decision-bundle/1"
CONTENT, FACTS, RULES = "charter-content.json", "facts.json", "rules.json"
DECISION, ASSESSMENTS = "decision.json", "assessments.json"
REVIEWS, DEEDS, PROGRAM = "reviews.json", "audit.json", "verify.py"
README = "README.txt"
MANIFEST, SEAL = "manifest.json", "manifest.sha256"
NEEDED = (CONTENT, FACTS, RULES, DECISION, ASSESSMENTS, REVIEWS, DEEDS, PROGRAM, README)
#: What the hash of a deed covers since request and address are recorded.
HASH_VERSION = 2
#: No bundle is larger, unpacked: a file that claims to be is not opened.
MOST_BYTES = 200 * 1024 * 1024
WHOLE, BROKEN, UNUSABLE = 0, 1, 2


class UnusableBundle(Exception):
    """There is nothing that could be checked."""


@dataclass(frozen=True)
class Fault:
    """What is wrong, and with which file."""

    file: str
    reason: str

    def __str__(self) -> str:
        return f"{self.file}: {self.reason}"


def canonical_json(content: Any) -> bytes:
    """Sorted keys, no blanks, UTF-8."""
    text = json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return text.encode("utf-8")


def sha256(data: bytes) -> str:
    """In hexadecimal."""
    return hashlib.sha256(data).hexdigest()


# --- The files ------------------------------------------------------------------------------------


def read_bundle(place: Path) -> dict[str, bytes]:
    """Name -> bytes, of a folder or of a zip file. Raises UnusableBundle."""
    try:
        return _of_folder(place) if place.is_dir() else _of_zip(place.read_bytes())
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as fault:
        raise UnusableBundle(f"{place} cannot be read: {fault}") from None


def _of_folder(place: Path) -> dict[str, bytes]:
    found = sorted(path for path in place.rglob("*") if not path.is_dir())
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in found}


def _of_zip(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        names = [entry.filename for entry in entries]
        if len(set(names)) != len(names):
            raise zipfile.BadZipFile("two files have the same name")
        if sum(entry.file_size for entry in entries) > MOST_BYTES:
            raise zipfile.BadZipFile("it is too large for a bundle")
        return {entry.filename: archive.read(entry) for entry in entries}


def file_faults(files: Mapping[str, bytes]) -> Iterator[Fault]:
    """Files that are missing, that nobody listed, or that are no longer what they were."""
    if MANIFEST not in files or SEAL not in files:
        for name in (MANIFEST, SEAL):
            if name not in files:
                yield Fault(name, "is missing")
        return
    if files[SEAL] != seal_of(files[MANIFEST]):
        yield Fault(MANIFEST, f"its SHA-256 is not the one in {SEAL}")
        yield Fault(SEAL, f"it does not hold the SHA-256 of {MANIFEST}")
    try:
        listed = {str(key): str(one["sha256"]) for key, one in _listed(files[MANIFEST])}
    except (ValueError, KeyError, TypeError, AttributeError):
        yield Fault(MANIFEST, "cannot be read")
        return
    for name in sorted({*listed, *NEEDED} - set(files)):
        yield Fault(name, "is missing")
    for name in sorted(set(files) - {MANIFEST, SEAL}):
        if name not in listed:
            yield Fault(name, f"is not listed in {MANIFEST}: it was added or renamed")
        elif sha256(files[name]) != listed[name]:
            yield Fault(name, "was changed: its SHA-256 is not the one listed")


def _listed(manifest: bytes) -> list[tuple[str, Any]]:
    return list(json.loads(manifest)["files"].items())


def seal_of(manifest: bytes) -> bytes:
    """As `sha256sum` writes it."""
    return f"{sha256(manifest)}  {MANIFEST}\n".encode()


# --- What the files say ---------------------------------------------------------------------------


def meaning_faults(files: Mapping[str, bytes]) -> Iterator[Fault]:
    """Files that are whole and do not agree with each other."""
    said = {name: json.loads(files[name]) for name in NEEDED if name.endswith(".json")}
    yield from _hash_faults(files, said)
    yield from deed_faults(said[DEEDS])
    yield from _vote_faults(said[REVIEWS], said[DEEDS])
    yield from decision_faults(said[DECISION], said[FACTS], said[RULES])


def _hash_faults(files: Mapping[str, bytes], said: Mapping[str, Any]) -> Iterator[Fault]:
    decision, judged = said[DECISION], said[DECISION]["content_hash"]
    if sha256(files[CONTENT]) != judged:
        yield Fault(CONTENT, "is not the content that was decided on")
    if sha256(files[RULES]) != decision["rules_hash"]:
        yield Fault(RULES, "are not the rules that the decision names")
    manifest = json.loads(files[MANIFEST])
    if [manifest.get(key) for key in ("charter", "revision")] != [
        decision["charter"],
        decision["revision"],
    ]:
        yield Fault(MANIFEST, "names another revision than the decision")
    for review in said[REVIEWS]:
        ruling = review["ruling"]
        if ruling and ruling["content_hash"] != judged:
            yield Fault(REVIEWS, f"review {review['code']} ruled on another content")
    for deed in said[DEEDS]:
        is_this = (
            deed["subject"] == f"charter {decision['charter']} revision {decision['revision']}"
        )
        recorded = deed["detail"].get("content_hash", judged)
        if is_this and deed["type"] == "decision.computed" and recorded != judged:
            yield Fault(DEEDS, f"row {deed['sequence']} records another content")


def deed_hash(deed: Mapping[str, Any]) -> str:
    """SHA-256 over the length-prefixed parts of a row and the hash before it."""
    names = ("sequence", "happened_at", "type", "actor", "actor_role", "subject")
    parts = [str(deed[name]) for name in names]
    parts += [canonical_json(deed["detail"]).decode("utf-8"), deed["previous_hash"]]
    if deed["hash_version"] >= HASH_VERSION:
        parts += [str(deed["hash_version"]), deed["request_id"], deed["address_hash"]]
    raw = [part.encode("utf-8") for part in parts]
    return sha256(b"".join(b"%d:%b" % (len(one), one) for one in raw))


def deed_faults(deeds: list[dict[str, Any]]) -> Iterator[Fault]:
    """Rows that are not what was recorded, or out of order; neighbours must be chained."""
    before: dict[str, Any] | None = None
    for place, deed in enumerate(deeds):
        number = deed["sequence"]
        if deed_hash(deed) != deed["hash"]:
            yield Fault(DEEDS, f"row {number} is not what was recorded: its hash differs")
        if before is not None and number <= before["sequence"]:
            yield Fault(DEEDS, f"row {number} is out of order")
        is_next = before is not None and number == before["sequence"] + 1
        if is_next and deed["previous_hash"] != deeds[place - 1]["hash"]:
            yield Fault(DEEDS, f"row {number} does not follow row {number - 1}")
        before = deed


def _vote_faults(reviews: list[dict[str, Any]], deeds: list[dict[str, Any]]) -> Iterator[Fault]:
    """A vote must be the one whose salted hash was recorded when it was cast."""
    cast = {(deed["subject"], deed["detail"].get("hash")) for deed in deeds}
    for review in reviews:
        for vote in review["votes"]:
            words = "\n".join((vote["salt"], vote["outcome"], vote["reason"]))
            hashed = sha256(words.encode("utf-8"))
            if vote["is_recorded"] and (f"review {review['code']}", hashed) not in cast:
                yield Fault(REVIEWS, f"the vote of {vote['by']} is not the one that was recorded")


# --- The decision ---------------------------------------------------------------------------------


def decision_faults(
    decision: dict[str, Any], facts: dict[str, Any], rules: dict[str, Any]
) -> Iterator[Fault]:
    """Computes it again, and compares every field."""
    stored = decision["outcome"]
    if stored["engine_version"] != ENGINE_VERSION:
        version = stored["engine_version"]
        yield Fault(DECISION, f"was computed by {version}, and this program holds {ENGINE_VERSION}")
        return
    # Before rules were kept, only the thresholds stood with a decision.
    if decision["rules_kept"] and facts_under(facts, rules_of_json(rules)) != facts:
        yield Fault(FACTS, f"were not read by the rules in {RULES}")
    try:
        computed = decide(plain_facts(facts)).to_json()
    except ValueError as fault:
        yield Fault(FACTS, f"cannot be decided on: {fault}")
        return
    for name in sorted({*computed, *stored}):
        if computed.get(name) != stored.get(name):
            yield Fault(DECISION, f"{name} is not what facts and rules lead to")


def rules_of_json(rules: Mapping[str, Any]) -> DecisionRules:
    """What of the rules decisions rest on."""
    triages = [pack["triage"] for _, pack in sorted(rules["packs"].items()) if pack.get("triage")]
    practices = tuple(_dated(one) for found in triages for one in found.get("practices", ()))
    areas = tuple(_dated(one) for found in triages for one in found.get("areas", ()))
    return DecisionRules(dict(rules["thresholds"]), practices, areas)


def _dated(raw: Mapping[str, Any]) -> Any:
    known = {key: raw.get(key) for key in ("code", "if_not_asked")}
    for key in ("applies_from", "applies_until"):
        known[key] = date.fromisoformat(raw[key]) if raw.get(key) else None
    return SimpleNamespace(**known)


# --- The program ----------------------------------------------------------------------------------


def faults_of(files: Mapping[str, bytes]) -> list[Fault]:
    """Everything that is wrong; files that were changed are not read any further."""
    found = list(file_faults(files))
    if found:
        return found
    try:
        return list(meaning_faults(files))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as fault:
        return [Fault("bundle", f"says something that cannot be read: {fault!r}")]


def report(files: Mapping[str, bytes]) -> list[str]:
    """What a whole bundle shows."""
    decision, deeds = json.loads(files[DECISION]), json.loads(files[DEEDS])
    outcome, reviews = decision["outcome"], json.loads(files[REVIEWS])
    numbers = [deed["sequence"] for deed in deeds]
    pairs = len({number + 1 for number in numbers} & set(numbers))
    return [
        f"{len(files)} files are what they were: every SHA-256 agrees.",
        f"{len(deeds)} deeds carry their own hash; {pairs} follow each other without a gap.",
        f"{sum(len(one['votes']) for one in reviews)} votes are those that were cast.",
        f"Computed again from facts and rules: {outcome['decision']} "
        f"(headline {outcome['headline']}, {len(outcome['rules_fired'])} rules fired). "
        "The stored decision says the same.",
        f"SHA-256 of {MANIFEST}: {sha256(files[MANIFEST])}",
    ]


def main(arguments: list[str]) -> int:
    """Checks the folder or zip file that is named; without one the folder of this program."""
    place = Path(arguments[0]) if arguments else Path(__file__).resolve().parent
    try:
        files = read_bundle(place)
    except UnusableBundle as fault:
        sys.stderr.write(f"{fault}\n")
        return UNUSABLE
    found = faults_of(files)
    lines = [str(one) for one in found] or report(files)
    sys.stdout.write("\n".join([*lines, "NOT WHOLE." if found else "WHOLE."]) + "\n")
    return BROKEN if found else WHOLE
