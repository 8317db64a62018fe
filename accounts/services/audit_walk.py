"""Follows the chain from row to row and names the first one that does not fit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.models import AuditSegment
from accounts.services.audit import HASH_VERSION, SYSTEM, address_hash, chain_hash
from accounts.services.audit_rows import Row

#: The deeds that the check itself reads.
ERASED = "person.erased"
SEALED = "audit.sealed"


@dataclass(frozen=True)
class Fault:
    """The first bad place: its sequence, which part of the record it is, and a sentence.

    ``part`` is one of sequence, id, contents, hash, previous_hash, address, encoding, head,
    segment, file, anchor.
    """

    sequence: int
    part: str
    sentence: str


class ChainBroken(Exception):
    """The record is not what was recorded; ``fault`` names the first place."""

    def __init__(self, sequence: int, part: str, sentence: str) -> None:
        super().__init__(sentence)
        self.fault = Fault(sequence, part, sentence)


@dataclass
class Walk:
    """Where the walk stands; memory grows with erased people and sealed segments, not with rows."""

    sequence: int = 0
    hash: str = ""
    anchors: Mapping[int, str] = field(default_factory=dict)
    #: None before the first row: there is nothing before it that could have been rewritten.
    is_first: bool = True
    version: int = 0
    row_count: int = 0
    anchor_count: int = 0
    #: Whose address is missing -> the first such row; a later erasure settles it.
    emptied: dict[str, int] = field(default_factory=dict)
    #: First sequence -> what the deed of sealing says of a segment.
    sealings: dict[int, dict[str, Any]] = field(default_factory=dict)

    def follow(self, rows: Iterable[Row], *, is_file: bool = False, end_hash: str = "") -> None:
        """Takes every row. ``end_hash`` is what stands for the last one elsewhere, if it does.

        Raises ChainBroken.
        """
        iterator = iter(rows)
        row = next(iterator, None)
        while row is not None:
            after = next(iterator, None)
            self._take(row, after.previous_hash if after else end_hash, is_file=is_file)
            row = after

    def jump(self, segment: AuditSegment) -> None:
        """Goes to the end of a sealed segment whose file is elsewhere."""
        self._move(segment.last_sequence, segment.last_hash)
        self.is_first = True

    def _take(self, row: Row, next_says: str, *, is_file: bool) -> None:
        self._check_place(row)
        self._check_contents(row, next_says)
        self._check_address(row, is_file=is_file)
        self.version = row.hash_version
        self.row_count += 1
        self._move(row.sequence, row.hash)
        if row.type == ERASED:
            self.emptied.pop(row.subject, None)
        elif row.type == SEALED:
            self.sealings[int(row.detail.get("first_sequence", 0))] = row.detail

    def _check_place(self, row: Row) -> None:
        expected = self.sequence + 1
        if row.sequence > expected:
            words = f"Row {expected} is missing: row {row.sequence} comes after {self.sequence}."
            raise ChainBroken(expected, "sequence", words)
        if row.sequence < expected:
            words = f"Row {row.sequence} stands where the chain is at {expected} already."
            raise ChainBroken(row.sequence, "sequence", words)
        if row.odd:
            words = f"Row {row.sequence} holds a {row.odd} that U-AIP would not have written so."
            raise ChainBroken(row.sequence, "encoding", words)
        if row.id != row.sequence:
            words = f"Row {row.sequence} has the key {row.id}, which must be the same number."
            raise ChainBroken(row.sequence, "id", words)

    def _check_contents(self, row: Row, next_says: str) -> None:
        own = chain_hash(row)
        is_whole, is_linked = own == row.hash, row.previous_hash == self.hash
        if not is_whole:
            self._name_mismatch(row, own, next_says, is_linked=is_linked)
        if not is_linked:
            self._name_broken_link(row)
        is_known = 1 <= row.hash_version <= HASH_VERSION and row.hash_version >= self.version
        if not is_known or (row.hash_version == 1 and (row.request_id or row.address_hash)):
            words = f"Row {row.sequence} says version {row.hash_version} of the hash, wrongly."
            raise ChainBroken(row.sequence, "contents", words)

    def _name_mismatch(self, row: Row, own: str, next_says: str, *, is_linked: bool) -> None:
        """Which part of a row was changed, by what its neighbours still know of it."""
        if not is_linked:
            stored, row.previous_hash = row.previous_hash, self.hash
            is_link_alone, row.previous_hash = chain_hash(row) == row.hash, stored
            if is_link_alone:
                words = f"The link of row {row.sequence} to the row before was changed."
                raise ChainBroken(row.sequence, "previous_hash", words)
        if own == next_says:
            words = f"The hash of row {row.sequence} was changed; the row itself was not."
            raise ChainBroken(row.sequence, "hash", words)
        words = f"Row {row.sequence} is not what was recorded: its contents were changed."
        raise ChainBroken(row.sequence, "contents", words)

    def _name_broken_link(self, row: Row) -> None:
        """The row is whole, so it followed another row than the one that stands before it."""
        if self.is_first:
            words = f"Row {row.sequence} does not follow on what should stand before it."
            raise ChainBroken(row.sequence, "previous_hash", words)
        words = (
            f"Row {self.sequence} was rewritten with a hash of its own: "
            f"row {row.sequence} followed another one."
        )
        raise ChainBroken(self.sequence, "contents", words)

    def _check_address(self, row: Row, *, is_file: bool) -> None:
        if row.address or row.address_salt:
            if address_hash(row.address_salt, row.address) != row.address_hash or not row.address:
                words = f"The address of row {row.sequence} is not the one that was recorded."
                raise ChainBroken(row.sequence, "address", words)
        elif row.address_hash and not is_file:
            # Failed sign-ins are recorded by the system; the address may be the person's own.
            owner = row.subject if row.actor == SYSTEM else row.actor
            self.emptied.setdefault(owner, row.sequence)

    def _move(self, sequence: int, digest: str) -> None:
        self.sequence, self.hash, self.is_first = sequence, digest, False
        anchored = self.anchors.get(sequence)
        if anchored is None:
            return
        self.anchor_count += 1
        if anchored != digest:
            words = (
                f"An anchor knows row {sequence} with another hash: "
                "the chain was rewritten up to there, or the anchor was changed."
            )
            raise ChainBroken(sequence, "anchor", words)
