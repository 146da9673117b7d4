"""What acceptance tests share: whether this machine can run a sandbox at all."""

from __future__ import annotations

import pytest

from tests.acceptance import product


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip, and say why, where shell and Python tools cannot run."""
    reason = product.sandbox_missing(tmp_path_factory.mktemp("probe"))
    if reason:
        pytest.skip(reason)
