#!/bin/sh
# A command of the version in force with the environment of its services: manage.sh backup
set -eu
set -a
# shellcheck disable=SC1090,SC1091
. "${ENV_FILE:-/etc/uaip/uaip.env}"
set +a
cd "${HOME_OF_UAIP:-/opt/uaip}/current"
exec .venv/bin/python manage.py "$@"
