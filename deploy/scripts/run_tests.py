"""Runs every test: on the embedded default, and on PostgreSQL and Redis where they answer.

`make test` calls it; arguments go to pytest. In CI (CI=true) both servers must be there.
The last line says what ran where.
"""

import os
import re
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
POSTGRES_HOST = os.environ.get("UAIP_TEST_POSTGRES_HOST", "127.0.0.1")
POSTGRES_PORT = os.environ.get("UAIP_TEST_POSTGRES_PORT", "5432")
REDIS = os.environ.get("UAIP_TEST_REDIS_URL", "redis://127.0.0.1:6379/9")
SERVER_SETTINGS = (
    "POSTGRES_HOST",
    "POSTGRES_PORT",
    "POSTGRES_DB",
    "POSTGRES_USER",
    "POSTGRES_PASSWORD",
    "POSTGRES_PASSWORD_FILE",
    "REDIS_URL",
    "UAIP_BROKER_URL",
    "UAIP_CACHE_URL",
    "LLM_PROVIDER",
    "ENVIRONMENT",
    "UAIP_SQLITE_PATH",
    "UAIP_DATA_DIR",
    "UAIP_CONFIG_DIR",
    "UAIP_PROTOCOL_DIR",
)


# What asks nothing special of the servers: a second run would only say the same again. Tests that
# touch no database at all are left out by tests/conftest.py.
WITHOUT_SERVERS = (
    "tests/scoring",
    "tests/protocol",
    "tests/house/test_route_matrix.py",
    "tests/journeys",
    "tests/fuzz",
    "tests/charters/test_external.py",
    "tests/charters/test_formats.py",
    "tests/charters/test_nothing_kept_leaves.py",
    "tests/governance/test_exports.py",
    "tests/operations/test_uaip_run.py",
    "tests/operations/test_uaip_stages.py",
)
#: Half of the time a test waits for a browser, a server or a program: twice as many processes as
#: processors, of a gigabyte each, so eight at most. A file at a time, in the order of tests/conftest.py.
PROCESSES = min(8, 2 * (os.cpu_count() or 1))
AT_ONCE = ["-n", str(PROCESSES), "--dist", "loadfile", "--no-loadscope-reorder"]


def answers(host, port):
    try:
        socket.create_connection((host, int(port)), timeout=2).close()
    except OSError:
        return False
    return True


def embedded_environment():
    return {name: value for name, value in os.environ.items() if name not in SERVER_SETTINGS}


def server_environment():
    return embedded_environment() | {
        "POSTGRES_HOST": POSTGRES_HOST,
        "POSTGRES_PORT": POSTGRES_PORT,
        "POSTGRES_DB": os.environ.get("UAIP_TEST_POSTGRES_DB", "postgres"),
        "POSTGRES_USER": os.environ.get("UAIP_TEST_POSTGRES_USER", "postgres"),
        "POSTGRES_PASSWORD": os.environ.get("UAIP_TEST_POSTGRES_PASSWORD", ""),
        "REDIS_URL": REDIS,
    }


def run_suite(where, environment, arguments):
    print("Tests on %s ..." % where, flush=True)
    command = [sys.executable, "-m", "pytest", *arguments]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    tail = ""
    for line in process.stdout:
        sys.stdout.write(line)
        tail = line if line.strip() else tail
    code = process.wait()
    counts = dict(
        (word, number) for number, word in re.findall(r"(\d+) (passed|failed|skipped)", tail)
    )
    said = ", ".join(
        "%s %s" % (counts[word], word) for word in ("passed", "failed", "skipped") if word in counts
    )
    return code, "%s: %s" % (where, said or "exit code %s" % code)


def main():
    arguments = sys.argv[1:] or AT_ONCE
    codes, said = [], []
    code, line = run_suite("SQLite and the embedded broker", embedded_environment(), arguments)
    codes.append(code)
    said.append(line)
    redis_host, redis_port = re.match(r"redis://(?:[^@]*@)?([^:/]+):?(\d*)", REDIS).groups()
    missing = [
        name
        for name, host, port in (
            ("PostgreSQL", POSTGRES_HOST, POSTGRES_PORT),
            ("Redis", redis_host, redis_port or 6379),
        )
        if not answers(host, port)
    ]
    if missing:
        said.append("%s did not answer, so nothing ran there" % " and ".join(missing))
        codes.append(1 if os.environ.get("CI") == "true" else 0)
    else:
        once = [] if sys.argv[1:] else ["--ignore=%s" % folder for folder in WITHOUT_SERVERS]
        on_servers = server_environment() | ({"UAIP_TEST_SECOND_RUN": "1"} if once else {})
        code, line = run_suite("PostgreSQL and Redis", on_servers, arguments + once)
        codes.append(code)
        said.append(line)
    print("; ".join(said) + ".", flush=True)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
