#!/bin/sh
# Streams the log as it is written, for a loss of seconds: receive_wal.sh FOLDER [SLOT].
# Runs until it is stopped; connection by PGHOST, PGPORT, PGUSER and PGPASSFILE.
# The slot keeps the log on the server while this is away: watch its lag, or the disk fills.
set -eu

if [ $# -lt 1 ]; then
    echo "usage: receive_wal.sh FOLDER [SLOT]" >&2
    exit 2
fi
folder=$1 slot=${2:-uaip_archive}

mkdir -p "$folder"
pg_receivewal --slot="$slot" --create-slot --if-not-exists --no-password
exec pg_receivewal --directory="$folder" --slot="$slot" --synchronous --no-password
