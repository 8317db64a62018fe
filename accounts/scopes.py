"""What each permission means to somebody who gives it to a program."""

from __future__ import annotations

from accounts.permissions import Permission

WORDS: dict[str, str] = {
    Permission.SESSION_START: "Start interviews",
    Permission.SESSION_VIEW: "Read interviews and charters that the holder may read",
    Permission.SESSION_ANSWER: "Answer questions where the holder may answer",
    Permission.SESSION_VIEW_RELEASED: "Read every interview whose charter was issued",
    Permission.SESSION_VIEW_ALL: "Read every interview and charter",
    Permission.CHARTER_ISSUE: "Issue charters",
    Permission.COMMENT_POST: "Comment on charters that the holder may comment on",
    Permission.READING_RECORD: "Record readings of commitments that the holder answers for",
    Permission.REVIEW_VOTE: "Vote and rule on charters (people only)",
    Permission.COMMITTEE_MANAGE: "Manage committees and seats",
    Permission.USER_MANAGE: "Manage people",
    Permission.AUDIT_VIEW: "Read the record of deeds",
    Permission.MODEL_VIEW: "See language models",
    Permission.MODEL_MANAGE: "Manage language models",
    Permission.KEY_ISSUE: "Make, renew and revoke the holder’s own keys",
    Permission.KEY_MANAGE: "Manage everybody’s keys and service accounts",
    Permission.WEBHOOK_MANAGE: "Manage webhooks",
    Permission.SETTING_VIEW: "See the configuration",
    Permission.SETTING_MANAGE: "Change settings at run time",
    Permission.RULES_PUBLISH: "Propose and publish the rules of decisions (people only)",
    Permission.SYSTEM_VIEW: "See whether the installation works",
    Permission.QUEUE_MANAGE: "Retry, cancel and hold back background work",
    Permission.INCIDENT_MANAGE: "Open and handle operational incidents, alerts among them",
}


def in_words(scope: str) -> str:
    """A permission as people read it; one that there is no longer as it is stored."""
    return WORDS.get(scope, scope)
