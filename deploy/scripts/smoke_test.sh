#!/bin/sh
# Asks a site what people need first: smoke_test.sh https://uaip.example.org
# Exit 0: all is there. Exit 1: it names what is not. HOST_HEADER and FORWARDED_PROTO play the proxy
# where the process is asked directly.
set -eu
site=${1:?say the address, such as https://uaip.example.org}
site=${site%/}
faults=0
body=$(mktemp)
head=$(mktemp)
trap 'rm -f "$body" "$head"' EXIT

fetch() {
    set -- "$1" --silent --show-error --max-time 10 --output "$body" --dump-header "$head" --write-out '%{http_code}'
    path=$1
    shift
    [ -z "${HOST_HEADER:-}" ] || set -- "$@" --header "Host: $HOST_HEADER"
    [ -z "${FORWARDED_PROTO:-}" ] || set -- "$@" --header "X-Forwarded-Proto: $FORWARDED_PROTO"
    curl "$@" "$site$path" || true
}

# expect PATH STATUS [WORDS]: the page answers so, and says these words.
expect() {
    status=$(fetch "$1")
    if [ "$status" != "$2" ]; then
        echo "problem  $1 answered $status and not $2."
        faults=$((faults + 1))
    elif [ -n "${3:-}" ] && ! grep -q "$3" "$body"; then
        echo "problem  $1 does not say \"$3\"."
        faults=$((faults + 1))
    else
        echo "ok       $1"
    fi
}

header() {
    if grep -iq "$2" "$head"; then return; fi
    echo "problem  $1 comes without $2."
    faults=$((faults + 1))
}

expect /live 200 live
expect /ready 200 ready
expect /health 200 '"database": "connected"'
# A stranger is asked who he is, in pages and in the API.
expect /api/v1/sessions 401
expect /docs 302
expect /accounts/login/ 200 csrfmiddlewaretoken
header /accounts/login/ content-security-policy
header /accounts/login/ 'x-frame-options: DENY'
# A style sheet of the page itself, so that hashed files are really there.
sheet=$(sed -n 's/.*href="\(\/static\/[^"]*\.css\)".*/\1/p' "$body" | head -1)
if [ -z "$sheet" ]; then
    echo "problem  /accounts/login/ names no style sheet."
    faults=$((faults + 1))
else
    expect "$sheet" 200
fi
[ "$faults" -eq 0 ]
