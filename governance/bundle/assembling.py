"""Puts the program of a bundle together: the engine's own modules and the checks, in one file."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

#: In the order in which they need each other; all of them of the standard library alone.
PARTS = (
    "interviews/risk.py",
    "governance/engine/decision.py",
    "governance/rulepacks/effect.py",
    "governance/bundle/plain_facts.py",
    "governance/engine/levels.py",
    "governance/engine/floors.py",
    "governance/engine/conditions.py",
    "governance/engine/decide.py",
    "governance/bundle/checking.py",
)
OURS = ("interviews", "governance")
ROOT = Path(__file__).resolve().parents[2]
HEAD = '''#!/usr/bin/env python3
"""Checks this decision bundle and computes its decision again.

    python3 verify.py                 the folder in which this file stands
    python3 verify.py bundle.zip      a bundle as it was downloaded

Needs Python 3.9 or later and nothing else; it opens no connection and writes nothing.
Exit code 0: whole, 1: something was changed or does not follow, 2: nothing to check.
Put together from the modules of U-AIP's decision engine, each named above its text.
"""

from __future__ import annotations

'''
TAIL = '\n\nif __name__ == "__main__":\n    sys.exit(main(sys.argv[1:]))\n'


@cache
def program() -> str:
    """The text of verify.py."""
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in PARTS}
    imports = sorted({line for text in texts.values() for line in _imports(text)})
    plain = [line for line in imports if line.startswith("import ")]
    named = [line for line in imports if line.startswith("from ")]
    bodies = [f"\n\n# === {name} ===\n\n{_body(text)}" for name, text in texts.items()]
    return HEAD + "\n".join([*plain, *named]) + "\n" + "".join(bodies) + TAIL


def _imports(text: str) -> list[str]:
    """What a module imports of the standard library, a line each."""
    found = []
    for node in ast.parse(text).body:
        if isinstance(node, ast.Import):
            found += [f"import {alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and not _is_left_out(node):
            found += [f"from {node.module} import {alias.name}" for alias in node.names]
    return found


def _is_left_out(node: ast.ImportFrom) -> bool:
    return str(node.module).split(".")[0] in (*OURS, "__future__")


def _body(text: str) -> str:
    """A module without its imports and its first words."""
    lines = text.splitlines()
    tree = ast.parse(text)
    head = tree.body[0]
    dropped: list[ast.stmt] = [
        node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    if isinstance(head, ast.Expr) and isinstance(head.value, ast.Constant):
        dropped.append(head)
    gone = {number for node in dropped for number in range(node.lineno, (node.end_lineno or 0) + 1)}
    kept = [line for number, line in enumerate(lines, start=1) if number not in gone]
    return "\n".join(kept).strip() + "\n"
