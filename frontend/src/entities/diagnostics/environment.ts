/** The environment that a task's tools and expressions get: the flow's, its agents', its own. */

import type { Subject } from './subject'
import type { Json } from './yaml/tree'

/** Name -> value as it is written; `path` '' is the flow itself, where every agent's counts. */
export function environmentOf({ document, reach }: Subject, path: string): Map<string, Json> {
  let known = new Map<string, Json>()
  for (const around of reach.around(path)) {
    const role = document.agents.get(around.agent ?? '')
    known = new Map([...(role?.env ?? []), ...around.env, ...known])
  }
  if (path === '') {
    for (const agent of document.agents.values()) known = new Map([...agent.env, ...known])
  }
  return new Map([...document.env, ...known])
}
