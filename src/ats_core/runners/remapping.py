"""Maps the stored records of vendors again, with the adapters as they are now; no network.

An offer whose content comes out otherwise is written; its company's offers are left to the rescoring that follows,
in a state that a kill in between does not lose.
"""

from __future__ import annotations

from collections.abc import Mapping

import anyio.lowlevel
from attrs import evolve

from ats_core.domain.board import ProviderName, Source
from ats_core.domain.offer import Offer, Posting, RejectedRecord, content_hash
from ats_core.ports import AtsProvider, EventLog, RecordReader, Store
from ats_core.provider.records import rejection
from ats_core.runners.batches import batches
from ats_core.runners.tally import Tally
from ats_core.scoring.language import with_language
from ats_core.scoring.reposts import fingerprint

__all__ = ["remap_payloads"]

#: How many offers are read, and written, at once.
BATCH = 200


async def remap_payloads(
    store: Store, providers: Mapping[ProviderName, AtsProvider], log: EventLog, tally: Tally
) -> None:
    """Read every stored payload again; counts `payloads_read`, `remapped`, `without_payload`, `without_adapter`.

    A record that its adapter cannot read is rejected, and its offer stays as it is. Vendors without an installed
    adapter that reads stored records are failures, one each.
    """
    for name in ("payloads_read", "remapped", "without_payload"):
        tally.count(name, 0)
    with store.read() as uow:
        sources = uow.sources.all()
    unread: dict[ProviderName, int] = {}
    for number, source in enumerate(sources, start=1):
        provider = providers.get(source.board.provider)
        if isinstance(provider, RecordReader):
            await _remap(store, source, provider, tally)
        else:
            with store.read() as uow:
                count = len(uow.offers.known(source.id))
            unread[source.board.provider] = unread.get(source.board.provider, 0) + count
        log.progress("reading payloads", number, len(sources))
    for name, count in unread.items():
        tally.count("without_adapter", count)
        tally.fail("no_adapter", name, f"{_why_unread(providers, name)}: {count} stored offers were not read again")


def _why_unread(providers: Mapping[ProviderName, AtsProvider], name: ProviderName) -> str:
    if name in providers:
        return f"the adapter of {name} does not read stored records"
    return f"no installed and enabled adapter reads {name}"


async def _remap(store: Store, source: Source, provider: RecordReader, tally: Tally) -> None:
    with store.read() as uow:
        ids = [known.id for known in uow.offers.known(source.id).values()]
    is_outdated = False
    for some in batches(ids, BATCH):
        with store.read() as uow:
            offers = uow.offers.get_many(some).values()
        changed = [new for offer in offers if (new := _mapped(offer, source, provider, tally)) is not None]
        if changed:
            with store.write() as uow:
                uow.offers.save(changed)
                if not is_outdated:
                    uow.offers.outdate({offer.company_id for offer in changed})
            is_outdated = True
            tally.count("remapped", len(changed))
        await anyio.lowlevel.checkpoint()


def _mapped(offer: Offer, source: Source, provider: RecordReader, tally: Tally) -> Offer | None:
    """The offer with what its record says now, or None where that is what is stored, or cannot be had."""
    if not offer.posting.raw:
        tally.count("without_payload")
        return None
    tally.count("payloads_read")
    try:
        posting = provider.read_record(offer.posting.raw)
    except Exception as error:  # whatever one record does to its reader, the others are read
        tally.reject(str(source.board), rejection(offer.posting.provider_offer_id, error))
        return None
    if posting.provider_offer_id != offer.posting.provider_offer_id:
        reason = f"is read as the posting {posting.provider_offer_id}"
        record = RejectedRecord(record=offer.posting.provider_offer_id, field="id", reason=reason)
        tally.reject(str(source.board), record)
        return None
    digest = content_hash(posting)
    posting = with_language(posting)
    if digest == offer.content_hash and posting.language == offer.posting.language:
        return None
    return evolve(offer, posting=_kept(posting, offer.posting), content_hash=digest, fingerprint=fingerprint(posting))


def _kept(posting: Posting, stored: Posting) -> Posting:
    """*posting* with the record as it was stored, and the vendor's time, which may be newer than the record."""
    return evolve(posting, raw=stored.raw, updated_at=stored.updated_at or posting.updated_at)
