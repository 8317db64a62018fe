#!/bin/sh
# Makes every secret that an installation needs, each in a file of its own:
#   make_secrets.sh FOLDER [--force]
# What is there stays; --force makes all anew, which ends sessions and makes sealed answers and
# backups unreadable. Needs openssl. Each has at least 256 bits.
set -eu
folder=${1:?say the folder, such as data/secrets}
force=${2:-}
umask 077
mkdir -p "$folder/models"

# make NAME COMMAND: writes what the command prints, whole or not at all.
make() {
    name=$1
    shift
    if [ -s "$folder/$name" ] && [ "$force" != --force ]; then
        echo "kept  $name"
        return
    fi
    "$@" >"$folder/.$name.part"
    mv "$folder/.$name.part" "$folder/$name"
    echo "made  $name"
}

random() { openssl rand -base64 48 | tr -d '\n' | tr '+/' '-_'; }
key() { openssl rand -base64 32 | tr -d '=\n' | tr '+/' '-_'; }
pepper() { printf '%s:%s' "$(openssl rand -hex 4)" "$(random)"; }
field_key() { printf '%s:%s' "$(openssl rand -hex 4)" "$(key)"; }
password() { openssl rand -hex 32; }
signing_key() { openssl genpkey -quiet -algorithm RSA -pkeyopt rsa_keygen_bits:3072 2>/dev/null || openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:3072 2>/dev/null; }

make secret_key random
make jwt_private_key signing_key
make key_peppers pepper
make field_keys field_key
make backup_key key
make metrics_token password
make postgres_password password
make grafana_admin_password password
# Containers read them as user 10001 (ours), 999 (PostgreSQL) and 472 (Grafana): the folder is
# closed to everybody else, the files are not.
chmod 0444 "$folder"/[a-z]*_*
chmod 0700 "$folder"
echo "Copy $folder to a safe place now: without field_keys and backup_key no backup can be read."
