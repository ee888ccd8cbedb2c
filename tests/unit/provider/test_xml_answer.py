"""Answers in XML become the plain values that JSON gives, and hostile ones cost nothing."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.messages import Response
from ats_core.provider.xml_answer import xml_answer

READ = xml_answer("feed.entry", "feed.entry.places.place")


def read(body: str | bytes) -> Any:
    """What the feed with that body says."""
    sent = body.encode() if isinstance(body, str) else body
    return READ(Response(url="https://acme.example/feed", status=200, body=sent), where="acme")


def entries(inner: str) -> Any:
    """The entries of a feed with that inside."""
    return read(f'<?xml version="1.0" encoding="UTF-8"?>\n<feed>{inner}</feed>')["feed"]["entry"]


def failure(body: str | bytes) -> ProviderError:
    """What is wrong with the feed with that body."""
    with pytest.raises(ProviderError) as caught:
        read(body)
    return caught.value


def test_an_element_is_its_text_or_an_object_of_those_in_it() -> None:
    assert entries("<entry><id>7</id><pay><min>1</min><max/></pay></entry>") == [
        {"id": "7", "pay": {"min": "1", "max": ""}}
    ]


def test_what_may_be_several_is_a_list_however_many_there_are() -> None:
    assert entries("") == []
    assert entries("<entry>a</entry>") == ["a"]
    assert entries("<entry>a</entry><other/><entry/>") == ["a", ""]
    assert entries("<entry><places/></entry>") == [{"places": {"place": []}}]
    assert entries("<entry><places><place>M</place><place>B</place></places></entry>") == [
        {"places": {"place": ["M", "B"]}}
    ]


def test_of_what_is_repeated_elsewhere_the_first_counts() -> None:
    assert entries("<entry><id>1</id><id>2</id></entry><place/>") == [{"id": "1"}]


def test_text_is_as_it_was_sent_markup_in_cdata_too() -> None:
    assert entries("<entry><t>R&amp;D &lt;b&gt; caf&#233; &#x1F600;</t></entry>") == [{"t": "R&D <b> café \U0001f600"}]
    assert entries("<entry><t> <![CDATA[<p>a &amp; b&nbsp;</p>]]><![CDATA[c]]>\n</t></entry>") == [
        {"t": " <p>a &amp; b&nbsp;</p>c\n"}
    ]


def test_prefixes_stand_and_attributes_and_comments_do_not() -> None:
    assert entries('<entry a="1" xmlns:tt="https://acme.example/ns"><tt:id b="2">7<!-- x --></tt:id></entry>') == [
        {"tt:id": "7"}
    ]


def test_a_character_that_xml_forbids_or_an_unknown_entity_loses_nothing_but_itself() -> None:
    assert entries("<entry><t>a\x0bb\x00&#11;&#x1f;&#xD800;&#9;c</t></entry>") == [{"t": "ab\tc"}]
    assert entries("<entry><t>a&nbsp;b &eacute; &nosuch;</t></entry>") == [{"t": "a\xa0b é &nosuch;"}]


@pytest.mark.parametrize(
    ("encoding", "body"),
    [
        ("utf-8", b"<feed><entry>caf\xc3\xa9</entry></feed>"),
        ("utf-8", b"\xef\xbb\xbf<feed><entry>caf\xc3\xa9</entry></feed>"),
        ("ISO-8859-1", b'<?xml version="1.0" encoding="ISO-8859-1"?><feed><entry>caf\xe9</entry></feed>'),
        ("utf-16", "<?xml version='1.0' encoding='utf-16'?><feed><entry>café</entry></feed>".encode("utf-16")),
        ("wrongly declared", b"<?xml version='1.0' encoding='punycode'?><feed><entry>caf\xc3\xa9</entry></feed>"),
        ("iso-8859-99", b"<?xml version='1.0' encoding='iso-8859-99'?><feed><entry>caf\xc3\xa9</entry></feed>"),
    ],
)
def test_the_encoding_is_the_documents_own(encoding: str, body: bytes) -> None:
    assert read(body) == {"feed": {"entry": ["café"]}}, encoding


def test_bytes_that_are_no_text_are_read_as_such() -> None:
    assert read(b"<feed><entry>caf\xff</entry></feed>") == {"feed": {"entry": ["caf�"]}}


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(20))


@pytest.mark.parametrize(
    "body",
    [
        f"<!DOCTYPE feed [{LAUGHS}]><feed><entry>&l19;</entry></feed>",
        f"<?xml version='1.0'?>\n<!DOCTYPE feed [{LAUGHS}]><feed><entry>&l19;</entry></feed>".encode("utf-16"),
        '<!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]><feed><entry>&x;</entry></feed>',
        '<!DOCTYPE feed SYSTEM "https://evil.example/feed.dtd"><feed/>',
        '<!DOCTYPE feed [<!ENTITY % p SYSTEM "https://evil.example/p"> %p;]><feed/>',
        "<!DOCTYPE feed><feed/>",
    ],
)
def test_a_document_type_declaration_is_refused(body: str | bytes) -> None:
    error = failure(body)
    assert error.kind is FailureKind.WRONG_SHAPE
    assert "document type declaration" in str(error)


def test_nesting_is_bounded() -> None:
    assert read("<a>" * 60 + "</a>" * 60)
    error = failure("<a>" * 61 + "</a>" * 61)
    assert (error.kind, "nested" in str(error)) == (FailureKind.WRONG_SHAPE, True)


def test_names_however_long_and_many_cost_no_more_than_their_length() -> None:
    name = "n" * 500_000
    assert len(entries(f"<entry><{name}>{'<a/>' * 50_000}</{name}></entry>")) == 1


@pytest.mark.parametrize(
    ("body", "kind", "what"),
    [
        ("", FailureKind.NOT_JSON, "nothing"),
        ("Service unavailable", FailureKind.NOT_JSON, "plain text"),
        ("<!DOCTYPE html><html><body>Hello</body></html>", FailureKind.NOT_JSON, "HTML"),
        ('<html lang="en"><body>Hello<br></body></html>', FailureKind.NOT_JSON, "HTML"),
        ("<feed><entry>cut o", FailureKind.NOT_JSON, "broken XML"),
        ("<feed></entry>", FailureKind.NOT_JSON, "broken XML"),
        ('{"items": [{"id": ', FailureKind.NOT_JSON, "not XML"),
        ('{"items": []}', FailureKind.WRONG_SHAPE, "JSON"),
    ],
)
def test_what_is_no_feed_is_one_clear_error(body: str, kind: FailureKind, what: str) -> None:
    error = failure(body)
    assert error.kind is kind
    assert what in str(error)
    assert "acme" in str(error)
    assert "\n" not in str(error)


@given(st.binary() | st.text(alphabet="<>/&;![]-?'\"=aé\x00 #x10").map(lambda text: f"<a>{text}".encode()))
@example(b"<feed.entry.places><place/></feed.entry.places>")
@example(b"<feed><entry.places><place/></entry.places></feed>")
def test_whatever_was_sent_is_read_or_refused(body: bytes) -> None:
    with suppress(ProviderError):
        assert isinstance(read(body), dict)
