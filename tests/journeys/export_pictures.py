"""Takes docs/images/exports-*.png anew: `python -m tests.journeys.export_pictures`.

Conducts every sample on a database of its own, makes its files, and sets eight pages of each on one
sheet. Needs pdftoppm (poppler-utils) and soffice (LibreOffice).
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path
from typing import Literal

import typst

ROOT = Path(__file__).resolve().parent.parent.parent
IMAGES = ROOT / "docs" / "images"
#: (format, profile) of each sheet.
KINDS: tuple[tuple[str, Literal["full", "external"]], ...] = (
    ("pdf", "full"),
    ("pdf", "external"),
    ("docx", "full"),
)
PAGES = 8
SHEET = """
#set page(width: auto, height: auto, margin: 4pt, fill: luma(75%))
#grid(columns: 4, gutter: 4pt, ..range({count}).map(n => image("/page-" + str(n) + ".png", width: 216pt)))
"""


def make_files(folder: Path) -> list[Path]:
    """The files of every sample as PDF."""
    os.environ["UAIP_SQLITE_PATH"] = str(folder / "exports.sqlite3")
    os.environ["UAIP_DATA_DIR"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "uaip_project.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from governance import files
    from uaip_project.operations import demo
    from uaip_project.operations.conduct import conduct

    requester, _ = demo.demo_people()
    made = []
    for entry in demo.catalog():
        run = conduct(demo.read_sample(entry), by=requester, source_note=entry["source"])
        assert run.decision is not None
        for name, profile in KINDS:
            wish = files.Wish(name, profile=profile)
            file = files.make_file(run.decision.revision, wish, viewer=requester)
            place = folder / f"{Path(entry['file']).stem}-{name}-{profile}.{name}"
            place.write_bytes(file.body)
            made.append(place if name == "pdf" else as_pdf(place))
    return made


def as_pdf(document: Path) -> Path:
    """A Word file as LibreOffice prints it."""
    profile = f"-env:UserInstallation=file://{document.parent}/office"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", document.name]
    subprocess.run(command, cwd=document.parent, check=True, capture_output=True)
    return document.with_suffix(".pdf")


def photograph(document: Path) -> bytes:
    """Eight pages from the first to the last on one sheet."""
    with tempfile.TemporaryDirectory(dir=document.parent) as place:
        command = ["pdftoppm", "-r", "40", "-png", str(document), f"{place}/all"]
        subprocess.run(command, check=True)
        pages = sorted(Path(place).glob("all-*.png"))
        chosen = [pages[round(n * (len(pages) - 1) / (PAGES - 1))] for n in range(PAGES)]
        for number, page in enumerate(chosen):
            (Path(place) / f"page-{number}.png").write_bytes(page.read_bytes())
        made = typst.Compiler(SHEET.replace("{count}", str(PAGES)).encode(), root=place).compile(
            format="png", ppi=72
        )
    assert isinstance(made, bytes)
    return made


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        for file in make_files(Path(temporary)):
            (IMAGES / f"exports-{file.stem.replace('_', '-')}.png").write_bytes(photograph(file))
