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
    ("interviews:session-keep-away", "POST"): {"keep": "yes"},
    ("interviews:candidate-handle", "POST"): {"action": "accept"},
    ("keys:key-rotate", "POST"): ONCE | {"overlap": "7"},
    ("keys:service-accounts", "POST"): ACCOUNT,
    ("keys:hand-over", "POST"): {"owner": "sue@example.org"},
    ("people:invite", "POST"): NEWCOMER,
    ("people:invitation-accept", "POST"): {"name": "Ines", "password": "correct horse battery"},
    ("people:role", "POST"): {"role": "reviewer"},
    ("people:access", "POST"): {"action": "deactivate"},
    ("webhooks:webhook-new", "POST"): HOOK | ONCE,
    ("webhooks:webhook-change", "POST"): HOOK | ONCE,
    ("webhooks:webhook-secret", "POST"): ONCE,
    ("webhooks:webhook-handle", "POST"): {"action": "test"},
    ("operations:audit-export", "POST"): {"format": "csv"},
    ("operations:erase", "POST"): {"email": "carl@example.org"},
    ("operations:model-test", "POST"): CIRCUIT,
    ("operations:circuit-reset", "POST"): CIRCUIT,
    ("operations:circuit-stop", "POST"): CIRCUIT,
    ("operations:circuit-figures", "POST"): CIRCUIT,
    ("operations:setting", "POST"): {"value": "30", "version": "1"},
    ("operations:setting-undo", "POST"): {"version": "1"},
    # Operations of the HTTP API
    ("api:me", "PATCH"): {"name": "Somebody else"},
    ("api:user", "PATCH"): {"role": "reviewer"},
    ("api:invitations", "POST"): NEWCOMER,
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
    ("api:session-candidate", "POST"): {"action": "accept"},
    ("api:collaborators", "POST"): COLLEAGUE,
    ("api:collaborator", "PATCH"): {"level": "edit"},
    ("api:session-hand-over", "POST"): {"email": "mallory@example.org"},
    ("api:colleague-requests", "POST"): {"question": "S1-03", "email": "nora@example.net"},
    ("api:setting", "PATCH"): {"value": 30},
}
