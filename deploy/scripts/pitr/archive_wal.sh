#!/bin/sh
# PostgreSQL's archive_command: archive_command = '/path/archive_wal.sh %p %f /folder'
# A segment is copied, made durable, compared and only then named. One that is there already is
# never overwritten: the same bytes count as done, others as a fault that PostgreSQL logs.
set -eu

if [ $# -ne 3 ]; then
    echo "usage: archive_wal.sh PATH NAME FOLDER" >&2
    exit 2
fi
path=$1 name=$2 folder=$3

if [ ! -d "$folder" ]; then
    echo "archive_wal.sh: $folder is no folder. Is its disk mounted?" >&2
    exit 1
fi
if [ -e "$folder/$name" ]; then
    if cmp -s "$path" "$folder/$name"; then
        sync "$folder/$name" "$folder"
        exit 0
    fi
    echo "archive_wal.sh: $folder/$name is there with other bytes and is not overwritten." >&2
    exit 1
fi
part=$folder/.$name.part
trap 'rm -f "$part"' EXIT
cp "$path" "$part"
sync "$part"
cmp -s "$path" "$part"
mv -n "$part" "$folder/$name"
# Whoever was faster with this name has won: mv -n leaves ours behind.
test ! -e "$part"
sync "$folder"
