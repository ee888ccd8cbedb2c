"""A list of companies as Markdown, as the public "awesome" lists write it."""

from __future__ import annotations

from collections.abc import Generator, Iterator

from attrs import define, field, frozen

from ats_adapters.directories.charsets import whole_text
from ats_adapters.directories.columns import ColumnNames, Columns
from ats_adapters.directories.entries import Entry, company_or_reason, rejected
from ats_adapters.directories.format import Document
from ats_adapters.directories.links import Link, says_which_link
from ats_adapters.directories.markdown_blocks import Block, BlockKind, Run, blocks_of, text_of
from ats_adapters.directories.markdown_line import Line, Says, cell_links, is_same_site, read_line
from ats_adapters.directories.markup import UnfitMarkup
from ats_adapters.directories.words import key_of, words_of
from ats_core.discovery.careers import is_careers_text
from ats_core.domain.identity import clean_line

__all__ = ["OTHER_SECTIONS", "MarkdownFormat"]

#: Headings below which a document writes about itself and others like it, not about companies.
OTHER_SECTIONS = words_of(
    """
    contributing, contribute, how to contribute, contribution guidelines, contributors, license, licence, credits,
    see also, also see, related, related lists, related projects, similar lists, similar projects, resources,
    other resources, useful links, further reading, reading, references, table of contents, contents, toc, index,
    sponsors, acknowledgements, acknowledgments, about, about this list, faq, changelog, disclaimer, legend, support,
    other lists, more lists, links, discussion, discussions, discussion and other reads, articles, star history, tl dr
    contribuir, como contribuir, contribuciones, licencia, recursos, otros recursos, ver tambien, vease tambien, indice,
    contenido, contenidos, referencias, agradecimientos, enlaces de interes, sobre esta lista
    com contribuir, llicencia, altres recursos, vegeu tambe, continguts, agraiments
    """
)


@frozen(kw_only=True)
class MarkdownFormat:
    """Markdown. Companies stand in list items, rows of tables, headings, or lines that begin with a link.

    Whatever stands below a heading of *skipped_sections* (in comparable form) is rejected, with that reason.
    """

    names: ColumnNames = field(factory=ColumnNames)
    skipped_sections: frozenset[str] = frozenset(OTHER_SECTIONS)
    max_bytes: int = 1_000_000

    def entries(self, document: Document) -> Generator[Entry, None, None]:
        """What each item, row and line with a link is. Raises `DirectoryError`."""
        text = whole_text(document.read(self.max_bytes, "Markdown"), document.content_type)
        if not text.strip():
            raise document.error("is empty", "it needs lines such as - [Acme](https://acme.example)")
        reading = _Reading(document.own_domain, self.names, self.skipped_sections)
        try:
            for block in blocks_of(text):
                yield from reading.take(block)
        except UnfitMarkup as error:
            raise document.error(f"is no list: it {error}") from None
        yield from reading.end()


@define
class _Open:
    """A block that names a company, or may: what is said of it below is still to come."""

    kind: BlockKind
    level: int
    line: int
    name: str
    links: list[Link] = field(factory=list)
    heads_others: bool = False


