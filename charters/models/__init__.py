"""Tables of the second floor."""

from charters.models.charter import Charter
from charters.models.export import Export
from charters.models.look import DocumentLook
from charters.models.prose import Prose
from charters.models.revision import Revision

__all__ = ["Charter", "DocumentLook", "Export", "Prose", "Revision"]
