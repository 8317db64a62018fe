"""The full-text index that the portfolio and precedents search by: how it is, and made anew."""

from __future__ import annotations

from uaip_project.operations.database_care import asking, sizes
from uaip_project.operations.runs import Outcome

NAME = "sessions_by_words"
#: As migration governance.0005 made it, letter by letter.
EXPRESSION = (
    "to_tsvector('simple'::regconfig, COALESCE(translate(\"project_name\", '-/_.', '    '), ''))"
)
NONE_HERE = "SQLite reads all titles for each search: there is no index to keep."


def status() -> Outcome:
    """Whether it is there and usable, how large, how often it was asked."""
    if not asking.is_postgresql():
        return Outcome({"index": None, "is_usable": True}, [NONE_HERE])
    found = asking.rows(
        "SELECT x.indisvalid AS is_usable, pg_relation_size(i.oid) AS bytes, "
        "coalesce(s.idx_scan, 0) AS scans FROM pg_class i JOIN pg_index x ON x.indexrelid = i.oid "
        "LEFT JOIN pg_stat_user_indexes s ON s.indexrelid = i.oid "
        "WHERE i.relname = %s AND pg_table_is_visible(i.oid)",
        [NAME],
    )
    if not found:
        words = (
            f"The index {NAME} is missing: searching reads every title. Run `db search --rebuild`."
        )
        return Outcome({"index": NAME, "is_usable": False}, [words], is_problem=True)
    row = found[0]
    word = "usable" if row["is_usable"] else "INVALID: run `db search --rebuild`"
    line = f"{NAME}: {word}, {sizes.said(row['bytes'])}, asked {row['scans']} times."
    return Outcome({"index": NAME} | row, [line], is_problem=not row["is_usable"])


def rebuild() -> Outcome:
    """Makes it anew while people search and write."""
    if not asking.is_postgresql():
        return Outcome({"index": None, "is_rebuilt": False}, [NONE_HERE])
    before = status()
    with asking.patient() as own, own.cursor() as cursor:
        if before.data["is_usable"]:
            cursor.execute(f"REINDEX INDEX CONCURRENTLY {NAME}")
        else:
            cursor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {NAME}")
            create = f"CREATE INDEX CONCURRENTLY {NAME} ON sessions USING gin ({EXPRESSION})"
            cursor.execute(create)
    after = status()
    was = before.data.get("bytes", 0)
    lines = [
        f"{NAME} was made anew: {sizes.said(was)} before, {sizes.said(after.data['bytes'])} now."
    ]
    return Outcome(after.data | {"is_rebuilt": True, "bytes_before": was}, lines)
