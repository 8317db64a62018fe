#!/bin/sh
# Opens 443 (people) and 22 (administrators) and closes the rest: firewall.sh [--print]
# Docker writes rules of its own before these; docker-compose.yml therefore publishes all but the
# web process to this machine alone, and deploy/docker-compose.prod.yml that one, too.
set -eu
run() { if [ "${print:-}" ]; then echo "$@"; else "$@"; fi; }
[ "${1:-}" != --print ] || print=yes
if command -v firewall-cmd >/dev/null 2>&1; then
    run firewall-cmd --permanent --add-service=https
    run firewall-cmd --permanent --add-service=ssh
    run firewall-cmd --permanent --remove-port=10000/tcp
    run firewall-cmd --permanent --remove-port=60543/tcp
    run firewall-cmd --reload
elif command -v ufw >/dev/null 2>&1; then
    run ufw default deny incoming
    run ufw allow 22/tcp
    run ufw allow 443/tcp
    run ufw deny 10000/tcp
    run ufw deny 60543/tcp
    run ufw --force enable
else
    echo "Neither firewall-cmd nor ufw is here: install one of them." >&2
    exit 1
fi
