"""Which URLs name a board, and which boards a declared vendor can have at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_core.domain.board import Board, LinkKind
from ats_core.domain.checkpoint import Validators
from ats_core.domain.signs import ShownPage
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.board_url import split_board_url
from ats_core.provider.json_board import JsonBoard, Link, PostingFields, Signs
from ats_core.provider.json_board.details import DetailCursor, Remembered
from ats_core.provider.messages import BoardView

#: A vendor whose board is a tenant, a site, and the data centre that both are in.
TENANTS = JsonBoard(
    name="tenants",
    url="https://{tenant}.{region}.jobs.example/api/{tenant}/{site}/jobs",
    regions=r"wd\d+",
    slug=r"(?P<tenant>[a-z0-9_]+)/(?P<site>[A-Za-z0-9_-]+)",
    slug_of="{tenant}/{site}",
    folds_case=False,
    links=(
        Link("{tenant}.{region}.jobs.example/{site}/job/{posting}", LinkKind.POSTING),
        Link("{tenant}.{region}.jobs.example/{site}"),
    ),
    fields=PostingFields(),
    own_url="https://{slug}/api/jobs",
    signs=Signs(assets=("assets.example",), elements=("tenants-jobs",)),
)
BIG = Board(TENANTS.name, "wd5", "big/External")


@pytest.mark.parametrize(
    ("url", "board", "kind"),
    [
        ("https://big.wd5.jobs.example/External", BIG, LinkKind.BOARD),
        ("https://BIG.wd5.jobs.example/External/JOB/Madrid/Analyst_1", BIG, LinkKind.POSTING),
        ("https://big.xy5.jobs.example/External", None, None),
        ("https://big.wd5.jobs.example/", None, None),
        ("https://big.wd5.jobs.example/robots.txt", None, None),
        ("https://a.big.wd5.jobs.example/External", None, None),
    ],
)
def test_a_board_is_put_together_of_the_parts_of_a_url(url: str, board: Board | None, kind: LinkKind | None) -> None:
    link = TENANTS.recognise(url)
    assert (link.board if link else None, link.kind if link else None) == (board, kind)


def test_the_parts_of_a_board_stand_in_its_url() -> None:
    (request,) = next(TENANTS.read_page(BIG, BoardView()))  # type: ignore[misc]
    assert request.url == "https://big.wd5.jobs.example/api/big/External/jobs"


@pytest.mark.parametrize(
    "board",
    [Board(TENANTS.name, "", "big/External"), Board(TENANTS.name, "wd5", "big"), Board(TENANTS.name, "wd5", "../x")],
)
def test_a_board_that_the_vendor_cannot_have_is_not_asked_for(board: Board) -> None:
    with pytest.raises(ProviderError) as caught:
        next(TENANTS.read_page(board, BoardView()))
    assert caught.value.kind is FailureKind.NOT_FOUND
    with pytest.raises(StopIteration) as answered:
        next(TENANTS.probe(board))
    assert answered.value.value.exists is False


def test_a_query_must_have_what_the_pattern_says() -> None:
    link = Link("acme.example/embed?for={slug}&kind=board")
    for url, names in (
        ("https://acme.example/embed?kind=board&for=north&x=1", {"slug": "north"}),
        ("https://acme.example/embed?for=north", None),
        ("https://acme.example/embed?for=&kind=board", None),
    ):
        parts = split_board_url(url)
        assert parts is not None
        assert link.names_in(parts) == names


def test_a_name_of_a_vendor_is_checked_where_it_is_declared() -> None:
    with pytest.raises(ValueError, match="lower-case letters"):
        JsonBoard(name="Acme Hire", url="https://acme.example", links=(), fields=PostingFields())


def test_a_page_on_an_own_domain_is_a_board_and_one_of_the_vendors_is_not() -> None:
    own = ShownPage(url="https://jobs.north.example/x", urls=("https://cdn.assets.example/a.js",))
    assert [(sign.what, sign.board) for sign in TENANTS.read_signs(own)] == [
        ("assets of assets.example", Board(TENANTS.name, "", "jobs.north.example"))
    ]
    theirs = ShownPage(url="https://big.wd5.jobs.example/External", urls=("https://assets.example/a.js",))
    assert [sign.board for sign in TENANTS.read_signs(theirs)] == [None]
    widget = ShownPage(url="https://north.example/", marks=frozenset({"tenants-jobs"}))
    assert [sign.what for sign in TENANTS.read_signs(widget)] == ["element tenants-jobs"]


MARKS = st.frozensets(st.text("abcdefghijklmnopqrstuvwxyz0123456789-_", min_size=8, max_size=8), max_size=20)


@given(
    marks=MARKS,
    failed=MARKS,
    etag=st.none() | st.just('W/"x"'),
    modified=st.none() | st.just("Tue, 10 Mar 2026 07:30:00 GMT"),
    day=st.none() | st.integers(0, 40_000),
)
def test_what_a_sweep_leaves_is_read_as_it_was_written(
    marks: frozenset[str], failed: frozenset[str], etag: str | None, modified: str | None, day: int | None
) -> None:
    own = Validators(etag=etag, last_modified=modified)
    remembered = Remembered(own=own, read=marks, failed=failed, day=day)
    assert Remembered.of(remembered.validators()) == remembered
    assert Remembered.of(own) == Remembered(own=own)


@given(read=MARKS, failed=MARKS)
def test_a_cursor_is_read_as_it_was_written(read: frozenset[str], failed: frozenset[str]) -> None:
    cursor = DetailCursor(read, failed)
    assert DetailCursor.parse(str(cursor)) == cursor


@pytest.mark.parametrize("text", [None, "", "{}", "7", '["a"]', "[1, 2]", "[null, null]"])
def test_a_cursor_that_is_none_of_ours_is_the_beginning(text: str | None) -> None:
    assert DetailCursor.parse(text) == DetailCursor()


@pytest.mark.parametrize(
    ("url", "slug"),
    [
        ("https://jobs.example/es/acme", "acme"),
        ("https://jobs.example/pt_BR/acme", "acme"),
        ("https://jobs.example/zh-Hans/acme/jobs", "acme"),
        ("https://jobs.example/acme/jobs", "acme"),
        ("https://jobs.example/english/acme", "english"),
    ],
)
def test_a_language_in_a_url_is_no_board(url: str, slug: str) -> None:
    vendor = JsonBoard(
        name="tongues",
        url="https://jobs.example/api/{slug}",
        links=(Link("jobs.example/{language}/{slug}"), Link("jobs.example/{slug}")),
        fields=PostingFields(),
    )
    link = vendor.recognise(url)
    assert link is not None
    assert link.board.slug == slug
