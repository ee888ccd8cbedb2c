"""Whatever a list holds: it is read or refused with one clear line, and no record is lost."""

from __future__ import annotations

import csv
import io
import json
import string
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.unit.directories.lists import entries

from ats_adapters.directories.csv_list import CsvFormat
from ats_adapters.directories.entries import Entry
from ats_adapters.directories.format import ListFormat
from ats_adapters.directories.html_page import ListingSelectors, read_detail, read_listing
from ats_adapters.directories.json_list import JsonFormat
from ats_adapters.directories.markdown_list import MarkdownFormat
from ats_adapters.directories.markup import UnfitMarkup
from ats_adapters.directories.selectors import Selector
from ats_core.errors import DirectoryError

FORMATS: tuple[ListFormat, ...] = (CsvFormat(), JsonFormat(), MarkdownFormat())
MARKED = st.lists(
    st.sampled_from(
        """
        - * # | [ ] ( ) < > / ! ` ~~ ** : , ; " ' { } \\ &amp; <a <li> </li> <table> <tr> <td> <ul> </ul> <br> <!-- -->
        https://acme.example www.acme.example acme.example/careers Acme [Acme](https://acme.example) Website: Careers:
        href= "name" "website" null true 1e9 name,website |-|-| ## 1. [x] <script>
        </script> <template> <svg> <p> é \u202e
        """.split()
    )
    | st.sampled_from([" ", "  ", "\n", "\n\n", "\t", "\0", "\x1f", "\n    "]),
    max_size=60,
).map("".join)
ANYTHING = st.one_of(MARKED, st.text(max_size=200)).map(str.encode) | st.binary(max_size=200)


@pytest.mark.parametrize("written", FORMATS, ids=lambda written: type(written).__name__)
@given(content=ANYTHING)
@settings(max_examples=60, deadline=None)
@example(content=b"- " * 500)
@example(content=b"> " * 500 + b"[a](https://a.example)")
@example(content=b"[" * 3000)
@example(content=b'{"a":' * 3000)
@example(content=b"<" * 3000)
def test_any_text_is_read_or_refused_and_the_same_each_time(written: ListFormat, content: bytes) -> None:
    def outcome() -> list[Entry] | str:
        try:
            return entries(written, content)
        except DirectoryError as error:
            return str(error)

    first = outcome()
    assert first == outcome()
    assert not isinstance(first, str) or "\n" not in first


@given(markup=MARKED)
@settings(max_examples=60, deadline=None)
def test_any_page_is_read_or_refused(markup: str) -> None:
    on_item = {role: Selector.of("a@href") for role in ("website", "careers", "detail")}
    name, item = Selector.of("a"), Selector.of("li")
    wanted = ListingSelectors(item=item, on_item={"name": name, **on_item}, next_page=name)
    try:
        page = read_listing("https://hub.example/", markup, wanted)
        read_detail("https://hub.example/x", markup, wanted, page.frame)
    except UnfitMarkup:
        return
    assert len(page.items) <= markup.lower().count("<li")


Records = Sequence[tuple[str, str]]
NAMES = st.text(string.ascii_letters + string.digits + " .&-é@", max_size=20)
WEBSITES = st.sampled_from(
    ["", "acme.example", "https://acme.example/careers", "https://jobs.lever.co/acme", "n/a", "linkedin.com/in/x", "@"]
)
RECORDS = st.lists(st.tuples(NAMES, WEBSITES), max_size=12)


@given(records=RECORDS)
@settings(max_examples=60, deadline=None)
def test_no_record_of_a_table_is_lost(records: Records) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([("name", "website"), *records])
    there = sum(1 for name, website in records if name.strip() or website.strip())
    assert len(entries(CsvFormat(), text.getvalue())) == there


@given(records=RECORDS)
@settings(max_examples=60, deadline=None)
def test_no_record_of_an_array_is_lost(records: Records) -> None:
    value = [{"name": name, "website": website} for name, website in records]
    assert len(entries(JsonFormat(), json.dumps(value))) == len(records)
    if len(records) > 1:
        assert len(entries(JsonFormat(), "\n".join(map(json.dumps, value)))) == len(records)


@given(names=st.lists(st.text(string.ascii_letters + string.digits, min_size=1, max_size=12), max_size=12))
@settings(max_examples=60, deadline=None)
def test_no_item_of_a_markdown_list_is_lost(names: list[str]) -> None:
    items = [f"- [{name}](https://acme{number}.example) | Madrid" for number, name in enumerate(names)]
    assert len(entries(MarkdownFormat(), "# List\n\n" + "\n".join(items))) == len(names)


@given(names=st.lists(st.text(string.ascii_letters + string.digits, min_size=1, max_size=12), max_size=12))
@settings(max_examples=100, deadline=None)
def test_no_row_of_a_markdown_table_is_lost(names: list[str]) -> None:
    rows = [f"| {name} | acme{number}.example |" for number, name in enumerate(names)]
    assert len(entries(MarkdownFormat(), "\n".join(["| Name | Web |", "|-|-|", *rows]))) == len(names)
