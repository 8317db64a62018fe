#!/bin/sh
# Takes one base backup: base_backup.sh FOLDER. Connection by PGHOST, PGPORT, PGUSER and PGPASSFILE.
# It stands under its final name only when every file of it has been compared with its checksum.
set -eu

if [ $# -ne 1 ]; then
    echo "usage: base_backup.sh FOLDER" >&2
    exit 2
fi
folder=$1
name=base-$(date -u +%Y%m%dT%H%M%SZ)
part=$folder/.$name.part

mkdir -p "$folder"
trap 'rm -rf "$part"' EXIT
pg_basebackup --pgdata="$part" --checkpoint=fast --wal-method=none --no-password
pg_verifybackup --no-parse-wal --quiet "$part"
mv "$part" "$folder/$name"
sync "$folder"
trap - EXIT
echo "$folder/$name"
