"""Whose board it is: what pages show, weighed with what the vendor says."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_core.discovery.evidence import Evidence, EvidenceKind, PageRole, SeenPage, Strength, on_page, on_the_way, worth
from ats_core.discovery.judgement import Agreement, agreement, candidates, judge, worth_asking
from ats_core.discovery.likeness import CompanyNames
from ats_core.discovery.page import read_page
from ats_core.domain.board import Board, BoardLink, BoardProbe, LinkKind, ProviderName
from ats_core.domain.company import Company, ListedCompany

VENDOR = ProviderName("small")
ACME = CompanyNames.of(
    Company.first_met(ListedCompany.of("Acme", "https://acme.example"), datetime(2026, 7, 1, tzinfo=UTC))
)
HOME = SeenPage(url="https://acme.example/", role=PageRole.HOME, is_own=True)
CAREERS = SeenPage(url="https://acme.example/careers", role=PageRole.CAREERS, is_own=True)
BLOG = SeenPage(url="https://acme.example/blog/x", role=PageRole.OTHER, is_own=True)
ELSEWHERE = SeenPage(url="https://holding.example/careers", role=PageRole.CAREERS, is_own=False)


def board(slug: str) -> Board:
    return Board(VENDOR, "", slug)


def recognise(url: str) -> Iterable[BoardLink]:
    """`https://v.example/SLUG`, a posting below it, an embed under `/embed/`, the API under `/api/`."""
    if not url.startswith("https://v.example/"):
        return
    first, *rest = url.removeprefix("https://v.example/").split("/")
    if first in ("embed", "api"):
        yield BoardLink(board(rest[0]), url, LinkKind(first))
    else:
        yield BoardLink(board(first), url, LinkKind.POSTING if rest else LinkKind.BOARD)


def shown(page: SeenPage, markup: str, *, seen_before: frozenset[str] = frozenset()) -> tuple[Evidence, ...]:
    return on_page(page, read_page(page.url, markup), recognise, seen_before=seen_before)


def link(path: str, text: str = "here") -> str:
    return f'<a href="https://v.example/{path}">{text}</a>'


def says(slug: str, *, company_name: str | None = None, company_url: str | None = None) -> BoardProbe:
    return BoardProbe(board=board(slug), exists=True, company_name=company_name, company_url=company_url)


def verdicts(signs: Iterable[Evidence], *probes: BoardProbe) -> dict[str, float]:
    found = candidates(signs, ACME)
    return {v.board.slug: v.confidence for v in judge(found, {p.board: p for p in probes}, ACME)}


def outcome(signs: Iterable[Evidence], *probes: BoardProbe) -> dict[str, str]:
    found = judge(candidates(signs, ACME), {p.board: p for p in probes}, ACME)
    return {v.board.slug: "sure" if v.is_sure else "unsure" if v.is_unsure else "no" for v in found}


@pytest.mark.parametrize(
    ("page", "markup", "strength"),
    [
        (CAREERS, '<iframe src="https://v.example/embed/x">', Strength.STRONG),
        (CAREERS, '<script src="https://v.example/embed/x"></script>', Strength.STRONG),
        (HOME, '<iframe src="https://v.example/embed/x">', Strength.STRONG),
        (CAREERS, '<meta http-equiv=refresh content="0;url=https://v.example/x">', Strength.STRONG),
        (BLOG, '<iframe src="https://v.example/embed/x">', Strength.HINT),
        (ELSEWHERE, '<iframe src="https://v.example/embed/x">', Strength.HINT),
        (CAREERS, link("x"), Strength.LINKED),
        (CAREERS, '<script>fetch("https://v.example/api/x")</script>', Strength.LINKED),
        (CAREERS, '<form action="https://v.example/x/1/apply">', Strength.LINKED),
        (HOME, link("x", "Careers"), Strength.LINKED),
        (BLOG, link("x", "Careers"), Strength.LINKED),
        (ELSEWHERE, link("x"), Strength.HINT),
        (CAREERS, link("x/1"), Strength.HINT),
        (CAREERS, link("x/1") + link("x/2"), Strength.LINKED),
        (BLOG, link("x/1") + link("x/2"), Strength.PASSING),
        (HOME, '<script>{"board":"https://v.example/api/x"}</script>', Strength.HINT),
        (HOME, link("x", "our customer Initech"), Strength.PASSING),
        (BLOG, link("x/1", "a posting"), Strength.PASSING),
    ],
)
def test_a_sign_is_worth_what_its_place_says(page: SeenPage, markup: str, strength: Strength) -> None:
    assert worth(shown(page, markup)) is strength


def test_what_stands_in_the_frame_of_every_page_is_not_worth_more_on_the_careers_page() -> None:
    footer = link("initech", "Backed by Initech")
    url = "https://v.example/initech"
    assert worth(shown(CAREERS, footer, seen_before=frozenset({url}))) is Strength.PASSING
    assert worth(shown(CAREERS, link("initech", "Open roles"), seen_before=frozenset({url}))) is Strength.LINKED


def test_a_redirect_on_the_way_is_a_strong_sign() -> None:
    (sign,) = on_the_way(CAREERS, ["https://acme.example/go", "https://v.example/acme"], recognise)
    assert (sign.kind, sign.strength, sign.page.url) == (EvidenceKind.REDIRECT, Strength.STRONG, CAREERS.url)


@pytest.mark.parametrize(
    ("probe", "expected"),
    [
        (says("acme"), Agreement.SAME),
        (says("xyz"), Agreement.UNKNOWN),
        (says("xyz", company_name="ACME, S.L."), Agreement.SAME),
        (says("xyz", company_url="https://jobs.acme.example/x"), Agreement.DOMAIN),
        (says("acme", company_name="Initech"), Agreement.PART),
        (says("xyz", company_name="Initech"), Agreement.NO),
        (says("xyz", company_name="  "), Agreement.UNKNOWN),
        (says("acme-robotics"), Agreement.PART),
        (says("acme", company_name="Acme", company_url="https://initech.example"), Agreement.PART),
        (says("acme", company_name="Acme", company_url="https://acme.test"), Agreement.SAME),
        (says("acme-robotics", company_url="https://initech.example"), Agreement.NO),
    ],
)
def test_what_names_and_domains_say(probe: BoardProbe, expected: Agreement) -> None:
    assert agreement(probe, ACME) is expected


@pytest.mark.parametrize(
    ("signs", "probe", "expected"),
    [
        # An embed, and the one board that the careers page links, are the company's, whatever they are called.
        (shown(CAREERS, '<iframe src="https://v.example/embed/x9">'), says("x9"), "sure"),
        (shown(CAREERS, link("x9", "See all")), says("x9"), "sure"),
        (shown(HOME, link("x9", "Careers")), says("x9"), "sure"),
        (shown(CAREERS, link("x9/1") + link("x9/2")), says("x9"), "sure"),
        # A single posting is somebody's, and needs a name.
        (shown(CAREERS, link("acme/1")), says("acme"), "sure"),
        (shown(CAREERS, link("x9/1")), says("x9"), "unsure"),
        (shown(CAREERS, link("x9/1")), says("x9", company_name="Initech"), "no"),
        (shown(BLOG, link("acme/1")), says("acme"), "sure"),
        (shown(BLOG, link("initech/1")), says("initech"), "no"),
        (shown(BLOG, link("initech/1")), says("initech", company_name="Initech"), "no"),
        (shown(HOME, link("initech", "a happy customer")), says("initech"), "no"),
        # The vendor itself names another.
        (shown(CAREERS, link("x9", "See all")), says("x9", company_name="Initech"), "unsure"),
        # A careers page on another site needs a name too.
        (shown(ELSEWHERE, '<iframe src="https://v.example/embed/holding">'), says("holding"), "unsure"),
        (shown(ELSEWHERE, '<iframe src="https://v.example/embed/acme">'), says("acme"), "sure"),
    ],
)
def test_one_board_is_judged_by_its_place_and_its_name(
    signs: tuple[Evidence, ...], probe: BoardProbe, expected: str
) -> None:
    assert list(outcome(signs, probe).values()) == [expected]


def test_of_several_boards_those_that_bear_the_name_are_kept_and_the_others_are_not() -> None:
    signs = shown(CAREERS, link("acme") + link("acme-spain") + link("initech"))
    assert outcome(signs, says("acme"), says("acme-spain"), says("initech")) == {
        "acme": "sure",
        "acme-spain": "sure",
        "initech": "no",
    }


def test_two_boards_of_which_none_bears_the_name_wait_for_a_person() -> None:
    signs = shown(CAREERS, link("x8") + link("x9"))
    assert outcome(signs, says("x8"), says("x9")) == {"x8": "unsure", "x9": "unsure"}


def test_the_boards_of_an_investors_portfolio_are_not_asked_for_and_not_taken() -> None:
    signs = shown(CAREERS, "".join(link(f"portfolio{n}") for n in range(40)))
    found = candidates(signs, ACME)
    assert worth_asking(found, finally_=True) == ()
    one = says("portfolio7")
    assert outcome(signs, one) == {"portfolio7": "no"}


def test_in_a_portfolio_the_own_board_is_asked_for() -> None:
    found = candidates(shown(CAREERS, "".join(link(f"p{n}") for n in range(9)) + link("acme")), ACME)
    assert [c.board.slug for c in worth_asking(found, finally_=False)] == ["acme"]


def test_two_embedded_boards_are_both_kept() -> None:
    signs = shown(CAREERS, '<iframe src="https://v.example/embed/x8"><iframe src="https://v.example/embed/x9">')
    assert outcome(signs, says("x8"), says("x9")) == {"x8": "sure", "x9": "sure"}


def test_a_board_that_does_not_exist_or_was_not_answered_has_no_verdict() -> None:
    signs = shown(CAREERS, link("acme") + link("acme2"))
    found = candidates(signs, ACME)
    gone = BoardProbe(board=board("acme"), exists=False)
    assert judge(found, {gone.board: gone, board("acme2"): None}, ACME) == ()


def test_a_dead_board_does_not_put_a_living_one_in_doubt() -> None:
    signs = shown(CAREERS, link("x8") + link("x9"))
    assert outcome(signs, says("x9"), BoardProbe(board=board("x8"), exists=False)) == {"x9": "sure"}


def test_two_spellings_of_one_board_are_one() -> None:
    signs = shown(CAREERS, link("Acme") + link("acme"))
    found = candidates(signs, ACME)
    canonical = says("acme")
    (verdict,) = judge(found, {board("Acme"): canonical, board("acme"): canonical}, ACME)
    assert verdict.board.slug == "acme"


def test_confidence_grows_with_what_is_shown_and_with_what_is_said() -> None:
    places = [shown(BLOG, link("x9/1")), shown(CAREERS, link("x9/1")), shown(CAREERS, link("x9"))]
    places.append(shown(CAREERS, '<iframe src="https://v.example/embed/x9">'))
    sayings = [says("x9", company_name="Initech"), says("x9"), says("x9", company_name="Acme Robotics")]
    sayings += [says("x9", company_name="Acme"), says("x9", company_url="https://acme.example")]
    table = [[verdicts(signs, probe)["x9"] for probe in sayings] for signs in places]
    for row in table:
        assert row == sorted(row)
    for column in zip(*table, strict=True):
        assert list(column) == sorted(column)


def test_weak_signs_are_asked_about_only_when_no_page_is_left() -> None:
    found = candidates(shown(BLOG, link("acme/1")), ACME)
    assert worth_asking(found, finally_=False) == ()
    assert len(worth_asking(found, finally_=True)) == 1


def described(slug: str, organization: str) -> str:
    about = f'{{"@type": "JobPosting", "url": "https://v.example/{slug}/1", "hiringOrganization": "{organization}"}}'
    return f'<script type="application/ld+json">{about}</script>'


def seen(page: SeenPage, markup: str) -> tuple[Evidence, ...]:
    return on_page(page, read_page(page.url, markup), recognise, names=ACME)


@pytest.mark.parametrize(
    ("page", "markup", "strength"),
    [
        # The page writes of whose board it is: a client, a sister.
        (CAREERS, "<h2>Our client Initech is hiring</h2>" + link("initech", "See all"), Strength.HINT),
        (CAREERS, "<h2>Initech</h2>" + link("initech/1") + link("initech/2"), Strength.PASSING),
        (HOME, "<h2>In the group: Initech</h2>" + link("initech-careers", "Careers"), Strength.HINT),
        (CAREERS, link("x9", "See all at https://v.example/x9"), Strength.LINKED),
        (CAREERS, '<script>"initech"</script>' + link("initech", "See all"), Strength.LINKED),
        (CAREERS, "<h2>Jobs at Acme Labs</h2>" + link("acmelabs", "See all"), Strength.LINKED),
        (CAREERS, '<h2>Initech</h2><iframe src="https://v.example/embed/initech">', Strength.STRONG),
        # A description says who hires.
        (BLOG, described("x9", "Acme, S.L."), Strength.LINKED),
        (CAREERS, described("x9", "Globex") + link("x9/1") + link("x9/2"), Strength.PASSING),
        (CAREERS, described("x9", "") + link("x9", "See all"), Strength.LINKED),
        # One long page with postings.
        (HOME, link("x9/1") + link("x9/2"), Strength.HINT),
        (HOME, link("x9/1"), Strength.PASSING),
        (BLOG, link("x9/1") + link("x9/2"), Strength.PASSING),
        (HOME, link("x9", "Work at Acme"), Strength.LINKED),
    ],
)
def test_whose_jobs_a_page_speaks_of_says_what_they_are_worth(page: SeenPage, markup: str, strength: Strength) -> None:
    signs = seen(page, markup)
    assert worth(sign for sign in signs if sign.link.kind is not LinkKind.API) is strength


def test_the_boards_of_clients_stand_beside_each_other_though_one_of_them_is_not_written_of() -> None:
    rows = "".join(f"<h3>Client{n}</h3>{link(f'client{n}')}" for n in range(4))
    signs = seen(CAREERS, rows + link("xyzzy9"))
    assert outcome(signs, says("xyzzy9")) == {"xyzzy9": "no"}


def test_boards_at_two_vendors_and_in_two_regions_are_all_kept() -> None:
    boards = [Board(VENDOR, "", "acme"), Board(VENDOR, "eu", "acme"), Board(ProviderName("other"), "", "acme")]
    signs = [
        Evidence(
            link=BoardLink(b, f"https://v.example/{n}", LinkKind.BOARD),
            kind=EvidenceKind.LINK,
            page=CAREERS,
            in_context=True,
        )
        for n, b in enumerate(boards)
    ]
    probes = {b: BoardProbe(board=b, exists=True) for b in boards}
    found = judge(candidates(signs, ACME), probes, ACME)
    assert {v.board for v in found if v.is_sure} == set(boards)


def test_a_link_that_a_list_gives_is_as_good_as_one_on_the_careers_page() -> None:
    def given(path: str) -> Evidence:
        (found,) = recognise(f"https://v.example/{path}")
        return Evidence(link=found, kind=EvidenceKind.LIST, page=CAREERS, in_context=True)

    assert (given("x9").strength, given("x9/1").strength) == (Strength.LINKED, Strength.HINT)


# Rules that hold for whatever is seen

_PAGES = st.sampled_from([HOME, CAREERS, BLOG, ELSEWHERE])
_SLUGS = st.sampled_from(["acme", "acme-labs", "initech", "x9"])
_KINDS = st.sampled_from([kind for kind in EvidenceKind if kind not in (EvidenceKind.GUESS, EvidenceKind.PARAMETER)])


@st.composite
def _signs(draw: st.DrawFn) -> Evidence:
    slug, kind = draw(_SLUGS), draw(st.sampled_from(LinkKind))
    return Evidence(
        link=BoardLink(board(slug), f"https://v.example/{slug}/{draw(st.integers(0, 3))}", kind),
        kind=draw(_KINDS),
        page=draw(_PAGES),
        in_context=draw(st.booleans()),
        is_anothers=draw(st.booleans()),
    )


@st.composite
def _sayings(draw: st.DrawFn) -> list[BoardProbe]:
    names = st.sampled_from([None, "Acme", "Acme Labs", "Initech"])
    sites = st.sampled_from([None, "https://acme.example", "https://initech.example"])
    slugs = draw(st.lists(_SLUGS, unique=True))
    return [says(slug, company_name=draw(names), company_url=draw(sites)) for slug in slugs]


@given(
    st.lists(_signs(), min_size=1, max_size=8).flatmap(lambda s: st.tuples(st.just(s), st.permutations(s))), _sayings()
)
def test_in_which_order_signs_were_seen_changes_nothing(
    orders: tuple[list[Evidence], list[Evidence]], probes: list[BoardProbe]
) -> None:
    assert verdicts(orders[0], *probes) == verdicts(orders[1], *probes)


@given(st.lists(_signs(), min_size=1, max_size=8), _signs(), _sayings())
def test_one_more_sign_of_a_board_never_makes_it_less_sure(
    signs: list[Evidence], more: Evidence, probes: list[BoardProbe]
) -> None:
    slug = more.link.board.slug
    before, after = verdicts(signs, *probes), verdicts([*signs, more], *probes)
    assert after.get(slug, 0.0) >= before.get(slug, 0.0)


@given(st.lists(_signs(), min_size=1, max_size=8), _sayings())
def test_what_the_vendor_calls_by_another_name_says_so(signs: list[Evidence], probes: list[BoardProbe]) -> None:
    for verdict in judge(candidates(signs, ACME), {p.board: p for p in probes}, ACME):
        (probe,) = (p for p in probes if p.board == verdict.board)
        if probe.company_name == "Initech" and probe.company_url != "https://acme.example":
            assert verdict.bears_name == "initech"
        if probe.company_url == "https://initech.example":
            assert verdict.bears_domain == "initech.example"
