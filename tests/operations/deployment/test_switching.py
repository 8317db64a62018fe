"""Blue-green and rolling deployments by the shipped scripts, with people asking all the while."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.operations.deployment.behind_nginx import NGINX, Crowd, Site

pytestmark = pytest.mark.skipif(not NGINX, reason="nginx is not installed here")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.end()


@pytest.fixture
def crowd(site: Site) -> Crowd:
    return Crowd(site.port)


def _serving(site: Site) -> list[str]:
    lines = site.upstream.read_text().splitlines()
    return [line.split()[1] for line in lines if line.strip().startswith("server")]


def test_nobody_notices_a_blue_green_deployment_or_the_way_back(site: Site, crowd: Crowd) -> None:
    site.begin(site.first)
    crowd.start()
    code, said = site.script("bluegreen.sh", "deploy", "1.1.0")
    assert code == 0, said
    crowd.wait_for("1.1.0")
    assert site.script("bluegreen.sh", "back")[0] == 0
    answers = crowd.stop()
    assert crowd.failures == 0, answers
    assert answers["1.0.0"] > 0 < answers["1.1.0"]
    assert _serving(site) == [f"127.0.0.1:{site.first}"]


def test_the_version_of_before_waits_until_somebody_ends_it(site: Site) -> None:
    site.begin(site.first)
    site.script("bluegreen.sh", "deploy", "1.1.0")
    assert site.script("bluegreen.sh", "status")[1].splitlines() == [
        f"127.0.0.1:{site.first} waits, /ready 200",
        f"127.0.0.1:{site.second} serves, /ready 200",
    ]
    assert site.script("bluegreen.sh", "finish")[0] == 0
    # Then there is no way back, and nobody is sent to nothing.
    assert site.script("bluegreen.sh", "back")[0] == 1
    assert _serving(site) == [f"127.0.0.1:{site.second}"]


def test_nobody_is_sent_to_a_version_that_never_gets_ready(site: Site, crowd: Crowd) -> None:
    site.begin(site.first)
    crowd.start()
    code, said = site.script("bluegreen.sh", "deploy", "1.1.0-broken", WAIT_SECONDS="1")
    answers = crowd.stop()
    assert code == 1
    assert "did not pass" in said
    assert set(answers) == {"1.0.0"}


def test_a_version_that_fails_while_it_is_watched_is_taken_back(site: Site, crowd: Crowd) -> None:
    site.begin(site.first)
    crowd.start()
    code, said = site.script("bluegreen.sh", "deploy", "1.1.0-ill", WATCH_SECONDS="5")
    crowd.stop()
    assert code == 1
    assert "serves again" in said
    assert _serving(site) == [f"127.0.0.1:{site.first}"]


def test_a_check_that_finds_a_problem_stops_everything(site: Site) -> None:
    site.upstream.write_text(f"server 127.0.0.1:{site.first};\n")
    code, said = site.script("bluegreen.sh", "deploy", "1.1.0", CHECK="false")
    assert code == 1
    assert "nothing was changed" in said
    assert not (site.folder / f"{site.second}.pid").exists()


def test_an_nginx_that_does_not_take_the_file_keeps_the_old_one(site: Site) -> None:
    site.begin(site.first)
    code, said = site.script("bluegreen.sh", "deploy", "1.1.0", RELOAD="false")
    assert (code, "serves on" in said) == (1, True)
    assert _serving(site) == [f"127.0.0.1:{site.first}"]
    assert not (site.folder / f"{site.second}.pid").exists()


def test_one_process_alone_is_not_renewed_while_it_serves(site: Site) -> None:
    site.upstream.write_text(f"server 127.0.0.1:{site.first};\n")
    code, said = site.script("rolling.sh", "1.1.0", "1.0.0")
    assert (code, "bluegreen.sh" in said) == (1, True)


def test_nobody_notices_a_rolling_update(site: Site, crowd: Crowd) -> None:
    site.begin(site.first, site.second)
    crowd.start()
    code, said = site.script("rolling.sh", "1.1.0", "1.0.0")
    crowd.wait_for("1.1.0")
    answers = crowd.stop()
    assert code == 0, said
    assert crowd.failures == 0, answers
    assert answers["1.0.0"] > 0 < answers["1.1.0"]
    assert len(_serving(site)) == 2


def test_the_first_that_does_not_pass_takes_all_back(site: Site, crowd: Crowd) -> None:
    site.begin(site.first, site.second)
    crowd.start()
    code, said = site.script("rolling.sh", "1.1.0-broken", "1.0.0", WAIT_SECONDS="4")
    answers = crowd.stop()
    assert code == 1
    assert "All serve 1.0.0 again" in said
    assert set(answers) == {"1.0.0"}
    assert len(_serving(site)) == 2
