#!/bin/sh
# Blue-green: the new version starts beside the old one, is tried, and then all requests go to it.
#   bluegreen.sh deploy VERSION   start it, try it, switch, watch; back by itself if it fails
#   bluegreen.sh back             all requests to the version of before
#   bluegreen.sh finish           the version of before ends
#   bluegreen.sh status           who serves
# The environment says how (docs/how-to/upgrade.md has examples for systemd and Compose):
#   UPSTREAM_FILE  the file of nginx that names who is asked
#   START, STOP    commands that start VERSION on PORT, and end what runs on PORT
#   RELOAD         makes nginx read its files anew
#   BLUE, GREEN    the two addresses
#   CHECK          runs before anything else; "" = nothing
set -eu
# shellcheck source=deploy/scripts/gates.sh
. "$(dirname "$0")/gates.sh"

UPSTREAM_FILE=${UPSTREAM_FILE:-/etc/nginx/uaip-upstream.conf}
BLUE=${BLUE:-127.0.0.1:11001}
GREEN=${GREEN:-127.0.0.1:11002}
START=${START:-ln -sfn /opt/uaip/releases/\$VERSION /opt/uaip/ports/\$PORT && systemctl restart uaip-web@\$PORT}
STOP=${STOP:-systemctl stop uaip-web@\$PORT}
RELOAD=${RELOAD:-nginx -t -q && systemctl reload nginx}
WATCH_SECONDS=${WATCH_SECONDS:-30}
export ADDRESS PORT VERSION

other() { if [ "$1" = "$BLUE" ]; then echo "$GREEN"; else echo "$BLUE"; fi; }

at() {
    ADDRESS=$1
    PORT=${1##*:}
}

switch_to() {
    point_to "$UPSTREAM_FILE" "$1" || return 1
    say "All requests go to $1."
}

deploy() {
    VERSION=$1
    old=$(serving "$UPSTREAM_FILE" | head -1)
    new=$(other "$old")
    act CHECK || fail "The check before the deployment found a problem: nothing was changed."
    at "$new"
    say "Starting $VERSION on $new; $old serves."
    act START || fail "$VERSION did not start: $old serves on."
    if ! wait_ready "$new" || ! smoke "$new"; then
        act STOP
        fail "$VERSION did not pass: $old serves on, nobody was sent to $new."
    fi
    if ! switch_to "$new"; then
        act STOP
        fail "$old serves on."
    fi
    if ! watch_errors "$new" "$WATCH_SECONDS"; then
        switch_to "$old" || fail "Put $old into $UPSTREAM_FILE by hand and reload nginx."
        act STOP
        fail "$VERSION failed while it was watched: $old serves again."
    fi
    say "$VERSION serves. The version of before waits on $old: 'back' returns to it, 'finish' ends it."
}

back() {
    now=$(serving "$UPSTREAM_FILE" | head -1)
    old=$(other "$now")
    smoke "$old" || fail "Nothing answers on $old: start the version of before there first."
    switch_to "$old" || fail "$now serves on."
}

finish() {
    at "$(other "$(serving "$UPSTREAM_FILE" | head -1)")"
    act STOP
    say "What ran on $ADDRESS has ended."
}

status() {
    for address in "$BLUE" "$GREEN"; do
        role=waits
        [ "$(serving "$UPSTREAM_FILE" | head -1)" != "$address" ] || role=serves
        echo "$address $role, /ready $(ask "$address" /ready)"
    done
}

VERSION=
case ${1:-} in
deploy) deploy "${2:?say which version}" ;;
back) back ;;
finish) finish ;;
status) status ;;
*) fail "usage: bluegreen.sh deploy VERSION | back | finish | status" ;;
esac
