"""Every fault can still be put in; a few are, and seen. `make mutants` tries them all."""

from __future__ import annotations

import pytest

from tests.proofs.mutants import MUTANTS, Mutant, killed, stands_once

pytestmark = [pytest.mark.acceptance, pytest.mark.timeout(240)]
QUICK = ("no fence check", "a message counts twice")


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_fault_has_its_place(mutant: Mutant) -> None:
    assert stands_once(mutant)


@pytest.mark.parametrize("name", QUICK)
def test_a_fault_is_seen(name: str) -> None:
    [mutant] = [one for one in MUTANTS if one.name == name]
    dead, said = killed(mutant)
    assert dead, said
