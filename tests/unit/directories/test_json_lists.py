"""JSON as people and programs export lists of companies."""

from __future__ import annotations

import json

import pytest
from tests.unit.directories.lists import Told, entries, told

from ats_adapters.directories.columns import ColumnNames
from ats_adapters.directories.json_list import JsonFormat
from ats_core.errors import DirectoryError

ACME: Told = ("Acme", "https://acme.example/", None)


def read(text: str | bytes, written: JsonFormat | None = None) -> list[Told | str]:
    return told(entries(written or JsonFormat(), text))


@pytest.mark.parametrize(
    "value",
    [
        [{"name": "Acme", "website": "acme.example"}],
        [{"Nom de l'empresa": "Acme", "Lloc web": "https://acme.example"}],
        {"companies": [{"name": "Acme", "url": "acme.example"}], "total": 1},
        {"data": {"companies": [{"name": "Acme", "links": {"website": "acme.example"}}]}},
        {"type": "FeatureCollection", "features": [{"properties": {"name": "Acme", "web": "acme.example"}}]},
        {"records": [{"id": "r1", "fields": {"Name": "Acme", "Website": "acme.example"}}]},
        [{"title": {"rendered": "Acme"}, "acf": {"web": "acme.example"}}],
        [{"founder": {"name": "Jane"}, "company": {"name": "Acme", "website": "acme.example"}}],
        {"Acme": "https://acme.example"},
        {"Acme": {"website": "acme.example"}},
        {"name": "Acme", "website": "acme.example"},
        [{"name": "Acme", "website": ["https://linkedin.com/company/acme", "https://acme.example"]}],
    ],
)
def test_the_list_and_its_fields_are_found(value: object) -> None:
    assert read(json.dumps(value)) == [ACME]


def test_careers_links_have_fields_of_their_own() -> None:
    record = {"name": "Acme", "website": "acme.example", "jobs_url": "https://jobs.lever.co/acme"}
    assert read(json.dumps([record])) == [("Acme", "https://acme.example/", "https://jobs.lever.co/acme")]


def test_a_value_a_line_is_read_line_by_line_and_a_broken_line_costs_itself() -> None:
    text = '{"name": "Acme", "website": "acme.example"}\n\n{"name": "Bolt"\n{"name": "Cog"}\n'
    assert read(text) == [ACME, "line 3: no JSON", ("Cog", None, None)]


def test_texts_are_websites_or_names_and_other_values_are_rejected() -> None:
    assert read('["acme.example", "Bolt", 3, null, [1]]') == [
        ("acme.example", "https://acme.example/", None),
        ("Bolt", None, None),
        *(f"item {number}: neither an object nor a text" for number in (3, 4, 5)),
    ]


def test_fields_and_the_place_of_the_list_can_be_configured() -> None:
    names = ColumnNames.with_configured({"name": ["t.n"], "website": ["w", "links.0.href"]})
    value = {"a": [{"name": "x"}], "b": [{"t": {"n": "Acme"}, "links": [{"href": "acme.example"}]}]}
    assert read(json.dumps(value), JsonFormat(names=names, items="b")) == [ACME]


@pytest.mark.parametrize("text", ["[]", '{"companies": []}', '{"meta": {}, "results": []}'])
def test_an_empty_list_is_a_list(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    "text",
    [
        '[{"name": "Acme", "website": "acme.example", "x": NaN}]',
        '[{"name": "Acme", "website": "acme.example", "x": "\\ud800"}]',
        '[{"name": "Acme", "website": "acme.example", "x": "a\tb"}]',
        '\ufeff[{"name": "Acme", "website": "acme.example"}]',
    ],
)
def test_what_json_forbids_but_programs_write_is_read(text: str) -> None:
    assert read(text) == [ACME]


@pytest.mark.parametrize("encoding", ["utf-16", "cp1252", "utf-8-sig"])
def test_other_encodings_are_read(encoding: str) -> None:
    assert read('[{"nombre": "Cañón"}]'.encode(encoding)) == [("Cañón", None, None)]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("  \n", "is empty"),
        ("3", "single value"),
        ('[{"name": "Acme"}, {"na', "is no JSON"),
        ("[" * 100_000, "is no JSON"),
        ("name,website\nAcme,acme.example", "is no JSON"),
        ("<!DOCTYPE html><html>", "is a web page, not JSON"),
        ('[{"colour": "red", "size": 1}]', "fields found: 'colour', 'size'"),
        ('{"a": 1, "b": "x"}', "holds no array"),
        ('{"red": [{"name": "x"}], "blue": [{"name": "y"}]}', "items = 'red' or 'blue'"),
    ],
)
def test_what_is_no_list_is_one_clear_line(text: str, said: str) -> None:
    with pytest.raises(DirectoryError, match=said) as raised:
        read(text)
    assert "\n" not in str(raised.value)


def test_a_wrong_place_says_what_is_there() -> None:
    with pytest.raises(DirectoryError, match=r"no 'firms' among 'companies'"):
        read('{"companies": []}', JsonFormat(items="firms"))
