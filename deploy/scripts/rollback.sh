#!/bin/sh
# Back to the version of before, on the schema as it is: rollback.sh VERSION_OF_BEFORE
# Schemas are changed so that the version of before can use them (expand, migrate, contract); where
# upgrade_check said otherwise, docs/runbooks/rollback.md brings the backup back.
set -eu
# shellcheck source=deploy/scripts/gates.sh
. "$(dirname "$0")/gates.sh"
VERSION=${1:?say which version}
ADDRESS=${ADDRESS:-127.0.0.1:10000}
START=${START:-UAIP_VERSION=\$VERSION docker compose up --detach --wait}
STOP=${STOP:-docker compose stop uaip-app uaip-worker uaip-beat}
MANAGE=${MANAGE:-UAIP_VERSION=\$VERSION docker compose run --rm -T --no-deps uaip-app python manage.py}
PORT=""
export VERSION ADDRESS PORT

sh -c "$MANAGE upgrade_check --rollback" || [ "${FORCE:-}" ] ||
    fail "$VERSION may not get along with the schema: see docs/runbooks/rollback.md, or set FORCE=yes."
act STOP
act START || fail "$VERSION does not start: look at its log."
if ! wait_ready "$ADDRESS" || ! smoke "$ADDRESS"; then
    fail "$VERSION does not serve: look at its log."
fi
say "$VERSION serves again."
