"""What a request that the guard turns away is told: JSON, or a page with a form for the token."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from dataclasses import dataclass

from litestar.types import HTTPScope, Send

from agentry.api.headers import policy
from agentry.base.json import encode


@dataclass(frozen=True, slots=True)
class Refusal:
    """A status, a code, a sentence, a way out."""

    status: int
    code: str
    detail: str
    hint: str = ""


_SCRIPT = """
document.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = document.querySelector("output");
  const token = document.querySelector("input").value;
  const answer = await fetch("/api/v1/login", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ token }),
  });
  if (answer.ok) location.reload();
  else said.textContent = (await answer.json()).detail;
});
"""
_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { display: grid; min-height: 100vh; margin: 0; place-items: center; }
form { display: grid; gap: 12px; width: min(360px, 86vw); }
h1 { font-size: 20px; margin: 0; } p { margin: 0; }
input, button { font: inherit; padding: 8px 12px; border-radius: 8px; border: 1px solid #8888; }
button { cursor: pointer; }
"""


def page(title: str, body: str, script: str = "") -> str:
    """Return a small page that needs nothing else."""
    code = f"<script>{script}</script>" if script else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body>{body}{code}</body></html>"
    )


def script_hash(script: str) -> str:
    """Return what lets this one script through a content security policy."""
    return f"'sha256-{b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


_FORM = page(
    "Agentry: log in",
    "<form><h1>Agentry</h1><p>This studio asks for its token.</p>"
    '<label>Token <input type="password" autocomplete="current-password" required></label>'
    "<button>Open the studio</button><output></output></form>",
    _SCRIPT,
)


async def refuse(refusal: Refusal, scope: HTTPScope, send: Send) -> None:
    """Answer a request that is turned away; its body is not read."""
    accept = b"".join(value for name, value in scope["headers"] if name.lower() == b"accept")
    headers = [(b"content-type", b"application/json")]
    content = encode(
        {"error": refusal.code, "detail": refusal.detail, "hint": refusal.hint}
    ).encode()
    if refusal.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
        if scope["method"] == "GET" and b"text/html" in accept:
            content = _FORM.encode()
            allowed = policy(script_src=script_hash(_SCRIPT))
            headers = [
                (b"content-type", b"text/html; charset=utf-8"),
                (b"content-security-policy", allowed.encode()),
            ]
    headers.append((b"content-length", str(len(content)).encode()))
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": content, "more_body": False})
