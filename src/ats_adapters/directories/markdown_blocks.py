"""A Markdown document as the blocks that may name companies: list items, table rows, headings, lines of paragraphs.

The document is rendered with markdown-it and read as HTML, so that HTML inside it means what a reader sees.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum

from attrs import define, field, frozen
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from selectolax.lexbor import LexborNode

from ats_adapters.directories.markup import UnfitMarkup, parsed_markup

__all__ = ["BOUNDARY", "Anchor", "Block", "BlockKind", "Run", "blocks_of"]

_MAX_NESTING = 60

#: Stands in a text where bold or slanted text begins or ends.
BOUNDARY = "\x1f"


class BlockKind(Enum):
    """What a block is in the document."""

    HEADING = "heading"
    ITEM = "item"
    ROW = "row"
    LINE = "line"


@frozen
class Anchor:
    """A link in a block. Its text is empty where it shows a picture only; *struck*: it is struck through."""

    url: str
    text: str
    struck: bool = False


Run = str | Anchor


@define
class Block:
    """Text and links that stand together, beginning at *line*.

    *level*: of a heading 1-6, of an item how deep its list is nested; *starts_list*: a heading, or the end of a table,
    stands between it and the block before. Of a row, *cells* are its cells, *table* tells tables apart.
    """

    kind: BlockKind
    line: int
    level: int = 0
    runs: list[Run] = field(factory=list)
    cells: list[list[Run]] = field(factory=list)
    table: int = 0
    is_header: bool = False

    @property
    def text(self) -> str:
        """What a reader sees of it."""
        return text_of(self.runs)


def text_of(runs: Sequence[Run]) -> str:
    """What a reader sees of some runs."""
    shown = "".join(run.text if isinstance(run, Anchor) else run for run in runs)
    return " ".join(shown.replace(BOUNDARY, "").split())


class _Renderer(RendererHTML):
    """Says of each block at which line it begins, and breaks lines where the document does."""

    def html_block(self, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType) -> str:
        first = (tokens[idx].map or [0])[0] + 1
        return f'<template data-line="{first}"></template>{tokens[idx].content}'


def blocks_of(text: str) -> Iterator[Block]:
    """The blocks of a document, in its order; an item comes before those nested in it. Raises `UnfitMarkup`."""
    parser = MarkdownIt(
        "commonmark", {"html": True, "breaks": True, "maxNesting": _MAX_NESTING}, renderer_cls=_Renderer
    )
    parser.enable(["table", "strikethrough"])
    tokens = parser.parse(text)
    # What is nested deeper the parser leaves out, without a word.
    if any(token.level >= _MAX_NESTING - 2 for token in tokens):
        raise UnfitMarkup(f"nests its lists more than {_MAX_NESTING // 2 - 1} deep")
    for token in tokens:
        if token.map and token.nesting >= 0:
            token.attrSet("data-line", str(token.map[0] + 1))
    markup = parser.renderer.render(tokens, parser.options, {})
    del tokens
    root = parsed_markup(markup).body
    if root is not None:
        yield from _Walk().through(root)


_HEADINGS = {f"h{level}": level for level in range(1, 7)} | {"summary": 6, "dt": 6}
_LISTS = frozenset({"ul", "ol"})
_CELLS = frozenset({"td", "th"})
_PARAGRAPHS = frozenset("p div section article blockquote center details dd body figure main header footer nav".split())
_EMPHASIS = frozenset("strong b em i code".split())
_STRUCK = frozenset("s del strike".split())
_UNREAD = frozenset({"pre", "template", "head", "title"})
_SPACE = re.compile(r"[ \t\r\f]+")


@define
class _Walk:
    """Goes through a document once, in its order, and puts the blocks together."""

    line: int = 1
    depth: int = 0
    struck: int = 0
    table: int = 0
    open: list[Block] = field(factory=list)
    cell: list[Run] | None = None
    done: list[Block] = field(factory=list)

    def through(self, root: LexborNode) -> Iterator[Block]:
        """The blocks below *root*."""
        steps: list[tuple[LexborNode, bool]] = [(root, True)]
        while steps:
            node, enters = steps.pop()
            if not enters:
                self._leave(node.tag or "")
            elif self._enter(node):
                steps.append((node, False))
                steps.extend((child, True) for child in reversed(_children(node)))
            if self.done:
                yield from self.done
                self.done.clear()
        self._end_all()
        yield from self.done

    def _enter(self, node: LexborNode) -> bool:
        """Take a node in; whether its children are to be gone through, and it is to be left afterwards."""
        tag = node.tag or ""
        if tag == "-text":
            self._add(_SPACE.sub(" ", node.text_content or "").replace("\n", " "))
            return False
        attributes = node.attributes
        self._at(attributes)
        if tag in _UNREAD:
            return False
        if tag == "a" and (url := (attributes.get("href") or "").strip()):
            self._add(Anchor(url, _shown(node), self.struck > 0))
            return False
        if tag == "br":
            self._break()
        elif tag in _HEADINGS:
            self._begin(Block(BlockKind.HEADING, self.line, _HEADINGS[tag]))
        elif tag in _LISTS:
            self.depth += 1
        elif tag == "li":
            self._begin(Block(BlockKind.ITEM, self.line, max(self.depth, 1)))
        elif tag == "table":
            self._end_all()
            self.table += 1
        elif tag == "tr":
            self._begin(Block(BlockKind.ROW, self.line, table=self.table))
        elif tag in _CELLS:
            self._cell(tag)
        elif tag in _PARAGRAPHS and not self._is_inside():
            self._begin(Block(BlockKind.LINE, self.line))
        elif tag in _EMPHASIS:
            self._add(BOUNDARY)
        elif tag in _STRUCK:
            self.struck += 1
        return True

    def _leave(self, tag: str) -> None:
        if tag in _LISTS:
            self.depth = max(0, self.depth - 1)
        elif tag in _HEADINGS or tag in ("li", "tr") or (tag in _PARAGRAPHS and not self._is_inside()):
            self._end_all()
        elif tag in _CELLS:
            self.cell = None
        elif tag in _EMPHASIS:
            self._add(BOUNDARY)
        elif tag in _STRUCK:
            self.struck -= 1
        elif tag in _PARAGRAPHS:
            self._add("\n")

    def _at(self, attributes: Mapping[str, str | None]) -> None:
        said = attributes.get("data-line") or ""
        if said.isdecimal() and len(said) < 10:
            self.line = int(said)

    def _is_inside(self) -> bool:
        """Whether a block is open that paragraphs belong to."""
        return bool(self.open) and self.open[-1].kind is not BlockKind.LINE

    def _begin(self, block: Block) -> None:
        self._end_all()
        self.open.append(block)

    def _end_all(self) -> None:
        self.done += [block for block in self.open if block.runs or block.cells]
        self.open.clear()
        self.cell = None

    def _cell(self, tag: str) -> None:
        if self.open and self.open[-1].kind is BlockKind.ROW:
            self.cell = []
            self.open[-1].cells.append(self.cell)
            self.open[-1].is_header = tag == "th" and (len(self.open[-1].cells) == 1 or self.open[-1].is_header)

    def _break(self) -> None:
        """A line of a paragraph ends: each is a block of its own. Elsewhere it is part of the same."""
        if self.open and self.open[-1].kind is BlockKind.LINE:
            self._end_all()
        else:
            self._add("\n")
        if self.open or self.cell is None:
            self.line += 1

    def _add(self, run: Run) -> None:
        if self.cell is not None:
            self.cell.append(run)
            return
        if not self.open:
            if isinstance(run, str) and not run.strip(" \n" + BOUNDARY):
                return
            self.open.append(Block(BlockKind.LINE, self.line))
        self.open[-1].runs.append(run)


def _children(node: LexborNode) -> list[LexborNode]:
    found = []
    child = node.child
    while child is not None:
        found.append(child)
        child = child.next
    return found


def _shown(node: LexborNode) -> str:
    return " ".join((node.text() or "")[:2000].split())
