"""What is sent where an empty form or body would be refused for what is missing.

So that whoever may do something does it, and a refusal is about who asks. ``{name}`` is what
stands in addresses under this name.
"""

from __future__ import annotations

from typing import Any

WORDS = "Tenants wait 19 days for a heating repair."
NEWCOMER = {"email": "nora@example.net", "role": "user"}
COLLEAGUE = {"email": "mallory@example.org", "level": "comment"}
UNKNOWN = {"owner": "Head of repairs", "due": "2036-11-21"}
FINDING = {"action": "carry", "reason": "The owner of the data buys a longer history."}
KEY = {"name": "A script", "scopes": ["session.view"]}
ACCOUNT = {"name": "A script", "owner": "ada@example.org", "role": "user"}
HOOK = {"url": "https://hooks.example.com/more", "description": "", "events": ["session.completed"]}
ONCE = {"once": "{once}"}
CIRCUIT = {"provider": "openai", "model": "a-model", "reason": "It costs too much."}
COMMITTEE = {"name": "Another board", "quorum": "1", "rule": "majority", "is_default": "on"}
INCIDENT = {"severity": "minor", "happened_on": "2026-01-02", "text": "It was down."}
VERDICT = {
    "outcome": "approve",
    "reason": "The controls are tested, and the desk knows whom to ask when a figure looks odd.",
}
DISPUTE = {"reason": "It overlooks the target, which stands in the second sentence."}
RULING = {"outcome": "keep", "reason": VERDICT["reason"]}
LEVELS = {"monitor": "1", "revise": "2", "committee": "3", "halt": "5", "breadth_count": "3"} | {
    "revise_below": "0.7",
    "reason": "The board wants to see more cases.",
}

