#!/bin/sh
# Looks for keys and passwords in files: find_secrets.sh FILE... Exit 1 names file and line, not the
# secret. Tests and examples hold things that only look like one: a line with "not-a-secret" is
# passed over.
set -eu
pattern='-----BEGIN [A-Z ]*PRIVATE KEY-----|AKIA[0-9A-Z]{16}|uaip_[a-z0-9]{12}_[A-Za-z0-9_-]{43}'
pattern="$pattern|(sk|pk|rk)-[A-Za-z0-9_-]{32,}|gh[pousr]_[A-Za-z0-9]{36}|xox[abp]-[A-Za-z0-9-]{20,}"
found=0
for file in "$@"; do
    [ -f "$file" ] || continue
    case $file in tests/* | docs/images/* | *.jsonl) continue ;; esac
    lines=$(grep -nE -e "$pattern" -- "$file" 2>/dev/null | grep -v not-a-secret | cut -d: -f1 || true)
    for line in $lines; do
        echo "$file:$line: this looks like a secret. Take it out, and change it where it is in use."
        found=1
    done
done
exit "$found"
