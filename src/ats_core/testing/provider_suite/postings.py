"""What a posting becomes: fields, times, markup, and records that cannot be used."""
# ruff: noqa: D102 - the name of a test is what it says

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from ats_core.ports import RecordReader
from ats_core.provider.record import BadField
from ats_core.testing.provider_suite.play import (
    run,
    sweep,
)
from ats_core.testing.provider_suite.world import WorldUnderTest

_MARKUP = "<p>Pay &amp; FX</p><ul><li>caf&eacute; &lt;3</li></ul><script>let x = 'hidden';</script>Last<br>line"
_PLAIN = "Pay & FX\n- café <3\nLast\nline"


class PostingCases(WorldUnderTest):
    """Records and postings."""

    def test_a_posting_keeps_what_the_vendor_sent(self) -> None:
        world = self.make_world()
        world.fill(1)
        (posting,) = sweep(world).postings.values()
        assert posting.provider_offer_id == world.id_of(world.records[0])
        assert isinstance(orjson.loads(posting.raw), dict)
        assert posting.description_text
        assert posting.locations
        assert posting.url is None or urlsplit(posting.url).scheme in ("http", "https")

    def test_a_stored_record_becomes_the_posting_that_the_page_gave(self) -> None:
        world = self.make_world()
        if not isinstance(world.provider, RecordReader):
            pytest.skip(f"{world.provider.name} has no read_record: stored records cannot be mapped again")
        world.fill(max(world.sizes))
        world.records.append(world.bare(world.record(90_000)))
        world.records.append(world.with_markup(world.record(90_001), _MARKUP))
        world.records.append(world.with_title(world.record(90_002), "R&amp;D  Lead &#8211; ñ \U0001f600"))
        postings = sweep(world).postings.values()
        assert len(postings) == len(world.records)
        assert [world.provider.read_record(posting.raw) for posting in postings] == list(postings)

    @pytest.mark.parametrize("raw", [b"", b"null", b"[]", b'"posting"', b'{"id": ', b"\xff", b"{}"])
    def test_what_is_no_record_is_a_bad_field(self, raw: bytes) -> None:
        provider = self.make_world().provider
        if not isinstance(provider, RecordReader):
            pytest.skip(f"{provider.name} has no read_record: stored records cannot be mapped again")
        with pytest.raises(BadField):
            provider.read_record(raw)

    def test_a_posting_with_nothing_optional_is_read(self) -> None:
        world = self.make_world()
        world.records = [world.bare(world.record(1)), world.record(2)]
        board = sweep(world)
        assert board.open_ids == world.ids
        assert not board.rejected

    def test_times_of_any_offset_become_utc(self) -> None:
        world = self.make_world()
        if not world.says_published:
            pytest.skip(f"{world.provider.name} does not say when a posting was published")
        summer = datetime(2026, 6, 30, 23, 30, tzinfo=timezone(timedelta(hours=-4)))
        half = datetime(2026, 1, 1, 0, 15, tzinfo=timezone(timedelta(hours=5, minutes=30)))
        world.records = [world.published(world.record(1), summer), world.published(world.record(2), half)]
        board = sweep(world)
        for record, at in zip(world.records, (summer, half), strict=True):
            read = board.postings[world.id_of(record)].published_at
            assert read == world.as_told(at)
            assert read is not None
            assert read.tzinfo is UTC

    def test_markup_becomes_plain_text(self) -> None:
        world = self.make_world()
        world.records = [world.with_markup(world.record(1), _MARKUP)]
        (posting,) = sweep(world).postings.values()
        assert posting.description_text == _PLAIN

    def test_entities_in_titles_are_decoded(self) -> None:
        world = self.make_world()
        world.records = [world.with_title(world.record(1), "R&amp;D  Lead &#8211; FX")]
        (posting,) = sweep(world).postings.values()
        assert posting.title == "R&D Lead – FX"

    def test_a_malformed_posting_is_rejected_by_name_and_the_others_are_read(self) -> None:
        world = self.make_world()
        world.fill(7)
        world.records[3], field = world.broken(world.records[3])
        board = sweep(world)
        (rejected,) = board.rejected
        assert (rejected.record, rejected.field) == (world.id_of(world.records[3]), field)
        assert rejected.reason
        assert set(board.postings) == world.ids - {rejected.record}

    def test_a_field_that_is_not_needed_is_lost_alone_and_by_name(self) -> None:
        world = self.make_world()
        world.fill(7)
        world.records[3], field = world.misspelt(world.records[3])
        board = sweep(world)
        (lost,) = board.lost_fields
        assert (lost.record, lost.field) == (world.id_of(world.records[3]), field)
        assert lost.reason
        assert not board.rejected
        assert set(board.postings) == world.ids

    def test_a_posting_that_was_rejected_is_read_by_the_next_sweep(self) -> None:
        world = self.make_world()
        world.fill(4)
        whole = world.records[2]
        world.records[2], _ = world.broken(whole)
        board = sweep(world)
        world.records[2] = whole
        run(board.sweep)
        assert set(board.postings) == world.ids

    def test_an_offer_whose_posting_became_malformed_stays_open(self) -> None:
        world = self.make_world()
        world.fill(4)
        board = sweep(world)
        world.records[2], _ = world.broken(world.with_title(world.records[2], "Edited"))
        run(board.sweep)
        assert board.open_ids == world.ids

    def test_records_that_are_no_objects_are_rejected_by_position(self) -> None:
        world = self.make_world()
        world.fill(4)
        good = world.ids
        strange: list[Any] = [*world.records[:2], None, "posting", 7, [], *world.records[2:]]
        world.records = strange
        board = sweep(world)
        assert set(board.postings) == good
        assert len(board.rejected) >= 4
