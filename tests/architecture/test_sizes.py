"""Files stay small enough to be read in one go."""

from __future__ import annotations

import pytest

from tests.architecture import house

HARD_LINES = {".py": 400, ".tsx": 250}


@pytest.mark.parametrize("suffix", HARD_LINES)
def test_no_file_passes_the_hard_limit(suffix: str) -> None:
    too_long = {
        name: house.lines_in(name)
        for name in house.with_suffix(suffix)
        if house.lines_in(name) > HARD_LINES[suffix]
    }
    assert too_long == {}
