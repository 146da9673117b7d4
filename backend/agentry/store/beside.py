"""Files that a flow brings in by `presets` and `include`: read from beside it, nowhere else."""

from __future__ import annotations

from pathlib import Path

from agentry.flow.include import NotLoaded, resolved
from agentry.store.beneath import read_beneath

MOST_BYTES = 1_000_000


class Beside:
    """Loads files around a flow in the folder `base`.

    They lie in the git checkout that holds the flow, in the opened `folder`, or at least in `base`.
    """

    def __init__(self, base: Path, folder: Path | None = None) -> None:
        self._base = base.absolute()
        self._top = _top(self._base, folder)

    def load(self, path: str, *, beside: str) -> str:
        """Return the text at `path`; raise `NotLoaded` with a sentence."""
        if path.startswith("/"):
            raise NotLoaded(f"{path!r} is an absolute path; write one relative to the flow.")
        whole = Path(str(self._base), resolved(path, beside))
        steps: list[str] = []
        for step in whole.parts[1:]:
            if step == ".." and steps:
                steps.pop()
            elif step not in ("..", "."):
                steps.append(step)
        plain = Path("/", *steps)
        if self._top not in plain.parents:
            raise NotLoaded(f"{path!r} leads outside {self._top.name}, where the flow lies.")
        try:
            content, _ = read_beneath(self._top, str(plain.relative_to(self._top)), MOST_BYTES)
        except FileNotFoundError:
            raise NotLoaded(f"There is no file {path!r} beside the flow.") from None
        except OSError as problem:
            raise NotLoaded(f"{path!r} cannot be read: {problem.strerror or problem}.") from None
        if len(content) > MOST_BYTES:
            raise NotLoaded(f"{path!r} is longer than {MOST_BYTES // 1_000_000} MB.")
        try:
            return content.decode()
        except UnicodeDecodeError:
            raise NotLoaded(f"{path!r} is not UTF-8 text.") from None


def _top(base: Path, folder: Path | None) -> Path:
    checkout = next((p for p in (base, *base.parents) if (p / ".git").exists()), None)
    if checkout is not None:
        return checkout
    if folder is not None and folder.absolute() in (base, *base.parents):
        return folder.absolute()
    return base
