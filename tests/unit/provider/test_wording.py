from __future__ import annotations

import pytest

from ats_core.domain.offer import Workplace
from ats_core.provider.wording import pay_interval, workplace_in


@pytest.mark.parametrize(
    ("text", "workplace"),
    [
        ("Remote", Workplace.REMOTE),
        ("100% REMOTO", Workplace.REMOTE),
        ("Teletrabajo", Workplace.REMOTE),
        ("Not remote", None),
        ("Non-remote", None),
        ("No remoto", None),
        ("Híbrido", Workplace.HYBRID),
        ("Hybrid (2 days remote, 3 on-site)", Workplace.HYBRID),
        ("On site", Workplace.ON_SITE),
        ("onsite", Workplace.ON_SITE),
        ("Presencial", Workplace.ON_SITE),
        ("Remote or on-site", None),
        ("Remotely", None),
        ("Madrid", None),
        ("", None),
    ],
)
def test_a_workplace_is_read_only_where_it_is_named(text: str, workplace: Workplace | None) -> None:
    assert workplace_in(text) is workplace


@pytest.mark.parametrize(
    ("text", "interval"),
    [
        ("Annual salary", "year"),
        ("Salario bruto al año", "year"),
        ("Hourly rate", "hour"),
        ("Mensual", "month"),
        ("Hourly or annual", None),
        ("Pay range", None),
    ],
)
def test_a_pay_interval_is_read_only_where_one_is_named(text: str, interval: str | None) -> None:
    assert pay_interval(text) == interval
