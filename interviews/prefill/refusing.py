"""Why a file is not read, each with what to do next, and the limits behind it."""

from __future__ import annotations

MEGABYTE = 1024 * 1024
LARGEST_FILE = 10 * MEGABYTE
MOST_PAGES = 500
LARGEST_UNPACKED = 50 * MEGABYTE
#: Unpacked to packed; office files of honest people stay far below.
HIGHEST_RATIO = 100
MOST_MEMBERS = 2000
#: As much text is used; what stands behind is left out and said so.
MOST_CHARACTERS = 200_000
SECONDS = 20

EMPTY = "The file is empty. Choose another one."
TOO_LARGE = (
    "The file is larger than 10 MB. Leave out pictures, or save the text alone, and upload that."
)
WRONG_TYPE = (
    "This is no DOCX, PDF, Markdown or text file. Save the proposal as one of these and upload it."
)
DISGUISED = "The name of the file says {said}, but it holds something else. Save it anew from the program that made it."
OLD_WORD = "This is a Word file of the old format, or one with a password. Save it as DOCX without a password and upload that."
MACROS = "The file holds macros. Save it as DOCX without macros and upload that."
LOCKED = "The file is protected by a password. Save a copy without one and upload that."
TOO_MANY_PAGES = "The file has more than 500 pages. Upload the part that describes the project."
UNPACKS_TOO_LARGE = "Unpacked, the file is far larger than a proposal is. Copy its text into a new file and upload that."
BROKEN = "The file is damaged or is not what it seems. Open it, save it anew and upload that."
ODD_PARTS = "The file holds parts that do not belong into a DOCX. Copy its text into a new file and upload that."
NOT_TEXT = (
    "The file holds characters that no text has. Save it as plain text (UTF-8) and upload that."
)
NO_TEXT = "There is no text in the file; perhaps it is a scan. Upload a version whose text can be selected."
TOO_SLOW = "The file could not be read within 20 seconds. Save its text alone and upload that."


class FileRefused(Exception):
    """The file is not read; ``str()`` is the sentence for the person."""
