"""What every route is handed: the open studio; and who asks."""

from __future__ import annotations

import getpass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from litestar.di import NamedDependency
from litestar.params import SkipValidation

if TYPE_CHECKING:
    from agentry.wiring import App
else:
    # Routes are only told what the studio looks like; whoever starts the server opens it.
    App = object

Studio: TypeAlias = NamedDependency[SkipValidation[App]]
"""The open studio, as the parameter `studio`."""


@cache
def person() -> str:
    """Return the name of the person whose studio this is."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "local"
