"""Reads an access log of nginx (combined) or our own JSON lines, and names what is odd in it."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote_plus

from uaip_project.operations.reports.document import Report, Section

COMBINED = re.compile(
    r'(?P<address>\S+) \S+ \S+ \[(?P<at>[^\]]+)\] "(?P<request>[^"]*)" (?P<status>\d{3}) \S+'
    r'(?: "[^"]*" "(?P<agent>[^"]*)")?'
)
TIME = "%d/%b/%Y:%H:%M:%S %z"
#: Above these somebody should look; below, people at work look the same.
CALLS_A_MINUTE, REFUSED_BY_LIMIT, SIGN_IN_TRIES = 120, 10, 10
DIFFERENT_MISSES, FAULTS, FORBIDDEN = 20, 10, 20
#: Share of all requests that one address may have, in a log of some length.
GREATEST_SHARE, LONG_ENOUGH = 0.5, 500
SIGN_IN = re.compile(r"/(accounts/login|auth/login)/?$")
USUAL_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
#: What no page of ours is ever asked with, by name.
PROBES = {
    "SQL injection": re.compile(
        r"union\s+(all\s+)?select|'\s*or\s+'?\d|sleep\(\d|information_schema|;\s*drop\s+table", re.I
    ),
    "script injection": re.compile(r"<script|javascript:|onerror\s*=", re.I),
    "path traversal": re.compile(r"\.\./|\.\.\\|/etc/passwd|win\.ini", re.I),
    "command injection": re.compile(
        r"\$\{jndi:|;\s*(cat|wget|curl)\s|\|\s*(id|sh|bash)\b|\$\(", re.I
    ),
    "search for foreign files": re.compile(
        r"/(\.env|\.git/|wp-login|wp-admin|phpmyadmin|xmlrpc\.php|\.aws/|actuator)", re.I
    ),
}
SCANNERS = re.compile(r"sqlmap|nikto|nmap|masscan|zgrab|acunetix|dirbuster|gobuster|nuclei", re.I)


@dataclass(frozen=True)
class Hit:
    """One request; ``address`` "" and ``path`` a route where our own lines tell no more."""

    at: datetime
    address: str
    method: str
    path: str
    status: int
    agent: str


@dataclass(frozen=True)
class Finding:
    """One odd thing; ``kind`` is stable, the sentence is for people."""

    kind: str
    who: str
    sentence: str


def hits(lines: Iterable[str]) -> Iterator[Hit]:
    """What can be read; other lines are left out."""
    for line in lines:
        found = _from_json(line) if line.lstrip().startswith("{") else _from_combined(line)
        if found is not None:
            yield found


def _from_combined(line: str) -> Hit | None:
    match = COMBINED.match(line)
    if match is None:
        return None
    method, _, rest = match["request"].partition(" ")
    path = rest.rpartition(" ")[0] or rest
    try:
        at = datetime.strptime(match["at"], TIME).astimezone(UTC)
    except ValueError:
        return None
    return Hit(at, match["address"], method, path, int(match["status"]), match["agent"] or "")


def _from_json(line: str) -> Hit | None:
    try:
        said = json.loads(line)
        at = datetime.fromisoformat(said["timestamp"]).astimezone(UTC)
        who = str(said.get("user_id", ""))
        return Hit(at, who, said["method"], said["route"], int(said["status"]), "")
    except (ValueError, KeyError, TypeError):
        return None


def findings(found: list[Hit]) -> list[Finding]:
    """Everything odd, by kind; one finding for each address and kind."""
    return [*_probes(found), *_by_agent(found), *_by_count(found), *_by_share(found)]


def _probes(found: list[Hit]) -> Iterator[Finding]:
    counted: Counter[tuple[str, str]] = Counter()
    for one in found:
        path = unquote_plus(unquote_plus(one.path))
        for name, pattern in PROBES.items():
            if pattern.search(path) or (name == "command injection" and pattern.search(one.agent)):
                counted[name, one.address] += 1
    for (name, who), count in sorted(counted.items()):
        yield Finding(name, who, f"{who or 'Somebody'} tried {name} {count} times.")


def _by_agent(found: list[Hit]) -> Iterator[Finding]:
    for who in sorted({one.address for one in found if SCANNERS.search(one.agent)}):
        yield Finding("scanner", who, f"{who} runs a scanner against this site.")
    odd = {one.address for one in found if one.method and one.method not in USUAL_METHODS}
    for who in sorted(odd):
        yield Finding("odd method", who, f"{who} asks with a method that nobody uses here.")


def _by_count(found: list[Hit]) -> Iterator[Finding]:
    minutes: dict[str, Counter[str]] = defaultdict(Counter)
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    missed: dict[str, set[str]] = defaultdict(set)
    for one in found:
        minutes[one.address][f"{one.at:%Y%m%d%H%M}"] += 1
        counts["rate limit"][one.address] += one.status == 429
        counts["forbidden"][one.address] += one.status in (401, 403)
        is_try = one.method == "POST" and SIGN_IN.search(one.path.partition("?")[0])
        counts["sign-in tries"][one.address] += bool(is_try) and one.status in (200, 400, 401, 429)
        counts["server faults"][""] += one.status >= 500
        if one.status == 404:
            missed[one.address].add(one.path)
    for who, busy in sorted(minutes.items()):
        most = max(busy.values())
        if most > CALLS_A_MINUTE:
            yield Finding("high frequency", who, f"{who} asked {most} times in one minute.")
    for kind, least, words in (
        ("rate limit", REFUSED_BY_LIMIT, "was stopped by a rate limit"),
        ("sign-in tries", SIGN_IN_TRIES, "tried to sign in without success"),
        ("forbidden", FORBIDDEN, "asked for what is not theirs"),
        ("server faults", FAULTS, "Requests ended in a fault of ours"),
    ):
        for who, count in sorted(counts[kind].items()):
            if count >= least:
                sentence = f"{who} {words} {count} times." if who else f"{words}: {count}."
                yield Finding(kind, who, sentence)
    for who, paths in sorted(missed.items()):
        if len(paths) >= DIFFERENT_MISSES:
            yield Finding(
                "sweep", who, f"{who} asked for {len(paths)} addresses that do not exist."
            )


def _by_share(found: list[Hit]) -> Iterator[Finding]:
    counted = Counter(one.address for one in found if one.address)
    if len(found) < LONG_ENOUGH or not counted:
        return
    who, count = counted.most_common(1)[0]
    if count / len(found) > GREATEST_SHARE:
        share = 100 * count / len(found)
        yield Finding("top address", who, f"{share:.0f} % of all requests come from {who}.")


def make(lines: Iterable[str], *, name: str) -> Report:
    """The report on one log."""
    found = list(hits(lines))
    odd = findings(found)
    top = Counter(one.address or "(not told)" for one in found).most_common(10)
    by_status = Counter(f"{one.status // 100}xx" for one in found)
    span = f"{found[0].at:%-d %B, %H:%M} to {found[-1].at:%-d %B, %H:%M}" if found else "empty"
    sections = [
        Section("What is odd", [f"{len(found)} requests were read."], ["Kind", "Who", "What"],
                [[one.kind, one.who, one.sentence] for one in odd],
                [one.sentence for one in odd], names_people=True),
        Section("Most requests", [], ["Address", "Requests"], [[w, str(n)] for w, n in top],
                names_people=True),
        Section("Answers", [], ["Status", "Requests"],
                [[status, str(n)] for status, n in sorted(by_status.items())]),
    ]  # fmt: skip
    figures = {"requests": float(len(found)), "findings": float(len(odd))}
    return Report("access-log", f"Access log {name}", span, sections, figures)
