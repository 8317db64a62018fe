"""Starts U-AIP on this machine with nothing but Python: `make run` calls it.

Makes the virtual environment, installs the pinned packages, brings the database up to date,
and then runs a web process and a worker until Ctrl-C. Only the standard library, and syntax
that an old Python can read far enough to say that it is too old.
"""

import hashlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
OLDEST_PYTHON = (3, 11)
NEEDED_MEGABYTES = 700
PORT = os.environ.get("APP_PORT", "10000")
RESTARTS = 20
HOST = os.environ.get("UAIP_BIND", "127.0.0.1")
VENV = Path(os.environ.get("UAIP_VENV", str(ROOT / ".venv")))
STAMP = VENV / "installed.txt"


class CannotStart(Exception):
    """One sentence for the person at the terminal."""


def say(sentence):
    sys.stderr.write(sentence + "\n")
    sys.stderr.flush()


def check_python():
    if sys.version_info < OLDEST_PYTHON:
        found = "%d.%d" % sys.version_info[:2]
        raise CannotStart(
            "U-AIP needs Python 3.11 or newer and found %s: "
            "install one and run `make run PYTHON=python3.11`." % found
        )


def check_port():
    if not PORT.isdigit() or not 0 < int(PORT) < 65536:
        raise CannotStart("APP_PORT=%s is no port: use a number from 1 to 65535." % PORT)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As the web server does, or a port that was just left counts as taken for a minute.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(PORT)))
        except OSError:
            raise CannotStart(
                "Port %s is taken by another program: stop it, or run `make run APP_PORT=10001`."
                % PORT
            ) from None


def data_folder():
    database = os.environ.get("UAIP_SQLITE_PATH")
    return Path(database).resolve().parent if database else ROOT / "data"


def check_disk(needed=NEEDED_MEGABYTES):
    folder = data_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ".writable").write_text("", encoding="utf-8")
        (folder / ".writable").unlink()
    except OSError as fault:
        raise CannotStart(
            "The folder %s cannot be written (%s): U-AIP keeps its data there. Make it writable, "
            "or name another place by UAIP_SQLITE_PATH." % (folder, fault.strerror)
        ) from None
    free = min(shutil.disk_usage(str(place)).free for place in (ROOT, folder)) // (1024 * 1024)
    if free < needed:
        raise CannotStart(
            "The disk is full: %d MB are free and U-AIP needs %d MB. Make room and start again."
            % (free, needed)
        )


def requirements_mark():
    digest = hashlib.sha256()
    for name in ("requirements.txt", "deploy/constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def install():
    python = VENV / "bin" / "python"
    if not (VENV / "bin" / "pip").exists():
        # Also when an earlier attempt was interrupted half-way.
        say("Making a virtual environment ...")
        run(
            [sys.executable, "-m", "venv", "--clear", str(VENV)],
            "The virtual environment cannot be made.",
        )
    mark = requirements_mark()
    if not STAMP.exists() or STAMP.read_text(encoding="utf-8") != mark:
        check_disk()
        say("Installing the pinned packages (about a minute, once) ...")
        run(
            [
                str(python),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "-r",
                str(ROOT / "requirements.txt"),
            ],
            "The packages cannot be installed: is the package registry reachable?",
        )
        STAMP.write_text(mark, encoding="utf-8")
    return python


def run(command, complaint):
    if subprocess.call(command, cwd=str(ROOT)) != 0:
        raise CannotStart(complaint + " The lines above say why.")


def forget_metrics():
    """What earlier starts counted ended with them, as a counter of Prometheus does."""
    data = Path(os.environ.get("UAIP_DATA_DIR") or data_folder())
    folder = Path(os.environ.get("PROMETHEUS_MULTIPROC_DIR") or data / "metrics")
    for file in folder.glob("*.db"):
        file.unlink()


def prepare(python):
    check_disk(needed=50)
    forget_metrics()
    manage = [str(python), "manage.py"]
    run([*manage, "db", "prepare"], "The database cannot be prepared.")


def web_command(python):
    return [str(python), "-m", "gunicorn", "uaip_project.wsgi:application"] + [
        "--bind",
        "%s:%s" % (HOST, PORT),
        "--worker-class",
        "gthread",
        "--workers",
        "1",
        "--threads",
        "8",
        "--timeout",
        "30",
        "--graceful-timeout",
        "10",
        "--log-level",
        "warning",
    ]


def worker_command(python):
    return [str(python), "-m", "celery", "-A", "uaip_project", "--quiet", "worker"] + [
        "--pool",
        "threads",
        "--loglevel",
        "warning",
        "--without-gossip",
        "--without-mingle",
        "--hostname",
        "embedded@%h",
    ]


def launch(command):
    # A process group of its own: Ctrl-C reaches this process alone, which then stops all in order.
    return subprocess.Popen(command, cwd=str(ROOT), start_new_session=True)


def start(python, processes, ready_line):
    """Fills ``processes`` one by one, so that an interruption in between finds what runs."""
    processes["web"] = launch(web_command(python))
    processes["worker"] = launch(worker_command(python))
    wait_for_port(processes)
    say(ready_line)


def wait_for_port(processes):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in processes.values()):
            raise CannotStart("A process ended while starting. The lines above say why.")
        try:
            socket.create_connection((HOST, int(PORT)), timeout=0.5).close()
            return
        except OSError:
            time.sleep(0.1)
    raise CannotStart("The web process did not answer within a minute.")


def stop(processes):
    for process in processes.values():
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + 15
    for process in processes.values():
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


def watch(processes, python):
    """A worker that ends is started again: what it had not done is still in the database."""
    restarts = 0
    while processes["web"].poll() is None:
        if processes["worker"].poll() is not None:
            restarts += 1
            if restarts > RESTARTS:
                break
            say("The worker ended by itself and is started again.")
            time.sleep(min(restarts, 10))
            processes["worker"] = launch(worker_command(python))
        time.sleep(0.3)
    raise CannotStart("A process ended by itself. The lines above say why.")


def interrupted(signum, frame):
    raise KeyboardInterrupt


def main():
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, interrupted)
    processes = {}
    try:
        check_python()
        check_port()
        check_disk(needed=50)
        python = install()
        say("Preparing the database ...")
        prepare(python)
        address = "http://localhost:%s" % PORT
        start(
            python,
            processes,
            "\n  U-AIP is ready: %s\n  Sign in as demo@example.org with the password: "
            "show me a charter\n  Stop with Ctrl-C.\n" % address,
        )
        watch(processes, python)
    except CannotStart as reason:
        say(str(reason))
        return 1
    except KeyboardInterrupt:
        say("\nStopping ...")
        return 0
    finally:
        stop(processes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
