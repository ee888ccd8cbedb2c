"""What a robots.txt, hostile ones too, lets us read."""

from __future__ import annotations

import pytest

from ats_adapters.http.client import Answer
from ats_adapters.http.robots import RobotRules


def rules(text: str, status: int = 200) -> RobotRules:
    return RobotRules.of(
        Answer(url="https://x.example/robots.txt", status=status, headers={}, body=text.encode(), received=0)
    )


def test_rules_for_us_come_before_those_for_all() -> None:
    read = rules("User-agent: *\nDisallow: /\n\nUser-agent: ats-pipeline\nAllow: /jobs\nDisallow: /jobs/old\n")
    assert read.allow("https://x.example/jobs")
    assert not read.allow("https://x.example/jobs/old")


def test_a_file_that_is_not_there_forbids_nothing() -> None:
    assert rules("User-agent: *\nDisallow: /\n", status=404).allow("https://x.example/")


def test_wildcards_cost_no_more_than_the_length_of_the_address() -> None:
    read = rules("User-agent: *\nDisallow: /" + "a*" * 40 + "b$\n")
    assert read.allow("https://x.example/" + "a" * 2000)  # an expression that tries again would never end


@pytest.mark.parametrize(("said", "delay"), [("2", 2.0), ("999", 10.0), ("0", None), ("-1", None), ("nan", None)])
def test_a_crawl_delay_is_kept_within_reason(said: str, delay: float | None) -> None:
    assert rules(f"User-agent: *\nCrawl-delay: {said}\n").delay == delay
