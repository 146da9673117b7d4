"""A process that claims what there is, two at a time, and prints what it got."""

from __future__ import annotations

import asyncio
import json
import sys

from tests.integration.store.desk import Desk, claiming


async def claim(desk: Desk, worker: str) -> list[list[str | int]]:
    taken: list[list[str | int]] = []
    while leases := await desk.do(claiming(worker, 2)):
        taken.extend([lease.run_id, lease.path, lease.fence] for lease in leases)
    return taken


def main() -> None:
    desk = Desk(sys.argv[1])
    sys.stdout.write(json.dumps(asyncio.run(claim(desk, sys.argv[2]))))
    desk.close()


main()