BODIES: dict[tuple[str, str], dict[str, Any]] = {
    # Pages
    ("interviews:session-start", "POST"): {"project_name": "Repair triage"},
    ("interviews:people", "POST"): COLLEAGUE,
    ("interviews:hand-over", "POST"): {"new-email": "mallory@example.org"},
    ("interviews:colleagues", "POST"): {"email": "nora@example.net"},
    ("interviews:colleague-reply", "POST"): {"reply": WORDS},
    ("interviews:coach-take", "POST"): {"coaching": "{coaching}"},
    ("interviews:coach-undo", "POST"): {"coaching": "{coaching}"},
    ("interviews:finding-handle", "POST"): FINDING,
    ("interviews:dispute", "POST"): DISPUTE,
    ("interviews:dispute-ruling", "POST"): RULING,
    ("interviews:session-keep-away", "POST"): {"keep": "yes"},
    ("interviews:candidate-handle", "POST"): {"action": "accept"},
    ("keys:key-rotate", "POST"): ONCE | {"overlap": "7"},
    ("keys:service-accounts", "POST"): ACCOUNT,
    ("keys:hand-over", "POST"): {"owner": "sue@example.org"},
    ("people:invite", "POST"): NEWCOMER,
    ("people:invitation-accept", "POST"): {"name": "Ines", "password": "correct horse battery"},
    ("people:role", "POST"): {"role": "reviewer"},
    ("people:access", "POST"): {"action": "deactivate"},
    ("people:promotion", "POST"): {"action": "ask"},
    ("webhooks:webhook-new", "POST"): HOOK | ONCE,
    ("webhooks:webhook-change", "POST"): HOOK | ONCE,
    ("webhooks:webhook-secret", "POST"): ONCE,
    ("webhooks:webhook-handle", "POST"): {"action": "test"},
    ("operations:audit-export", "POST"): {"format": "csv"},
    ("operations:erase", "POST"): {"email": "carl@example.org"},
    ("operations:incident-new", "POST"): {
        "title": "Slow",
        "severity": "P3",
        "kind": "operational",
    },
    ("operations:incident-deed", "POST"): {"text": "Looked."},
    ("operations:incident-review", "POST"): {"text": "The disk was too small."},
    ("operations:incident-follow-up", "POST"): {
        "text": "Alert",
        "owner": "olga@example.org",
        "due_date": "2030-01-31",
    },
    ("api:ops-alerts", "POST"): {"alerts": []},
    ("api:ops-incidents", "POST"): {"title": "Slow", "severity": "P3"},
    ("operations:queue-retry", "POST"): {"is_all": "on"},
    ("operations:queue-cancel", "POST"): {"number": "1", "why": "It hangs."},
    ("operations:queue-hold", "POST"): {"kind": "webhook", "why": "Moving."},
    ("operations:queue-release", "POST"): {"kind": "webhook"},
    ("api:queue-retry", "POST"): {"all": True},
    ("api:queue-cancel", "POST"): {"numbers": [1], "why": "It hangs."},
    ("api:queue-hold", "POST"): {"kinds": ["webhook"], "why": "Moving."},
    ("api:queue-release", "POST"): {"kinds": ["webhook"]},
    ("operations:model-test", "POST"): CIRCUIT,
    ("operations:circuit-reset", "POST"): CIRCUIT,
    ("operations:circuit-stop", "POST"): CIRCUIT,
    ("operations:circuit-figures", "POST"): CIRCUIT,
    ("governance:rule-thresholds", "POST"): LEVELS,
    ("charters:look", "POST"): {"name": "Heron Street", "accent": "#7a1f5c"},
    ("governance:share", "POST"): {"profile": "external", "hours": "24", "once": "{once}"},
    ("governance:review-vote", "POST"): VERDICT,
    ("governance:review-ruling", "POST"): VERDICT,
    ("governance:thread", "POST"): {"text": WORDS},
    ("governance:thread-new", "POST"): {"anchor": "charter", "text": WORDS},
    ("governance:comment-edit", "POST"): {"text": WORDS},
    ("governance:commitment", "POST"): {"measured_on": "2026-01-02", "value": "yes"},
    ("governance:incident-new", "POST"): INCIDENT,
    ("governance:retire", "POST"): {"reason": VERDICT["reason"]},
    ("governance:committee-list", "POST"): COMMITTEE,
    ("governance:committee", "POST"): COMMITTEE,
    ("governance:committee-close", "POST"): {"action": "close"},
    ("governance:seat-add", "POST"): {"email": "sue@example.org"},
    ("operations:setting", "POST"): {"value": "30", "version": "1"},
    ("operations:setting-undo", "POST"): {"version": "1"},
    ("governance:portfolio-case", "POST"): {"department": "Housing"},
    ("governance:portfolio-view-save", "POST"): {"name": "Mine"},
    ("governance:import-columns", "POST"): {"column-0": "title"},
    ("operations:schedule-run", "POST"): {"name": "close_silent_runs"},
    ("operations:task-sign", "POST"): {"name": "errors"},
    ("operations:maintenance", "POST"): {"mode": "banner", "message": "Soon.", "notice": "0"},
    # Operations of the HTTP API
    ("api:system-schedule-run", "POST"): {"name": "close_silent_runs"},
    ("api:system-maintenance", "POST"): {"mode": "banner", "message": "Soon."},
    ("api:inventory-case", "PATCH"): {"department": "Housing"},
    ("api:import-columns", "PUT"): {"targets": ["title", "", "S1-01", "", ""]},
    ("api:me", "PATCH"): {"name": "Somebody else"},
    ("api:user", "PATCH"): {"role": "reviewer"},
    ("api:invitations", "POST"): NEWCOMER,
    ("api:promotions", "POST"): {"person": "{person}"},
    ("api:keys", "POST"): KEY,
    ("api:service-accounts", "POST"): {"name": "A script"},
    ("api:webhooks", "POST"): HOOK,
    ("api:webhook", "PATCH"): {"description": "Another purpose"},
    ("api:sessions", "POST"): {"project_name": "Repair triage"},
    ("api:session", "PATCH"): {"is_kept_from_model": True},
    ("api:session-answer", "POST"): {"question_id": "S1-01", "answer": WORDS},
    ("api:item-attempts", "POST"): {"value": WORDS},
    ("api:item-draft", "PUT"): {"value": WORDS},
    ("api:item-unknown", "POST"): UNKNOWN,
    ("api:item-coachings", "POST"): {"value": WORDS},
    ("api:session-finding", "POST"): FINDING,
    ("api:item-disputes", "POST"): DISPUTE,
    ("api:dispute-ruling", "POST"): {"reason": RULING["reason"]},
    ("api:session-candidate", "POST"): {"action": "accept"},
    ("api:collaborators", "POST"): COLLEAGUE,
    ("api:collaborator", "PATCH"): {"level": "edit"},
    ("api:session-hand-over", "POST"): {"email": "mallory@example.org"},
    ("api:colleague-requests", "POST"): {"question": "S1-03", "email": "nora@example.net"},
    ("api:setting", "PATCH"): {"value": 30},
    ("api:rule-proposals", "POST"): {
        "thresholds": {"revise": 2, "monitor": 1},
        "reason": LEVELS["reason"],
    },
    ("api:saved-views", "POST"): {"name": "Mine"},
    ("api:review-votes", "POST"): VERDICT,
    ("api:review-ruling", "POST"): VERDICT,
    ("api:charter-retirement", "POST"): {"reason": VERDICT["reason"]},
    ("api:threads", "POST"): {"text": WORDS},
    ("api:readings", "POST"): {"measured_on": "2026-01-02", "is_done": True},
    ("api:incidents", "POST"): INCIDENT,
    ("api:thread", "PATCH"): {"state": "resolved"},
    ("api:thread-comments", "POST"): {"text": WORDS},
    ("api:comment", "PATCH"): {"text": WORDS},
    ("api:committees", "POST"): {"name": "Another board"},
    ("api:committee", "PATCH"): {"quorum": 3},
    ("api:seats", "POST"): {"person": "{sue}"},
    ("api:seat", "PATCH"): {"is_chair": True},
}
