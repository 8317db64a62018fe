"""What stands in addresses of the portfolio: a view and a mapping of Alice's, and her imports."""

from __future__ import annotations

from accounts.models import User
from governance.portfolio.asked import Asked
from governance.services import importing, saved_views
from tests.builders.portfolio import SMALL, imported, uploaded


def of_the_portfolio(owner: User) -> dict[str, str]:
    """One import at each step, so that every deed finds what it needs."""
    first = importing.take_file(name="cases.csv", content=SMALL.encode(), by=owner)
    mapping = importing.save_mapping(name="Ours", batch=first, chosen=first.targets, by=owner)
    view = saved_views.save_view(name="All", asked=Asked(), is_shared=True, by=owner)
    mapped, done = uploaded(owner, "Name\nAnother case\n"), imported(owner)
    steps = {
        "columns": first,
        "check": mapped,
        "confirm": mapped,
        "result": done,
        "file": done,
        "rows": done,
        "undo": done,
    }
    return {
        "figure": "risks",
        "governance:portfolio-view.code": str(view.code),
        "api:saved-view.code": str(view.code),
        "governance:import-mapping.code": str(mapping.code),
        "api:import.code": str(first.code),
        **{f"governance:import-{name}.code": str(batch.code) for name, batch in steps.items()},
        **{f"api:import-{name}.code": str(batch.code) for name, batch in steps.items()},
    }
