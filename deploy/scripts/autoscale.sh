#!/bin/sh
# Workers of one machine follow how long the oldest answer waits: call it each minute (cron).
# Where KEDA is: deploy/k8s/autoscaling-extra.yaml does the same.
#   LEAST, MOST      how many workers (1, 4)
#   UP_AT, DOWN_AT   seconds that the oldest job waits (30, 5)
#   COOL_SECONDS     so long nothing is taken away after a change (300)
#   AGE, COUNT, SCALE  commands: the age, how many run, and making it WANTED of them
set -eu
LEAST=${LEAST:-1} MOST=${MOST:-4} UP_AT=${UP_AT:-30} DOWN_AT=${DOWN_AT:-5} COOL_SECONDS=${COOL_SECONDS:-300}
MARK=${MARK:-${TMPDIR:-/tmp}/uaip-scaled}
told='docker compose exec -T uaip-app python manage.py queue stats --json'
oldest='sed -n "s/.*\"oldest_due_seconds\": *\([0-9]*\).*/\1/p" | sort -n | tail -1'
AGE=${AGE:-$told | $oldest}
COUNT=${COUNT:-docker compose ps --quiet uaip-worker | wc -l}
SCALE=${SCALE:-docker compose up --detach --no-recreate --scale uaip-worker=\$WANTED uaip-worker}
export WANTED

age=$(sh -c "$AGE")
count=$(sh -c "$COUNT")
now=${NOW:-$(date +%s)}
changed=$(cat "$MARK" 2>/dev/null || echo 0)
WANTED=$count
if [ "${age:-0}" -ge "$UP_AT" ] && [ "$count" -lt "$MOST" ]; then
    WANTED=$((count + 1))
elif [ "${age:-0}" -le "$DOWN_AT" ] && [ "$count" -gt "$LEAST" ] && [ $((now - changed)) -ge "$COOL_SECONDS" ]; then
    WANTED=$((count - 1))
fi
if [ "$WANTED" -ne "$count" ]; then
    sh -c "$SCALE"
    echo "$now" >"$MARK"
fi
echo "oldest ${age:-0} s, workers $count -> $WANTED"
