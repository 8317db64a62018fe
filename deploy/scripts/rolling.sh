#!/bin/sh
# Renews the processes behind nginx one at a time: each is taken out, renewed, tried and taken in
# again. The first that does not pass goes back to the version of before, with all that were renewed.
#   rolling.sh VERSION VERSION_OF_BEFORE
# UPSTREAM_FILE names who serves; START, STOP, RELOAD and CHECK as in bluegreen.sh.
set -eu
# shellcheck source=deploy/scripts/gates.sh
. "$(dirname "$0")/gates.sh"

UPSTREAM_FILE=${UPSTREAM_FILE:-/etc/nginx/uaip-upstream.conf}
START=${START:-ln -sfn /opt/uaip/releases/\$VERSION /opt/uaip/ports/\$PORT && systemctl restart uaip-web@\$PORT}
STOP=${STOP:-systemctl stop uaip-web@\$PORT}
RELOAD=${RELOAD:-nginx -t -q && systemctl reload nginx}
# So long requests under way may take to end before their process does.
DRAIN_SECONDS=${DRAIN_SECONDS:-35}
new=${1:?say which version}
before=${2:?say which version runs now}
export ADDRESS PORT VERSION

all=$(serving "$UPSTREAM_FILE")
[ "$(echo "$all" | wc -l)" -ge 2 ] || fail "One process alone cannot be renewed while it serves: use bluegreen.sh."
renewed=

# renew ADDRESS VERSION: whether it serves that version now.
renew() {
    ADDRESS=$1 PORT=${1##*:} VERSION=$2
    # shellcheck disable=SC2046
    point_to "$UPSTREAM_FILE" $(echo "$all" | grep -vxF "$1") || return 1
    sleep "$DRAIN_SECONDS"
    act STOP
    act START || return 1
    wait_ready "$1" && smoke "$1" || return 1
    # shellcheck disable=SC2086
    point_to "$UPSTREAM_FILE" $all || return 1
    say "$1 serves $2."
}

VERSION=$new
act CHECK || fail "The check before the deployment found a problem: nothing was changed."
for address in $all; do
    renewed="$renewed $address"
    if ! renew "$address" "$new"; then
        say "$address does not pass with $new: back to $before."
        for one in $renewed; do
            renew "$one" "$before" || fail "$one does not come back with $before either: look at its log."
        done
        fail "All serve $before again; $new was not deployed."
    fi
done
say "All serve $new."
