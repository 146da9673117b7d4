"""The tools that flows may name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from agentry.base.errors import AgentryError
from agentry.tools.manifest import Manifest
from agentry.tools.port import ToolOffer


class UnknownTool(AgentryError):
    """No tool has this name."""

    code, status = "unknown_tool", 404

    def __init__(self, name: str, known: Sequence[str]) -> None:
        near = get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known tools: {', '.join(known)}."
        super().__init__(f"No tool {name!r} exists.", hint=hint)


class Registry:
    """Manifests by name; a later one with the same name is refused."""

    def __init__(self, manifests: Iterable[Manifest]) -> None:
        self._known: dict[str, Manifest] = {}
        for manifest in manifests:
            if manifest.name in self._known:
                raise ValueError(f"two tools are named {manifest.name!r}")
            self._known[manifest.name] = manifest

    def get(self, name: str) -> Manifest:
        """Return the tool's manifest; raise `UnknownTool`."""
        try:
            return self._known[name]
        except KeyError:
            raise UnknownTool(name, self.names()) from None

    def names(self) -> list[str]:
        """Return all names, sorted."""
        return sorted(self._known)

    def offers(self, names: Iterable[str] | None = None) -> tuple[ToolOffer, ...]:
        """Return tools (all, or those named) as a model is shown them; raise `UnknownTool`."""
        chosen = self.names() if names is None else list(names)
        return tuple(
            ToolOffer(tool.name, tool.description, tool.params)
            for tool in (self.get(name) for name in chosen)
        )
