"""Two processes behind a real nginx, a crowd that asks all the time, and the deploy scripts."""

from __future__ import annotations

import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

from tests.house.tree import ROOT
from tests.ports import free_ports

NGINX = shutil.which("nginx", path=f"{os.environ.get('PATH', '')}:/usr/sbin") or ""
SCRIPTS = ROOT / "deploy" / "scripts"
#: Ends what a process file names; waits until it is gone.
STOP = """
[ -s "$FOLDER/$PORT.pid" ] || exit 0
pid=$(cat "$FOLDER/$PORT.pid"); kill "$pid" 2>/dev/null || true
while kill -0 "$pid" 2>/dev/null; do sleep 0.05; done; rm -f "$FOLDER/$PORT.pid"
"""


class Crowd(threading.Thread):
    """Asks through the proxy until it is stopped; counts what it was answered."""

    def __init__(self, port: int) -> None:
        super().__init__(daemon=True)
        self.port, self.answers, self.ending = port, Counter[str](), threading.Event()

    def run(self) -> None:
        while not self.ending.is_set():
            # A browser asks again by itself where an idle connection was closed; this one asks
            # each time anew instead.
            connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            try:
                # What changes something is never sent twice by the proxy: the harder half.
                connection.request("POST" if sum(self.answers.values()) % 2 else "GET", "/page")
                reply = connection.getresponse()
                words = reply.read().decode()
                self.answers[words if reply.status == 200 else f"failed {reply.status}"] += 1
            except (OSError, http.client.HTTPException) as fault:
                self.answers[f"failed {fault!r}"] += 1
            finally:
                connection.close()

    def wait_for(self, words: str) -> None:
        """Until somebody was answered so."""
        deadline = time.monotonic() + 90
        while not self.answers[words] and time.monotonic() < deadline:
            time.sleep(0.02)

    def stop(self) -> Counter[str]:
        self.ending.set()
        self.join(timeout=15)
        return self.answers

    @property
    def failures(self) -> int:
        return sum(count for words, count in self.answers.items() if words.startswith("failed"))


class Site:
    """nginx, the ports behind it, and what the scripts are told by their environment."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.first, self.second = free_ports(3)
        self.upstream = folder / "upstream.conf"
        gunicorn = f"{sys.executable} -m gunicorn tests.operations.deployment.tiny_site:application"
        start = (
            f"cd {ROOT} && {gunicorn} --bind 127.0.0.1:$PORT --threads 4 --worker-class gthread "
            "--graceful-timeout 1 --log-level critical --daemon --pid $FOLDER/$PORT.pid"
        )
        self.environment = {
            **os.environ,
            "FOLDER": str(folder),
            "UPSTREAM_FILE": str(self.upstream),
            "BLUE": f"127.0.0.1:{self.first}",
            "GREEN": f"127.0.0.1:{self.second}",
            "START": start,
            "STOP": STOP,
            "RELOAD": f"kill -HUP $(cat {folder}/nginx.pid) && sleep 0.2",
            "CHECK": "",
            "WAIT_SECONDS": "20",
            "WATCH_SECONDS": "0",
            "DRAIN_SECONDS": "0.3",
        }

    def begin(self, *ports: int, version: str = "1.0.0") -> None:
        """Starts a version on these ports, and nginx in front of them."""
        servers = "".join(f"    server 127.0.0.1:{port} max_fails=0;\n" for port in ports)
        self.upstream.write_text(f"upstream uaip {{\n{servers}    keepalive 16;\n}}\n")
        for port in ports:
            self.act("START", port, version)
        places = "".join(
            f"{kind}_temp_path {self.folder}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        main = self.folder / "nginx.conf"
        main.write_text(
            f"pid {self.folder}/nginx.pid; error_log {self.folder}/error.log; events {{}}\n"
            f"http {{ access_log off; {places} include {self.upstream};\n"
            f"server {{ listen 127.0.0.1:{self.port}; location / {{ proxy_pass http://uaip;\n"
            "proxy_set_header Host $host; "
            'proxy_http_version 1.1; proxy_set_header Connection ""; } } }\n'
        )
        subprocess.run([NGINX, "-c", main, "-p", self.folder], check=True, capture_output=True)
        self.wait(self.port, *ports)

    def act(self, name: str, port: int, version: str = "") -> None:
        """What the scripts would do."""
        env = self.environment | {"PORT": str(port), "VERSION": version}
        subprocess.run(["/bin/sh", "-c", self.environment[name]], env=env, check=True)

    def wait(self, *ports: int) -> None:
        """Until each of them takes connections."""
        deadline = time.monotonic() + 90
        for port in ports:
            while time.monotonic() < deadline:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=0.5).close()
                    break
                except OSError:
                    time.sleep(0.05)

    def script(self, name: str, *arguments: str, **environment: str) -> tuple[int, str]:
        """Runs a deploy script; its exit code and what it said."""
        done = subprocess.run(
            ["/bin/sh", SCRIPTS / name, *arguments],
            env=self.environment | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=int(self.environment.get("SCRIPT_SECONDS", "300")),
        )
        return done.returncode, done.stdout + done.stderr

    def end(self) -> None:
        for port in (self.first, self.second):
            self.act("STOP", port)
        pid = self.folder / "nginx.pid"
        if pid.exists():
            os.kill(int(pid.read_text()), signal.SIGTERM)
