#!/bin/sh
# Installs U-AIP on a fresh Debian or Ubuntu machine, from this folder:
#   install.sh compose --domain uaip.example.org     everything in containers, with monitoring
#   install.sh systemd --domain uaip.example.org     PostgreSQL, Redis, nginx of the distribution
# Can be run again: what is there stays. docs/how-to/deploy-on-a-fresh-machine.md says what it does.
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=deploy/scripts/gates.sh
. deploy/scripts/gates.sh

how=${1:-}
domain=localhost
[ "${2:-}" != --domain ] || domain=${3:?say the name under which people reach it}
ENV_FILE=${ENV_FILE:-.env}
SECRETS=${SECRETS:-data/secrets}
ETC=${ETC:-/etc/uaip}
HOME_OF_UAIP=${HOME_OF_UAIP:-/opt/uaip}

# least WHAT FOUND NEEDED: what the guide asks of a machine at the least.
least() { [ "$2" -ge "$3" ] || fail "$1: $2 found, $3 needed."; }

check_host() {
    [ "${SKIP_HOST_CHECK:-}" ] && return
    least "Processor cores" "$(nproc)" 2
    least "Memory in MB" "$(awk '/MemTotal/ {print int($2/1024)}' /proc/meminfo)" 3600
    least "Free disk in MB" "$(df -Pm . | awk 'NR==2 {print $4}')" 15000
}

# settle NAME VALUE: a line of the environment file, unless somebody wrote one.
settle() { grep -q "^$1=" "$ENV_FILE" 2>/dev/null || echo "$1=$2" >>"$ENV_FILE"; }

write_environment() {
    settle ALLOWED_HOSTS "localhost,$domain"
    settle UAIP_BASE_URL "https://$domain"
    settle CSRF_TRUSTED_ORIGINS "https://$domain"
    settle ENVIRONMENT production
}

with_compose() {
    command -v docker >/dev/null || fail "Docker is missing: apt-get install docker.io docker-compose-v2 (Ubuntu), or docs.docker.com/engine/install/debian."
    docker compose version >/dev/null 2>&1 || fail "Compose 2.24 or newer is missing: docs.docker.com/compose/install."
    sh deploy/scripts/make_secrets.sh "$SECRETS"
    # Shell and Compose read the same file, so no value in it has blanks.
    write_environment
    settle COMPOSE_PROFILES monitoring
    docker compose build --quiet
    docker compose run --rm --no-deps uaip-app python manage.py validate_config
    docker compose up --detach --wait
    wait_ready "${SITE_ADDRESS:-127.0.0.1:10000}" || fail "It does not answer: docker compose logs uaip-app says why."
    smoke "${SITE_ADDRESS:-127.0.0.1:10000}" || fail "It answers, but not well: docker compose logs uaip-app says why."
    say "U-AIP runs on port 10000. Now: docker compose exec uaip-app python manage.py createsuperuser"
}

as_postgres() { runuser -u postgres -- psql --no-psqlrc --quiet "$@"; }

with_systemd() {
    [ "$(id -u)" -eq 0 ] || fail "Run this as root: it installs packages and services."
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q
    apt-get install -y -q --no-install-recommends python3 python3-venv postgresql redis-server nginx-light openssl curl
    id uaip >/dev/null 2>&1 || useradd --system --home-dir /var/lib/uaip --create-home --shell /usr/sbin/nologin uaip
    version=$(sed -n 's/.*"APP_VERSION", "\(.*\)").*/\1/p' uaip_project/settings.py)
    install -d "$HOME_OF_UAIP/releases/$version" "$HOME_OF_UAIP/ports" "$ETC/certificates"
    sh deploy/scripts/release.sh . "$HOME_OF_UAIP/releases/$version"
    ln -sfn "$HOME_OF_UAIP/releases/$version" "$HOME_OF_UAIP/current"
    ln -sfn "$HOME_OF_UAIP/releases/$version" "$HOME_OF_UAIP/ports/11001"
    sh deploy/scripts/make_secrets.sh "$ETC/secrets"
    chown -R uaip "$ETC/secrets"
    ENV_FILE=$ETC/uaip.env
    write_environment
    for pair in SECRET_KEY:secret_key JWT_PRIVATE_KEY:jwt_private_key UAIP_KEY_PEPPERS:key_peppers \
        FIELD_KEYS:field_keys UAIP_BACKUP_KEY:backup_key UAIP_METRICS_TOKEN:metrics_token \
        POSTGRES_PASSWORD:postgres_password; do
        settle "${pair%%:*}_FILE" "$ETC/secrets/${pair##*:}"
    done
    settle POSTGRES_HOST 127.0.0.1
    settle POSTGRES_PORT 5432
    settle REDIS_URL redis://127.0.0.1:6379/0
    settle UAIP_CLOSED_NETWORK True
    settle UAIP_DATA_DIR /var/lib/uaip
    settle TRUSTED_PROXY_COUNT 1
    settle TRUSTED_PROXY_CIDRS 127.0.0.1/32
    settle UAIP_SSL_REDIRECT False
    make_database
    install -m 0644 deploy/systemd/* /etc/systemd/system/
    install -m 0644 deploy/nginx/uaip.conf /etc/nginx/sites-available/uaip.conf
    [ -e /etc/nginx/uaip-upstream.conf ] || write_upstream /etc/nginx/uaip-upstream.conf 127.0.0.1:11001
    make_certificate
    ln -sfn ../sites-available/uaip.conf /etc/nginx/sites-enabled/uaip.conf
    rm -f /etc/nginx/sites-enabled/default
    manage validate_config --connect
    manage migrate --noinput
    systemctl daemon-reload
    systemctl enable --now uaip.target uaip-web@11001 uaip-worker uaip-beat
    wait_ready 127.0.0.1:11001 || fail "It does not answer: journalctl -u uaip-web@11001 says why."
    nginx -t -q
    systemctl reload-or-restart nginx
    sh deploy/scripts/smoke_test.sh "https://$domain" || fail "It runs, but not well: the lines above say what is missing."
    say "U-AIP runs on https://$domain. Now: runuser -u uaip -- sh deploy/scripts/manage.sh createsuperuser"
}

manage() { runuser -u uaip -- sh deploy/scripts/manage.sh "$@"; }

make_database() {
    as_postgres -Atc "select 1 from pg_roles where rolname = 'uaip_user'" | grep -q 1 ||
        as_postgres -c "create role uaip_user login createdb password '$(cat "$ETC/secrets/postgres_password")'"
    as_postgres -Atc "select 1 from pg_database where datname = 'uaip'" | grep -q 1 ||
        as_postgres -c "create database uaip owner uaip_user encoding 'UTF8' template template0"
}

# Until a real one takes its place: docs/how-to/deploy-with-nginx.md.
make_certificate() {
    [ -s "$ETC/certificates/fullchain.pem" ] && return
    openssl req -x509 -newkey rsa:3072 -nodes -days 30 -subj "/CN=$domain" -addext "subjectAltName=DNS:$domain" \
        -keyout "$ETC/certificates/privkey.pem" -out "$ETC/certificates/fullchain.pem" 2>/dev/null
    chmod 0600 "$ETC/certificates/privkey.pem"
}

case $how in
compose) check_host && with_compose ;;
systemd) check_host && with_systemd ;;
*) fail "usage: install.sh compose|systemd [--domain NAME]" ;;
esac
