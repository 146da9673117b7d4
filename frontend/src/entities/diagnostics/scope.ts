/** What an expression of a task sees in a run, as the engine gives it: inputs, env, tasks, the run, its loop. */

import type { Json as Plain, Scope } from '../expression/look-up'
import { type Chosen, NO_USAGE, type RunState, runtimePath, type TaskState, taskNow } from '../run'
import { asMap } from './document'
import { environmentOf } from './environment'
import type { Where } from './places'
import type { Subject } from './subject'
import type { Json } from './yaml/tree'

export function scopeOf(
  subject: Subject,
  where: Pick<Where, 'path' | 'inside'>,
  run: RunState,
  chosen: Chosen,
): Scope {
  const { path, inside } = where
  const { reach, document } = subject
  const tasks: Scope = {}
  for (const [id, target] of inside ? reach.seenIn(path) : reach.visible(path))
    tasks[id] = viewOf(taskNow(run, target, chosen))
  const agent = document.agents.get(reach.tasks.get(path)?.agent ?? '')
  return {
    inputs: run.inputs as Scope,
    env: plainEnv(environmentOf(subject, path)),
    vars: plain(agent?.vars ?? new Map()),
    tasks,
    run: { id: run.runId, started_at: run.startedAt ?? run.createdAt },
    loop: loopOf(subject, path, run, chosen),
  }
}

const ABSENT: Scope = { output: null, status: 'pending', error: null, usage: { ...NO_USAGE } }

function viewOf(task: TaskState | undefined): Plain {
  if (!task) return ABSENT
  return {
    output: task.output as Plain,
    status: task.status,
    error: task.error as Plain,
    usage: { ...(task.usage ?? NO_USAGE) },
  }
}

/** What the iterations around a task give names to; the nearest one says `item`, `index` and `iteration`. */
function loopOf({ reach }: Subject, path: string, run: RunState, chosen: Chosen): Scope {
  const seen: Scope = {}
  const below = runtimePath(run, `${path}/x`, chosen)
  for (const { index } of below.matchAll(/@\d+(?=\/)/g)) {
    const loop = run.tasks[below.slice(0, index)]
    const number = Number(/^@(\d+)/.exec(below.slice(index))?.[1])
    const items = loop?.given.items
    const item = (Array.isArray(items) ? (items[number - 1] ?? null) : null) as Plain
    const written = reach.tasks.get(loop?.path.replace(/@\d+/g, '') ?? '')
    Object.assign(seen, { index: number - 1, iteration: number, item, [written?.itemName ?? 'item']: item })
  }
  return seen
}

/** Values that stand in the flow; secrets and those of the host are not known here. */
function plainEnv(env: ReadonlyMap<string, Json>): Scope {
  return Object.fromEntries(
    [...env].filter(([, value]) => asMap(value).size === 0).map(([name, value]) => [name, plain(value)]),
  )
}

function plain(value: Json): Plain {
  if (value instanceof Map) return Object.fromEntries([...value].map(([name, part]) => [name, plain(part)]))
  if (Array.isArray(value)) return value.map(plain)
  return value as Plain
}
