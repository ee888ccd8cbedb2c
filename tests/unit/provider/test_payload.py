from __future__ import annotations

import pytest

from ats_core.domain.checkpoint import Validators
from ats_core.domain.identity import OfferId
from ats_core.domain.offer import KnownOffer
from ats_core.errors import FailureKind, ProviderError
from ats_core.provider.messages import BoardView, Response
from ats_core.provider.payload import check_status, json_list, json_object, json_read, json_value, usable_validators


def answer(body: bytes, status: int = 200) -> Response:
    return Response(url="https://api.vendor.example/x", status=status, body=body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<html><body>Just a moment</body></html>", "answered HTML, not JSON"),
        (b"\n\xef\xbb\xbf<!doctype html>", "answered"),
        (b"", "answered nothing, not JSON"),
        (b"   ", "answered nothing, not JSON"),
        (b"Too many requests", "answered plain text, not JSON"),
        (b'{"jobs": [{"id": 1', "answered JSON that breaks off after 18 bytes"),
        (b'[{"id": 1}, ', "answered JSON that breaks off after 12 bytes"),
        (b'{"id": nan}', "answered broken JSON"),
        (b'{"id": NaN}', "answered broken JSON"),
        (b"[" * 5000 + b"]" * 5000, "answered broken JSON"),
    ],
)
def test_what_is_not_json_is_one_line_that_says_what_came(body: bytes, said: str) -> None:
    with pytest.raises(ProviderError) as caught:
        json_value(answer(body), where="vendor:acme")
    assert caught.value.kind is FailureKind.NOT_JSON
    assert str(caught.value).startswith(f"vendor:acme: {said}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"\xef\xbb\xbf[1]", [1]),
        (b'["a\xffb"]', ["a\ufffdb"]),
        (b'["a\\ud83db"]', ["a?b"]),
        (b'["a\tb"]', ["a\tb"]),
    ],
)
def test_one_bad_string_does_not_lose_the_rest(body: bytes, value: object) -> None:
    assert json_value(answer(body), where="vendor:acme") == value


@pytest.mark.parametrize(
    ("body", "said"),
    [(b"[]", "a list"), (b"null", "missing"), (b'"x"', "a string"), (b"1.5", "a number"), (b"true", "a truth value")],
)
def test_json_of_another_shape_is_named(body: bytes, said: str) -> None:
    with pytest.raises(ProviderError, match=f"answered {said} where an object was expected") as caught:
        json_object(answer(body), where="vendor:acme")
    assert caught.value.kind is FailureKind.WRONG_SHAPE


def test_a_list_that_is_none_is_named() -> None:
    with pytest.raises(ProviderError, match="vendor:acme: `jobs` is an object, not a list"):
        json_list({}, "`jobs`", where="vendor:acme")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, FailureKind.NOT_FOUND),
        (410, FailureKind.NOT_FOUND),
        (304, FailureKind.UNEXPECTED_STATUS),
        (401, FailureKind.UNEXPECTED_STATUS),
        (204, FailureKind.UNEXPECTED_STATUS),
    ],
)
def test_a_status_other_than_200_is_an_error(status: int, kind: FailureKind) -> None:
    with pytest.raises(ProviderError) as caught:
        check_status(answer(b"", status), where="vendor:acme")
    assert caught.value.kind is kind


def test_validators_are_not_used_while_an_offer_must_be_read_anew() -> None:
    validators = Validators(etag='W/"1"')
    read, unread = KnownOffer(OfferId("o_1"), None, "abc", True), KnownOffer(OfferId("o_2"), None, "", True)
    assert usable_validators(BoardView(validators=validators, known={"1": read})) == validators
    assert usable_validators(BoardView(validators=validators, known={"1": read, "2": unread})) == Validators()


def test_a_list_longer_than_any_boards_is_an_error() -> None:
    with pytest.raises(ProviderError, match="`jobs` has 100001 records") as caught:
        json_list([0] * 100_001, "`jobs`", where="acme")
    assert caught.value.kind is FailureKind.WRONG_SHAPE


def test_json_of_millions_of_values_is_refused_before_it_is_read() -> None:
    with pytest.raises(ProviderError, match="more than 5 000 000 values") as caught:
        json_read(b"[" + b"0," * 5_000_001 + b"0]", where="acme")
    assert caught.value.kind is FailureKind.TOO_LARGE
