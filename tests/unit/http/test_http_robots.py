"""What a robots.txt, hostile ones too, lets us read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from protego import Protego

from ats_adapters.http.client import Answer
from ats_adapters.http.robots import MAX_RULES, PRODUCT, RobotRules


def rules(text: str, status: int = 200) -> RobotRules:
    return RobotRules.of(
        Answer(url="https://x.example/robots.txt", status=status, headers={}, body=text.encode(), received=0)
    )


def test_rules_for_us_come_before_those_for_all() -> None:
    read = rules("User-agent: *\nDisallow: /\n\nUser-agent: ats-pipeline\nAllow: /jobs\nDisallow: /jobs/old\n")
    assert read.allow("https://x.example/jobs")
    assert not read.allow("https://x.example/jobs/old")


def test_a_version_after_our_name_is_us_all_the_same() -> None:
    assert not rules("User-agent: ats-pipeline/0.1\nDisallow: /\n").allow("https://x.example/")


def test_a_file_that_is_not_there_forbids_nothing() -> None:
    assert rules("User-agent: *\nDisallow: /\n", status=404).allow("https://x.example/")


def test_wildcards_cost_no_more_than_the_length_of_the_address() -> None:
    read = rules("User-agent: *\nDisallow: /" + "a*" * 40 + "b$\n")
    assert read.allow("https://x.example/" + "a" * 2000)  # an expression that tries again would never end


@pytest.mark.parametrize(("said", "delay"), [("2", 2.0), ("999", 10.0), ("0", None), ("-1", None), ("nan", None)])
def test_a_crawl_delay_is_kept_within_reason(said: str, delay: float | None) -> None:
    assert rules(f"User-agent: *\nCrawl-delay: {said}\n").delay == delay


def test_agents_cost_nothing_that_are_not_us() -> None:
    agents = "".join(f"User-agent: bot{n}\n" for n in range(10_000))
    forbidden = "".join(f"Disallow: /{n}\n" for n in range(20_000))
    read = rules(agents + forbidden)  # one set of rules for each would be 200 million
    assert read.allow("https://x.example/7")
    assert read.count == 0


def test_of_more_rules_than_are_read_the_first_hold() -> None:
    read = rules("User-agent: *\n" + "".join(f"Disallow: /{n}/\n" for n in range(MAX_RULES + 5)))
    assert not read.allow("https://x.example/7/")
    assert read.count == MAX_RULES + 1


def test_the_group_that_names_us_best_counts_and_all_its_parts() -> None:
    text = "User-agent: *\nUser-agent: ats\nDisallow: /a\n\nUser-agent: ATS-Pipeline\nDisallow: /b\n\n"
    read = rules(
        text + "Sitemap: https://x.example/s.xml\nUser-agent: bot\nDisallow: /\nuser-agent: ats-pipeline*\nDisallow: /c"
    )
    assert [read.allow(f"https://x.example/{page}") for page in "abcd"] == [True, False, False, True]
    assert read.sitemaps == ("https://x.example/s.xml",)


LINES = st.sampled_from(
    """
    User-agent: *
    User-agent: ats-pipeline
    User-agent: ats
    user-agent : ATS-PIPELINE # us
    User-agent: bot
    User-agent:
    Useragent pipeline
    User-agent: ats*
    Disallow: /
    Disallow: /a
    Allow: /a/b
    Disallow:
    Disallow: /*b$
    Crawl-delay: 3
    Sitemap: https://x.example/s.xml
    # nothing
    Foo: bar

    """.split("\n    ")
)


@given(st.lists(LINES, max_size=12))
def test_the_lines_for_us_say_what_the_whole_file_says(lines: list[str]) -> None:
    text = "\n".join(lines)
    read, whole = rules(text), Protego.parse(text)
    for page in ("", "a", "a/b", "c"):
        assert read.allow(f"https://x.example/{page}") == whole.can_fetch(f"https://x.example/{page}", PRODUCT)
    assert read.delay == whole.crawl_delay(PRODUCT)
    assert list(read.sitemaps) == list(whole.sitemaps)
