"""The most that one turn of a model can cost, where its price is known. Reaches for nothing."""

from __future__ import annotations

from genai_prices import Usage, calc_price

_FREE = ("ollama", "scripted")  # on a machine of one's own, and no model at all


def turn_usd(provider: str, model: str, asked: int, answered: int) -> float | None:
    """Return USD for a turn of so many tokens; None where the price is not known."""
    return 0.0 if provider in _FREE else _usd(provider, model, asked, answered)


def worst_turn_usd(provider: str, model: str, max_tokens: int | None) -> float | None:
    """Return USD for a turn that fills the model's window; None where price or window is unknown.

    `max_tokens` is the most that the model may answer; without one, all of the window may be
    either, whichever is dearer.
    """
    if provider in _FREE:
        return 0.0
    window = _window(provider, model)
    if window is None:
        return None
    if max_tokens is not None:
        answer = min(max_tokens, window)
        return _usd(provider, model, window - answer, answer)
    asked, answered = _usd(provider, model, window, 0), _usd(provider, model, 0, window)
    return None if asked is None or answered is None else max(asked, answered)


def _window(provider: str, model: str) -> int | None:
    try:
        priced = calc_price(Usage(input_tokens=1), model, provider_id=provider)
    except (LookupError, ValueError):
        return None
    return priced.model.context_window


def _usd(provider: str, model: str, asked: int, answered: int) -> float | None:
    usage = Usage(input_tokens=asked, output_tokens=answered)
    try:
        return float(calc_price(usage, model, provider_id=provider).total_price)
    except (LookupError, ValueError):
        return None
