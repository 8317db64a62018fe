"""Runs every test: on the embedded default, and on PostgreSQL and Redis where they answer.

`make test` calls it; arguments go to pytest. In CI (CI=true) both servers must be there.
Without arguments the tests run beside each other, and a few that fail there run again, alone: what
fails twice fails, what passes the second time is named. The last line says what ran where.
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
#: More than so many failed tests are no accident of a busy machine.
MOST_AGAIN = 5
TESTS_FAILED = 1


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


def failed_tests(output):
    """The tests that pytest's summary names as failed or broken off; none if a whole file broke."""
    name = r"[^\[\n]+?(?:\[.*?\])?"
    lines = re.findall(r"^(?:FAILED|ERROR) (%s)(?: - .*)?$" % name, output, flags=re.MULTILINE)
    return list(dict.fromkeys(lines)) if all("::" in line for line in lines) else []


def run_pytest(arguments, environment, folder=ROOT):
    """Shows what pytest says; returns its exit code and all of it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    for line in process.stdout:
        sys.stdout.write(line)
        said.append(line)
    return process.wait(), "".join(said)


def run_suite(where, environment, arguments, folder=ROOT):
    print("Tests on %s ..." % where, flush=True)
    code, output = run_pytest(arguments, environment, folder)
    tail = output.strip().rpartition("\n")[2]
    counts = dict(
        (word, number)
        for number, word in re.findall(r"(\d+) (passed|failed|errors?|skipped)", tail)
    )
    said = ", ".join("%s %s" % (number, word) for word, number in counts.items())
    line = "%s: %s" % (where, said or "exit code %s" % code)
    failed = failed_tests(output)
    is_beside_others = arguments[: len(AT_ONCE)] == AT_ONCE
    if code == TESTS_FAILED and is_beside_others and 0 < len(failed) <= MOST_AGAIN:
        code, again = run_alone(failed, environment, folder)
        line += " (%s)" % again
    return code, line


def run_alone(failed, environment, folder=ROOT):
    """Whether they failed because of themselves, or of what ran beside them."""
    print("Again, one after the other: %s" % ", ".join(failed), flush=True)
    code, _output = run_pytest(["-n", "0", *failed], environment, folder)
    return code, ("failed alone too: " if code else "passed alone: ") + ", ".join(failed)


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
