"""Markdown as the public lists of companies write it."""

from __future__ import annotations

import pytest
from tests.unit.directories.lists import Told, entries, told

from ats_adapters.directories.charsets import whole_text
from ats_adapters.directories.columns import ColumnNames
from ats_adapters.directories.markdown_list import MarkdownFormat
from ats_core.domain.company import ListedCompany
from ats_core.errors import DirectoryError

ACME: Told = ("Acme", "https://acme.example/", None)
BOTH: Told = ("Acme", "https://acme.example/", "https://acme.example/careers")


def read(text: str | bytes, written: MarkdownFormat | None = None) -> list[Told | str]:
    return told(entries(written or MarkdownFormat(), text))


@pytest.mark.parametrize(
    ("line", "company"),
    [
        ("- [Acme](https://acme.example)", ACME),
        ("* [Acme](https://acme.example) | Madrid / Remote | Take-home, then [a talk](#talk)", ACME),
        ("1. [Acme](https://acme.example) - pays *well*", ACME),
        ("- **[Acme](https://acme.example)**: payments", ACME),
        ("- [**Acme**](https://acme.example)", ACME),
        ("- [Acme](https://acme.example/careers) | Madrid", BOTH),
        ("- [Acme](https://acme.example) ([careers](https://acme.example/careers))", BOTH),
        ("- Acme - [Website](https://acme.example) - [Careers](https://acme.example/careers)", BOTH),
        ("- **Acme** [Website](https://acme.example) / [Jobs](https://acme.example/careers)", BOTH),
        ("- Acme: https://acme.example", ACME),
        ("- Acme (https://acme.example).", ACME),
        ("- Acme | <https://acme.example>", ACME),
        ("- Acme [🔗](https://acme.example)", ACME),
        ("- [Acme][1]\n\n[1]: https://acme.example", ACME),
        ("- [ ] [Acme](https://acme.example)", ACME),
        ("- ✅ [Acme](https://acme.example)", ACME),
        ("- [![logo](a.png)](https://acme.example) Acme", ACME),
        ("- <a href='https://acme.example'>Acme</a> <br> Madrid", ACME),
        ("- [Acme](https://acme.example)\n  continues on a second line\n\n  and a paragraph", ACME),
        ("- https://acme.example", ("acme.example", "https://acme.example/", None)),
        ("- [acme.io](https://acme.io)", ("acme.io", "https://acme.io/", None)),
        ("- [Acme](https://jobs.lever.co/acme) | Madrid", ("Acme", None, "https://jobs.lever.co/acme")),
        ("- [Acme](https://www.linkedin.com/company/acme)", ("Acme", None, None)),
        ("- [GitHub](https://github.com/about/careers) | San Francisco", ("GitHub", None, "https://github.com/about/careers")),
    ],
)  # fmt: skip
def test_one_line_is_one_company(line: str, company: Told) -> None:
    assert read(line) == [company]


@pytest.mark.parametrize(
    "text",
    [
        "- Acme\n  - Website: https://acme.example\n  - Careers: https://acme.example/careers\n  - City: Madrid",
        "- [Acme](https://acme.example)\n  - [Open positions](https://acme.example/careers)\n  - Rust, Go",
        "### Acme\n\n- Website: [acme.example](https://acme.example)\n- [Careers](https://acme.example/careers)",
        "### [Acme](https://acme.example)\n\nPays well. See their [jobs](https://acme.example/careers) too.",
        "## Acme\n\nWebsite: https://acme.example\nCareers: https://acme.example/careers",
    ],
)
def test_what_is_said_of_a_company_below_it_is_its_own(text: str) -> None:
    assert read(text) == [BOTH]


@pytest.mark.parametrize(
    "text",
    [
        "| Company | Website | Careers |\n|-|-|-|\n| Acme | acme.example | [here](https://acme.example/careers) |",
        "| Web | Empresa | Empleo |\n|-|-|-|\n| <https://acme.example> | **Acme** | https://acme.example/careers |",
        "| Name | City | Jobs |\n|-|-|-|\n| [Acme](https://acme.example) | Madrid | https://acme.example/careers |",
        "| | |\n|-|-|\n| [Acme](https://acme.example) | [Careers](https://acme.example/careers) |",
        "<table><tr><th>Name<th>Site<th>Jobs</tr><tr><td>Acme<td>"
        "<a href=https://acme.example>x</a><td><a href=https://acme.example/careers>y</a></table>",
    ],
)
def test_a_row_of_a_table_is_a_company(text: str) -> None:
    assert read(text) == [BOTH]


def test_a_tables_columns_can_be_configured() -> None:
    names = ColumnNames.with_configured({"name": ["Quién"], "website": ["Dónde"]})
    table = "| Quién | Dónde |\n|-|-|\n| Acme | acme.example |"
    assert read(table, MarkdownFormat(names=names)) == [ACME]


