from __future__ import annotations

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.integration.engine.studio import studio
from tests.integration.trace.tales import WORDS, Told, ended, exported


@pytest.fixture
async def told(tmp_path: Path) -> AsyncGenerator[Told]:
    """A run in a studio, and its trace."""
    folder = tmp_path / "there"
    folder.mkdir()
    async with studio(folder) as app:
        run_id = await ended(app, {"words": WORDS})
        yield Told(app, run_id, exported(app, run_id, tmp_path / "trace.jsonl"))


@pytest.fixture
def here(tmp_path: Path) -> Path:
    """The folder of another studio."""
    folder = tmp_path / "here"
    folder.mkdir()
    return folder
