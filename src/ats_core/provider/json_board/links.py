"""How a vendor's boards are recognised in URLs: patterns of hosts and paths, such as `jobs.vendor.example/{slug}`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import parse_qsl

from attrs import field, frozen
from attrs.validators import min_len

from ats_core.domain.board import LinkKind
from ats_core.provider.board_url import BoardUrl

__all__ = ["RESERVED", "Link"]

#: What stands where a board's name does, on vendors' hosts and paths, and is none.
RESERVED = frozenset(
    """
    www app apps api apis auth login signin signup sso admin account accounts support help helpdesk docs blog static
    assets cdn media img images status mail email go info learn community partners resources marketing developers
    developer dev staging sandbox demo about pricing legal privacy terms cookies embed widget widgets search
    robots.txt favicon.ico sitemap.xml ads.txt manifest.json
    """.split()
)

_NAME = re.compile(r"\{(\w+)\}")
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_LANGUAGE = r"[a-z]{2,3}(?:[_-][a-z0-9]{2,8})?"


@frozen
class Link:
    """A shape of URL that names a board, and what such a URL shows.

    *pattern*: host and path, without the scheme; a path goes on as it likes behind what the pattern says. `{slug}` and
    other names in braces stand for one label of the host, one segment of the path, or the value of a query parameter
    (`vendor.example/embed?for={slug}`); `{region}` is the board's region, where *region* is not said, and `{language}`
    must look like the tag of one (`es`, `en-GB`). Literal parts are compared without case. *posting* is what a
    `{posting}` must look like, a regular expression.
    """

    pattern: str = field(validator=min_len(3))
    kind: LinkKind = LinkKind.BOARD
    region: str = ""
    posting: str = ".+"

    def is_host(self, host: str) -> bool:
        """Whether URLs of this shape stand at *host*."""
        return _compiled(self.pattern, self.posting)[0].fullmatch(host) is not None

    def names_in(self, url: BoardUrl) -> Mapping[str, str] | None:
        """What stands for the names of the pattern in *url*, None where it is not of this shape."""
        host, segments, query = _compiled(self.pattern, self.posting)
        found = host.fullmatch(url.host)
        if found is None or len(url.segments) < len(segments):
            return None
        names = found.groupdict()
        for shape, segment in zip(segments, url.segments, strict=False):
            if (part := shape.fullmatch(segment)) is None:
                return None
            names |= part.groupdict()
        for key, shape in query:
            if (part := shape.fullmatch(url.query.get(key, "").strip())) is None:
                return None
            names |= part.groupdict()
        return names


_Shapes = tuple[re.Pattern[str], tuple[re.Pattern[str], ...], tuple[tuple[str, re.Pattern[str]], ...]]


@lru_cache(maxsize=1000)
def _compiled(pattern: str, posting: str) -> _Shapes:
    address, _, query = pattern.partition("?")
    host, *segments = address.strip("/").split("/")
    return (
        _shape(host, _LABEL, posting),
        tuple(_shape(segment, ".+", posting) for segment in segments),
        tuple((key, _shape(value, ".+", posting)) for key, value in parse_qsl(query, keep_blank_values=True)),
    )


def _shape(text: str, any_: str, posting: str) -> re.Pattern[str]:
    pieces = _NAME.split(text)
    pieces[::2] = map(re.escape, pieces[::2])
    looks = {"posting": posting, "language": _LANGUAGE}
    pieces[1::2] = [f"(?P<{name}>{looks.get(name, any_)})" for name in pieces[1::2]]
    return re.compile("".join(pieces), re.IGNORECASE)
