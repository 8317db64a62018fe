"""An interview under way as a document: what is there so far, or one stage's deliverable alone."""

from __future__ import annotations

from collections.abc import Iterator

from charters.content import CharterContent
from charters.rendering.document import charter_document
from charters.rendering.nodes import Entry, Grid, Layout, Node, Part

IN_PROGRESS = "in progress"
#: Sections whose statements come from the answers themselves; later ones sum them up.
OF_ANSWERS = frozenset(map(str, (3, 4, 5, 6, 7, 8, 9)))
#: What only an issued charter has.
LEFT_OUT = frozenset({"decision", "approvals", "changes", "transcript"})
WARNING = Entry(
    label="In progress.",
    value="This shows the interview as it stands. Nothing has been issued or decided.",
)


def so_far(content: CharterContent) -> Layout:
    """Everything that has been answered, with what is missing said."""
    document = charter_document(content, watermark=IN_PROGRESS)
    parts = [part for part in document.parts if part.key not in LEFT_OUT]
    return _interim(document, parts, kicker="AI project charter, progress so far")


def deliverable(content: CharterContent, *, stage: int, title: str) -> Layout:
    """What one stage has produced: every statement that rests on answers of that stage alone."""
    document = charter_document(content, watermark=IN_PROGRESS)
    parts = [
        part.model_copy(update={"nodes": nodes})
        for part in document.parts
        if part.number in OF_ANSWERS and (nodes := list(_of_stage(part, f"S{stage}-")))
    ]
    scores = [part for part in document.parts if part.key == "scores"]
    parts += [_only(part, f"S{stage}-") for part in scores]
    facts = [one for one in document.facts if _rests_on([one.marks], f"S{stage}-")]
    return _interim(document, parts, kicker=title).model_copy(update={"facts": facts})


def _interim(document: Layout, parts: list[Part], *, kicker: str) -> Layout:
    entries = [one for one in document.entries if one.label in ("As of", "Feasibility", "Protocol")]
    properties = {
        name: value
        for name, value in document.properties.items()
        if name in ("project", "protocol", "as_of", "watermark")
    }
    return document.model_copy(
        update={
            "kicker": kicker,
            "entries": entries,
            "banners": [WARNING, *(one for one in document.banners if one.label == "Sample.")],
            "parts": parts,
            "footer": f"{kicker}, as of {properties.get('as_of', '')}",
            "properties": properties,
        }
    )


def _of_stage(part: Part, prefix: str) -> Iterator[Node]:
    """The nodes of one stage, each heading only before something of its own."""
    heading: Node | None = None
    for node in part.nodes:
        if node.kind == "heading":
            heading = node
        elif _is_of(node, prefix):
            if heading is not None:
                yield heading
                heading = None
            yield node
        elif node.kind not in ("drawing",):
            heading = None


def _is_of(node: Node, prefix: str) -> bool:
    match node.kind:
        case "prose" | "bullets":
            return _rests_on([one.marks for one in node.items], prefix)
        case "grid":
            return _rests_on([node.marks, *(row.marks for row in node.rows)], prefix)
    return False


def _rests_on(sources: list[list], prefix: str) -> bool:
    """Whether there are sources and all are answers of the stage."""
    labels = [mark.label for marks in sources for mark in marks]
    return bool(labels) and all(label.startswith(prefix) for label in labels)


def _only(part: Part, prefix: str) -> Part:
    """Appendix B with the rows of one stage."""
    nodes = [
        node.model_copy(
            update={"rows": [row for row in node.rows if row.cells[0].startswith(prefix)]}
        )
        if isinstance(node, Grid)
        else node
        for node in part.nodes
    ]
    return part.model_copy(update={"nodes": nodes, "number": ""})
