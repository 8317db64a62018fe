#!/bin/sh
# The standard upgrade with a short stop: announce, back up, check, stop, deploy, migrate, start,
# verify. Whatever fails before the migration leaves the old version serving.
#   upgrade.sh VERSION VERSION_OF_BEFORE
# MANAGE runs a command of the version in force, MANAGE_NEW of the new one; START and STOP act on
# VERSION. Defaults are those of Compose; docs/how-to/upgrade.md has those of systemd.
set -eu
# shellcheck source=deploy/scripts/gates.sh
. "$(dirname "$0")/gates.sh"
new=${1:?say which version}
before=${2:?say which version runs now}
ADDRESS=${ADDRESS:-127.0.0.1:10000}
MANAGE=${MANAGE:-docker compose exec -T uaip-app python manage.py}
MANAGE_NEW=${MANAGE_NEW:-UAIP_VERSION=\$VERSION docker compose run --rm -T --no-deps uaip-app python manage.py}
START=${START:-UAIP_VERSION=\$VERSION docker compose up --detach --wait}
STOP=${STOP:-docker compose stop uaip-app uaip-worker uaip-beat}
ANNOUNCE_MINUTES=${ANNOUNCE_MINUTES:-10}
PORT=""
export VERSION ADDRESS PORT

old() { VERSION=$before; sh -c "$MANAGE $*"; }
new() { VERSION=$new; sh -c "$MANAGE_NEW $*"; }

say "1 of 7  Announcing, and a backup that is verified"
old maintenance announce --message "'U-AIP is upgraded in $ANNOUNCE_MINUTES minutes. Save what you write.'" || say "Nobody could be told; going on."
old backup || fail "There is no backup: nothing was changed."
old verify_backup || fail "The backup is not good: nothing was changed."
say "2 of 7  Checking"
new upgrade_check --from "$before" || fail "The check found a problem: nothing was changed."
say "3 of 7  Stopping"
VERSION=$before
act STOP
say "4 of 7  Migrating"
VERSION=$new
if ! new migrate --noinput; then
    VERSION=$before
    act START || true
    fail "The migration failed: $before was started again. If it does not serve, restore the backup (docs/runbooks/rollback.md)."
fi
say "5 of 7  Starting $new"
started=yes
act START || started=
say "6 of 7  Verifying"
if [ -z "$started" ] || ! wait_ready "$ADDRESS" || ! smoke "$ADDRESS"; then
    act STOP || true
    VERSION=$before
    act START || true
    fail "$new does not serve: $before was started again on the new schema. Look at docs/runbooks/rollback.md."
fi
say "7 of 7  Noting it"
new upgrade_check --finish || say "The upgrade could not be noted."
say "$new serves. Watch errors and latency for a day: docs/runbooks/upgrade.md."
