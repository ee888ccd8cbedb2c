"""Whether a page writes of the company that a board's slug names: a client, a sister, a partner of the page's owner."""

from __future__ import annotations

from functools import cached_property

from ats_core.discovery.likeness import CompanyNames, Likeness, is_named_in, squeezed
from ats_core.discovery.scripts import visible_text

__all__ = ["Mentions"]

# So many characters of text are looked through for names.
_MAX_TEXT = 200_000


class Mentions:
    """Whom the visible text of a page mentions. The text is read when the first of them is asked for."""

    def __init__(self, markup: str) -> None:
        self._markup = markup
        self._asked: dict[str, bool] = {}

    def of_another(self, slug: str, names: CompanyNames) -> bool:
        """Whether a slug is the name of another company than that of *names*, and the page mentions it."""
        if slug not in self._asked:
            self._asked[slug] = names.likeness(slug) is Likeness.NONE and is_named_in(slug, self._text)
        return self._asked[slug]

    @cached_property
    def _text(self) -> str:
        return squeezed(visible_text(self._markup)[:_MAX_TEXT])
