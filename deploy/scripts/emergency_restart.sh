#!/bin/sh
# When nothing answers: ends and starts U-AIP's own processes, servers stay. Exit 0: it serves.
# What was under way is in the database and goes on by itself.
set -eu
# shellcheck source=deploy/scripts/gates.sh
. "$(dirname "$0")/gates.sh"
ADDRESS=${ADDRESS:-127.0.0.1:10000}
RESTART=${RESTART:-docker compose restart uaip-app uaip-worker uaip-beat}
PORT="" VERSION=""
export ADDRESS PORT VERSION
say "/live before: $(ask "$ADDRESS" /live), /ready before: $(ask "$ADDRESS" /ready)"
act RESTART || fail "It does not start: see docs/runbooks/container-failure.md."
wait_ready "$ADDRESS" || fail "It started and is not ready: is the database there? See docs/runbooks/container-failure.md."
say "It serves again."