@define
class _Reading:
    """The reading of one document: what stands open, and the section that it is in."""

    own_domain: str | None
    names: ColumnNames
    skipped: frozenset[str]
    open: list[_Open] = field(factory=list)
    section: str = ""
    section_level: int = 0
    table: int = 0
    columns: Columns | None = None

    def take(self, block: Block) -> Iterator[Entry]:
        """The entries that are known to be whole now that *block* has come."""
        if block.kind is BlockKind.HEADING:
            yield from self._heading(block)
        elif block.kind is BlockKind.ROW:
            yield from self._row(block)
        elif block.kind is BlockKind.ITEM:
            yield from self._item(block)
        else:
            yield from self._line(block)

    def end(self) -> Iterator[Entry]:
        """The entries that stood open."""
        yield from self._close(0)

    def _heading(self, block: Block) -> Iterator[Entry]:
        yield from self._close(0)
        if self.section and block.level <= self.section_level:
            self.section = ""
        (line, *others) = read_line(block.runs)
        if not self.section and key_of(block.text) in self.skipped:
            self.section, self.section_level = clean_line(block.text, limit=60), block.level
        if line.says is Says.COMPANY and not others and not self.section:
            self.open.append(_Open(block.kind, 0, block.line, line.name, list(line.links)))
        elif line.links:
            yield self._rejected(block, "a heading with links that name no company")
        else:
            # The title of the document heads all of it.
            self.open.append(_Open(block.kind, 0, block.line, block.text, heads_others=block.level == 1))

    def _item(self, block: Block) -> Iterator[Entry]:
        yield from self._close(block.level)
        lines = read_line(block.runs)
        if self.section:
            yield self._elsewhere(block)
        elif len(lines) > 1:
            self._has_below(block.level)
            for line in lines:
                yield self._company(block.line, line.name, line.links)
        else:
            yield from self._single_item(block, lines[0])

    def _single_item(self, block: Block, line: Line) -> Iterator[Entry]:
        above = self.open[-1] if self.open else None
        if above is not None and self._is_of_a_section(above, line):
            above = None
        is_of_above = above is not None and (above.kind is BlockKind.ITEM or bool(above.links))
        names_nobody = line.says is Says.LABEL or (line.says is Says.COMPANY and not line.name)
        if names_nobody and above is not None and (line.says is Says.LABEL or not above.links):
            above.links += line.links
        elif line.says is Says.LABEL and line.links and (not line.name or says_which_link(line.name)):
            yield self._rejected(block, "says what a link leads to, but not whose it is")
        elif line.says is Says.STRUCK:
            yield self._rejected(block, "struck through in the list")
        elif line.says is Says.PROSE:
            if not (is_of_above and above is not None and above.links):
                yield self._rejected(block, "its link stands within a sentence")
        elif is_of_above and above is not None and above.links and is_same_site(above.links, line.links):
            return  # a detail of the company above
        else:
            self._has_below(block.level)
            links = (
                [Link(line.links[0].url), *line.links[1:]]
                if line.says is Says.LABEL and line.links
                else list(line.links)
            )
            self.open.append(_Open(block.kind, block.level, block.line, line.name, links))

    def _is_of_a_section(self, above: _Open, line: Line) -> bool:
        """Whether what stands above is the heading of a section and not of a company, as far as this line tells."""
        if above.kind is not BlockKind.HEADING or above.links:
            return False
        is_named = bool(line.name) and not says_which_link(line.name)  # "GitHub | San Francisco"
        return above.heads_others or is_named

    def _line(self, block: Block) -> Iterator[Entry]:
        heading = self.open[0] if self.open and self.open[0].kind is BlockKind.HEADING else None
        if heading is not None and heading.heads_others and not heading.links:
            heading = None
        for line in read_line(block.runs):
            if line.says is Says.LABEL and heading is not None and not self.section:
                heading.links += line.links
            elif not line.links and line.says is not Says.STRUCK:
                continue
            elif self.section:
                yield self._elsewhere(block)
            elif line.says is Says.COMPANY and line.is_telling and not (heading is not None and heading.links):
                yield self._company(block.line, line.name, line.links)
            elif heading is not None and heading.links:
                heading.links += [link for link in line.links if is_careers_text(link.text)]
            else:
                yield self._rejected(block, "its link stands within a sentence, or alone")

    def _row(self, block: Block) -> Iterator[Entry]:
        yield from self._close(0, keep_headings=True)
        if block.table != self.table:
            self.table, self.columns = block.table, None
            header = Columns.of([text_of(cell) for cell in block.cells], self.names)
            if block.is_header or header.is_usable:
                self.columns = header if header.is_usable else None
                return
        if not any(text_of(cell) or cell_links(cell) for cell in block.cells):
            return
        if self.section:
            yield self._elsewhere(block)
        elif self.columns is not None:
            yield self._by_columns(block, self.columns)
        else:
            yield from self._by_order(block)

    def _by_columns(self, block: Block, columns: Columns) -> Entry:
        """The company of a row of which the header says which cell is what."""
        links: list[Link] = []
        name = ""
        for number, cell in enumerate(block.cells):
            label = "website" if number in columns.websites else "careers" if number in columns.careers else ""
            if number == columns.name:
                (line, *_) = read_line(cell)
                name = line.name
                links += [Link(link.url, "" if link.text == name else link.text) for link in line.links]
                continue
            found = cell_links(cell, label)
            links += found or ([Link(text_of(cell), label)] if label else [])
        return self._company(block.line, name, links)

    def _by_order(self, block: Block) -> Iterator[Entry]:
        """The companies of a row of a table whose header says nothing."""
        runs: list[Run] = []
        for cell in block.cells:
            runs += [*cell, " | "]
        for line in read_line(runs):
            if line.says is Says.COMPANY:
                yield self._company(block.line, line.name, line.links)
            else:
                yield self._rejected(block, "a row without a link, in a table of which no column is called a name")

    def _close(self, level: int, *, keep_headings: bool = False) -> Iterator[Entry]:
        """End what stands open at *level* or deeper: headings are at 0, items at the depth of their list."""
        while self.open and self.open[-1].level >= level:
            if keep_headings and self.open[-1].kind is BlockKind.HEADING:
                return
            done = self.open.pop()
            if done.links:
                yield self._company(done.line, done.name, done.links)
            elif done.kind is BlockKind.ITEM:
                why = "heads the entries below it" if done.heads_others else "has no link to a company"
                yield rejected(f"line {done.line}", why)

    def _has_below(self, level: int) -> None:
        for above in self.open:
            if above.level < level:
                above.heads_others = True

    def _company(self, line: int, name: str, links: tuple[Link, ...] | list[Link]) -> Entry:
        return company_or_reason(name, links, where=f"line {line}", position=line, own_domain=self.own_domain)

    def _elsewhere(self, block: Block) -> Entry:
        return self._rejected(block, f"stands below “{self.section}”, which is no part of the list")

    def _rejected(self, block: Block, why: str) -> Entry:
        return rejected(f"line {block.line}", why)
