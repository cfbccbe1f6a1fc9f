"""What `despliegue/` says, as far as the robot depends on it."""

import re
from pathlib import Path

COMPOSE = Path(__file__).resolve().parents[2] / "despliegue" / "compose.yaml"


def test_every_container_of_the_robot_has_an_init_that_reaps_what_a_browser_leaves() -> None:
    services = re.split(r"^  (?=\w+:)", COMPOSE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    robots = [one for one in services if "command: [" in one]
    assert len(robots) == 2
    assert all(re.search(r"^    (init: true|<<: \*robot)$", one, re.MULTILINE) for one in robots)
    assert "init: true" in next(one for one in robots if "&robot" in one)
