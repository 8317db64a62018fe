"""A charter whose PDF is being made, and a look for it."""

from __future__ import annotations

from charters.models import Charter, Export
from charters.services import looks
from governance import files

LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2"><rect width="4" height="2"/></svg>'
)


def ask_for_pdf(charter: Charter) -> Export:
    """The owner's wish, which the worker has not fulfilled yet."""
    owner = charter.session.owner
    looks.change_look(wish=looks.Wish("Board", "#1d4f91", "", logo=LOGO), by=owner)
    made = files.take_file(charter.revisions.get(), files.Wish("pdf"), address=str, by=owner)
    assert isinstance(made, Export)
    return made
