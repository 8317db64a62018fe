#!/bin/sh
# Puts a version where systemd runs it: release.sh SOURCE /opt/uaip/releases/VERSION
# The folder is complete before anything points to it.
set -eu
source=${1:?say where the source is}
target=${2:?say where the release goes}
if [ -x "$target/.venv/bin/gunicorn" ]; then
    echo "$target is there already."
    exit 0
fi
mkdir -p "$target"
for part in accounts interviews charters governance uaip_project templates static deploy docs manage.py requirements.txt; do
    cp -R "$source/$part" "$target/"
done
python3 -m venv "$target/.venv"
"$target/.venv/bin/pip" install --quiet --disable-pip-version-check -r "$target/requirements.txt"
(cd "$target" && UAIP_DATA_DIR="$(mktemp -d)" .venv/bin/python manage.py collectstatic --noinput --verbosity 0)
