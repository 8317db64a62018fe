# What the deploy scripts have in common: sourced, never called. POSIX sh and curl.
# A gate lets a version through or names what is wrong; nobody is sent to it before.

# What a proxy would say; without it production answers with a redirect to https.
HOST_HEADER=${HOST_HEADER:-localhost}
WAIT_SECONDS=${WAIT_SECONDS:-120}

say() { printf '%s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

# ask ADDRESS PATH: the status that the process on that address answers with, 000 for none.
ask() {
    curl --silent --output /dev/null --max-time 5 --write-out '%{http_code}' \
        --header "Host: $HOST_HEADER" --header 'X-Forwarded-Proto: https' "http://$1$2" || true
}

# wait_ready ADDRESS: until it can serve people, or WAIT_SECONDS have gone.
wait_ready() {
    until_time=$(($(date +%s) + WAIT_SECONDS))
    while [ "$(ask "$1" /ready)" != 200 ]; do
        if [ "$(date +%s)" -ge "$until_time" ]; then
            say "$1 is not ready after $WAIT_SECONDS seconds."
            return 1
        fi
        sleep 0.2
    done
}

# smoke ADDRESS: whether what people need first is there.
smoke() {
    for path in ${SMOKE_PATHS:-/live /ready /health}; do
        status=$(ask "$1" "$path")
        if [ "$status" != 200 ]; then
            say "$1$path answered $status."
            return 1
        fi
    done
}

# watch_errors ADDRESS SECONDS: asks again and again; one refusal is one too many.
watch_errors() {
    until_time=$(($(date +%s) + $2))
    while [ "$(date +%s)" -lt "$until_time" ]; do
        smoke "$1" || return 1
        sleep 0.5
    done
}

# write_upstream FILE ADDRESS...: who is asked from now on. Written beside and renamed: nginx never
# reads half a file.
write_upstream() {
    file=$1
    shift
    {
        echo "# Written by deploy/scripts; the next deployment writes it anew."
        echo "upstream uaip {"
        for address in "$@"; do
            echo "    server $address max_fails=0;"
        done
        echo "    keepalive 16;"
        echo "}"
    } >"$file.part"
    mv "$file.part" "$file"
}

# serving FILE: the addresses that an upstream file names.
serving() { sed -n 's/^ *server \([^ ;]*\).*/\1/p' "$1"; }

# point_to FILE ADDRESS...: writes the file and has nginx read it; where that fails the file is as it
# was, and so is who is asked.
point_to() {
    cp "$1" "$1.before"
    write_upstream "$@"
    if ! act RELOAD; then
        mv "$1.before" "$1"
        say "nginx did not take the new upstream file: it was put back."
        return 1
    fi
}

# act NAME: runs the command that the environment gives under that name, with ADDRESS, PORT and
# VERSION in its environment.
act() {
    eval "command=\${$1:-}"
    # shellcheck disable=SC2154
    [ -z "$command" ] || sh -c "$command"
}