def test_lines_of_a_paragraph_that_begin_with_a_link_are_companies() -> None:
    text = "[Acme](https://acme.example) | Madrid\n[Bolt](https://bolt.example) - Paris"
    assert read(text) == [ACME, ("Bolt", "https://bolt.example/", None)]


def test_a_row_of_links_is_as_many_companies() -> None:
    text = "- Fintech: [Acme](https://acme.example), [Bolt](https://bolt.example) and [Cog](https://cog.example)"
    assert [entry[0] for entry in read(text)] == ["Acme", "Bolt", "Cog"]


def test_a_list_below_an_item_without_a_link_is_read_and_the_item_is_told_of() -> None:
    text = "- Madrid\n  - [Acme](https://acme.example)\n  - [Bolt](https://bolt.example)\n"
    found = read(text)
    assert "line 1: heads the entries below it" in found
    assert [entry[0] for entry in found if isinstance(entry, tuple)] == ["Acme", "Bolt"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("- see [the guide](https://guide.example) of how we work", "line 1: its link stands within a sentence"),
        ("- ~~[Acme](https://acme.example)~~", "line 1: struck through in the list"),
        ("- no link", "line 1: has no link to a company"),
        ("- [Website](https://acme.example)", "line 1: says what a link leads to, but not whose it is"),
        ("Please open a [PR](https://pr.example) to join.", "line 1: its link stands within a sentence, or alone"),
        ("## Contributing\n- [x](https://x.example)", "line 2: stands below “Contributing”, which"),
        ("## También\n### Ver también\n\n- [x](https://x.example)", "line 4: stands below “Ver también”"),
        ("|a|b|\n|-|-|\n|Acme|x|", "line 3: a row without a link"),
        ("- [!!!](https://x.example)", "line 1: says what a link leads to"),
    ],
)  # fmt: skip
def test_a_line_that_names_nobody_says_why(text: str, reason: str) -> None:
    (only,) = read(text)
    assert isinstance(only, str)
    assert only.startswith(reason)


def test_badges_comments_and_code_are_passed() -> None:
    text = "[![Build](https://img.shields.io/x.svg)](https://ci.example/badge)\n<!-- - [x](https://x.example) -->\n\n"
    text += "```\n- [y](https://y.example)\n```\n\n- [Acme](https://acme.example)"
    assert read(text) == [ACME]


def test_the_section_after_one_that_is_no_part_of_the_list_is_read() -> None:
    text = "## License\n- [x](https://x.example)\n## Companies\n- [Acme](https://acme.example)"
    assert read(text)[1:] == [ACME]


def test_which_sections_are_left_out_can_be_configured() -> None:
    text = "## Resources\n- [Acme](https://acme.example)\n## Clients\n- [x](https://x.example)"
    found = read(text, MarkdownFormat(skipped_sections=frozenset({"clients"})))
    assert found[0] == ACME
    assert "Clients" in str(found[1])


def test_lines_are_numbered_as_in_the_file() -> None:
    found = entries(
        MarkdownFormat(), "# Title\n\n- [Acme](https://acme.example)\n\ntext\n\n1. [Bolt](https://bolt.example)\n"
    )
    assert [getattr(entry, "position", 0) for entry in found] == [3, 7]


def test_a_text_in_windows_1252_is_read() -> None:
    assert whole_text("Peña".encode("cp1252")) == "Peña"
    assert read("- [Peña](https://pena.example)".encode("cp1252")) == [("Peña", "https://pena.example/", None)]


def test_a_list_without_blocks_of_its_own_names_nobody() -> None:
    assert read("Just words.\n\n# And a heading") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("<!doctype html><title>Log in</title>", "is a web page, not Markdown"),
        (b"%PDF-1.7 ...", "is binary data"),
        (b"PK\x03\x04...", "is a spreadsheet or an archive"),
        ("x" * 1_000_001, "has more than the 1,000,000 bytes"),
        ("".join(f"{'  ' * n}- x\n" for n in range(40)), "nests its lists more than 29 deep"),
        ("<div>" * 1000, "nests its tags"),
        ("<p " + " ".join(f"a{n}=1" for n in range(600)) + ">", "attributes"),
    ],
)
def test_what_is_no_markdown_list_is_one_clear_line(text: str | bytes, said: str) -> None:
    with pytest.raises(DirectoryError, match=said) as raised:
        read(text)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["E", "GitHub", "Remote", "Medium"])
def test_a_name_that_is_a_label_elsewhere_is_a_name_in_a_list_of_names(name: str) -> None:
    found = entries(MarkdownFormat(), f"# Companies\n\n- [{name}](https://acme.example) | Madrid\n")
    assert [entry.name for entry in found if isinstance(entry, ListedCompany)] == [name]
