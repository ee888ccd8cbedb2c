"""Turns what each hit and synergy would earn into points that add up, to the tenth, to the score, in whole tenths.

The rules, in order: hits of a capped tier are scaled down to its cap; the sum is held to at most 10.0 by scaling what
is earned, and to at least 0.0 by scaling what is taken away. Scaling is in proportion, largest remainders first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

__all__ = ["MOST", "settled"]

#: The highest score, in tenths.
MOST = 100


def _scale(amounts: list[int], places: Sequence[int], total: int) -> None:
    """Scale the amounts at *places*, all of one sign, so that they add up to at most *total* in size."""
    sizes = [abs(amounts[place]) for place in places]
    present = sum(sizes)
    if present <= total:
        return
    scaled = [size * total // present for size in sizes]
    left = total - sum(scaled)
    if left:
        remainders = sorted([(-(size * total % present), index) for index, size in enumerate(sizes)])
        for _, index in remainders[:left]:
            scaled[index] += 1
    for place, size in zip(places, scaled, strict=True):
        amounts[place] = size if amounts[place] > 0 else -size


def settled(earned: Sequence[int], tiers: Sequence[str], caps: Mapping[str, int]) -> list[int]:
    """The tenths that count, in order; their sum is the score in tenths, 0 to 100.

    *earned* has what each hit or synergy would earn, below zero where it is negated, *tiers* the tier of each (of no
    tier for synergies: ""), and *caps* what the capped tiers earn at most, in tenths.
    """
    amounts = list(earned)
    for tier, cap in caps.items():
        if tier in tiers:
            _scale(amounts, [i for i, amount in enumerate(amounts) if amount > 0 and tiers[i] == tier], cap)
    gain = sum([amount for amount in amounts if amount > 0])
    loss = gain - sum(amounts)
    if gain - loss > MOST:
        _scale(amounts, [i for i, amount in enumerate(amounts) if amount > 0], MOST + loss)
    elif loss > gain:
        _scale(amounts, [i for i, amount in enumerate(amounts) if amount < 0], gain)
    return amounts
