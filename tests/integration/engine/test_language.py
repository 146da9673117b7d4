"""Every example under "Every key, by example" in design/flow_dsl.md runs on the real engine."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from agentry.engine.compile import FlowText
from agentry.journal.state import ENDED
from agentry.wiring import App
from tests.integration.engine.studio import LONGEST_S, studio

pytestmark = pytest.mark.integration
TEXT = (Path(__file__).parents[3] / "design" / "flow_dsl.md").read_text("utf-8")
SECTION = TEXT.partition("## Every key, by example")[2].partition("\n## ")[0]
SHOWN = re.findall(r"^```yaml\n# (.*?)\n(.*?)^```", SECTION, re.DOTALL | re.MULTILINE)
FILES = {name.removeprefix("file: "): text for name, text in SHOWN if name.startswith("file: ")}
FLOWS = {name: text for name, text in SHOWN if not name.startswith("file: ")}
WANTED = """
version name description inputs outputs env models agents tools model prompt vars max_turns memory
may_spawn restricted_tools budget presets include on schedule webhook agent tool sequential parallel
condition loop approval flow wait input output with do max join fail_fast if then else cases default
for_each as max_parallel times while max_iterations ask to need expires on_expire form for until
message needs id timeout retry on_error disabled pin tokens cost_usd wall tool_calls cron timezone
every missed overlap secret from
"""


def test_every_key_has_its_example() -> None:
    told = {key for name in FLOWS for key in name.split()}
    assert [key for key in WANTED.split() if key not in told] == []


@pytest.mark.parametrize("name", FLOWS)
async def test_an_example_runs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENTRY_SECRET_TOKEN", "a secret of the kitchen")
    async with studio(tmp_path) as app:
        folder = tmp_path / "flows"
        for path, text in FILES.items():
            (folder / path).parent.mkdir(exist_ok=True)
            (folder / path).write_text(text)
        run = await app.accept(FlowText("example", FLOWS[name], folder), {}, by="tester")
        status = await _through(app, run.run_id)
        assert status == "completed", app.runs.summary(run.run_id).error


async def _through(app: App, run_id: str) -> str:
    """Answer and send what the run waits for; return how it ended."""
    with app.bell.listen() as inbox:
        while (summary := app.runs.summary(run_id)).status not in ENDED:
            for asked in app.runs.approvals("open"):
                await app.decide(asked.approval_id, "approve", by="kitchen")
            if any(e.data.get("message") for e in app.runs.events(run_id, 0, 100)):
                await app.control.send(run_id, "payment", {"amount": 12}, by="shop", msg_id="m1")
            assert await inbox.next(LONGEST_S) is not None
        return summary.status
