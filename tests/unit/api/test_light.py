"""What the studio loads before it answers: each module here would cost start and memory."""

from __future__ import annotations

import subprocess
import sys

UNUSED = (
    "alembic",
    "anthropic",
    "docker",
    "genai_prices",
    "openai",
    "prompt_toolkit",
    "psycopg",
    "pydantic_ai",
    "rich",
    "sqlalchemy.orm",
    "sqlmodel",
)


def test_the_studio_starts_without_what_it_may_never_need() -> None:
    code = f"import sys, agentry.api.server; print([n for n in {UNUSED!r} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
