from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ats_core.provider import markup as module
from ats_core.provider.markup import MAX_MARKUP, decoded_line, escaped_text, plain_text, unescaped_markup

TAGS = st.sampled_from(
    "<p> </p> <div class='a>b'> </div> <br> <br/> <ul> <li> </li> <li class=x> <b> </b> <script> </script> <style>"
    " </style> <!-- --> <svg> </svg> <a href='x > </a> <table> <td> < > & &amp; &nbsp; &#8364; &lt;p&gt; <![CDATA["
    " ]]> <?x <textarea> <select> <template> <iframe> </iframe> <P> <x:y> </ <>".split()
)
# What nearly all markup of vendors is made of, and what looks like it.
USUAL = st.sampled_from(
    [
        *("<p>", "</p>", "<br />", "<br/>", "<ul>", "</ul>", "<li>", "</li>", '<li style="x: 1">', "<strong>", "</B>"),
        *('<a href="https://x.example/?a=1&amp;b=2" target="_blank">', "</a>", "<div class='x'>", "</div >", "<h2>"),
        *("<svg/>", "<svg>", "</svg>", "<script>", "</script>", "<a title=x>", '<a b="c"d="e">', "<hr\n/>", "<p/x>"),
        *("words of a text", " ", "\n", "  ", "\u00a0", "&nbsp;", "&amp;", "&amp;nbsp;", "&amp;amp;", "&eacute"),
        *("&#39;", "&lt;", "&lt;b&gt;", "&gt;", "&quot;", "<", ">", "&", "é", "–", "\t", "\r\n", "\u200b", "\x02"),
        *("amp;", "lt;"),
    ]
)
USUAL_MARKUP = st.lists(USUAL, max_size=20).map("".join)
MARKUP = st.lists(TAGS | st.text(max_size=8), max_size=30).map("".join)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("", ""),
        ("plain words", "plain words"),
        ("  two\n\nlines \t here ", "two\nlines here"),
        ("<p>One</p><p>Two</p>", "One\nTwo"),
        ("One<br>Two<BR/>Three", "One\nTwo\nThree"),
        ("source\nnewlines <b>are\nspaces</b>", "source newlines are spaces"),
        ("<b>Pay</b>ments <i>in</i> <a href='https://x.example/?a>b'>EUR</a>", "Payments in EUR"),
        ("<ul><li>one</li><li>two</li></ul>after", "- one\n- two\nafter"),
        ("<li>one<li class='even'>\n <p>two</p>", "- one\n- two"),
        ("<ul><li>one<ul><li>inner</li></ul></li></ul>", "- one\n- inner"),
        ("<ul><li></li><li> &nbsp; </li></ul><p>x</p>", "- x"),
        ("<p>&nbsp;</p><p>a&nbsp;b</p>", "a b"),
        ("<table><tr><td>Pay</td><td>50k</td></tr></table>", "Pay\n50k"),
        ("a<script>var b = '<p>no</p>';</script>c", "ac"),
        ("<STYLE>p { color: red }</STYLE>x<Script src=x>y</Script>z", "xz"),
        ("x<svg><title>Icon</title></svg><noscript>on</noscript><iframe>f</iframe>y", "xy"),
        ("x<svg width='1'/>y<SVG/>z<iframe src='https://x.example/' />!", "xyz!"),
        ("x<!-- <p>hidden</p> -->y", "xy"),
        ("Tom &amp; Jerry &lt;3 &#8364; &#x20ac; &eacute;", "Tom & Jerry <3 € € é"),
        ("<p>R&amp;amp;D &amp;nbsp;x</p>", "R&D x"),
        ("R&D, AT&T, Q&A", "R&D, AT&T, Q&A"),
        ("a < b and c > d", "a < b and c > d"),
        ("zero\u200bwidth s\u00adoft \ufeffbom \u202eturned\u202c", "zero width soft bom turned"),
        ("<p title=\"5 > 3\" data-x='<li>'>kept</p>", "kept"),
        ("unclosed <a href='x", "unclosed"),
        ("\ud800lone <p x>surrogate", "lone\nsurrogate"),
    ],
)
def test_markup_reads_as_a_reader_sees_it(markup: str, text: str) -> None:
    assert plain_text(markup) == text


@given(USUAL_MARKUP | MARKUP)
def test_markup_of_plain_tags_reads_without_a_parser_as_it_does_with_one(markup: str) -> None:
    quickly = plain_text(markup)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_PLAIN_TAG", re.compile("(?!)"))
        patch.setattr(module, "_decoded_text", html.unescape)

        assert plain_text(markup) == quickly


@given(USUAL_MARKUP | MARKUP, st.integers(0, 2))
def test_escaped_markup_reads_as_it_does_once_it_is_unescaped(markup: str, times: int) -> None:
    for _ in range(times):
        markup = html.escape(markup)

    assert escaped_text(markup) == plain_text(unescaped_markup(markup))


@given(MARKUP)
def test_any_markup_becomes_clean_lines_and_always_the_same(markup: str) -> None:
    text = plain_text(markup)
    assert text == plain_text(markup)
    for line in text.split("\n") if text else ():
        assert line == " ".join(line.split())
        assert line
        assert not re.search(r"[\x00-\x1f\x7f-\x9f\u200b\u202e\ud800-\udfff]", line)


@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1), min_size=1, max_size=8))
def test_no_word_of_a_text_is_lost_or_glued_to_another(words: list[str]) -> None:
    markup = "<div a='1'>" + "</div><p><b x='y'>".join(html.escape(word) for word in words) + "</b>"
    assert plain_text(markup).split("\n") == [" ".join(word.split()) for word in words]


@pytest.mark.parametrize(
    "unit", ["<div>", "<b id=1><p x>", "<li<", "<!--", "<svg ", "<template x>", "</x y>", ' a="<"', "&amp;", "<i>\x01"]
)
def test_hostile_nesting_is_flat_and_bounded(unit: str) -> None:
    # Parsed as they stand, the second of these takes minutes and gigabytes.
    text = plain_text("start " + unit * 60_000 + " end")
    assert text.startswith("start")


def test_markup_of_absurd_length_is_cut_after_its_inlined_images_are_taken_out() -> None:
    image = f"<img src='data:image/png;base64,{'A' * MAX_MARKUP}'>"
    assert plain_text(f"<p>before</p>{image}<p>after</p>") == "before\nafter"
    assert len(plain_text("<p>" + "word " * MAX_MARKUP)) <= MAX_MARKUP


@pytest.mark.parametrize("times", [0, 1, 2, 3])
def test_markup_is_found_under_any_number_of_escapings(times: int) -> None:
    markup = "<p>R&amp;D &lt;3 &quot;x&quot;</p>"
    sent = markup
    for _ in range(times):
        sent = html.escape(sent)
    assert unescaped_markup(sent) == markup


def test_text_without_markup_is_not_unescaped() -> None:
    assert unescaped_markup("a &lt; b &amp;&amp; c") == "a &lt; b &amp;&amp; c"


def test_a_line_is_decoded_but_not_read_as_markup() -> None:
    assert decoded_line(" R&amp;D\n &#8211; C++ <Lead> \u202e") == "R&D – C++ <Lead>"
