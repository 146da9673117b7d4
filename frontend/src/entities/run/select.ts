import type { Graph, Json, RunStatus, Usage, Vertex } from '@/shared/api/types'
import { rescueOf } from '../graph/branches'
import { type Chosen, isWork, iterationsIn, NEWEST, staticPath, taskNow, timesOf } from './paths'
import type { CallState, RunState, TaskState } from './state'

/** How far a run is from its first to its last moment; `now` stands in while it goes on. */
export function runSpan(run: RunState, now: number): { from: number; to: number } {
  const from = run.startedAt ?? run.createdAt ?? now
  return { from, to: Math.max(from, run.endedAt ?? Math.max(now, run.seenAt ?? now)) }
}

/** How long people were waited for, counted once where questions overlap. */
export function waitedMs(run: RunState, now: number): number {
  const spans = Object.values(run.approvals)
    .map((one) => ({ from: one.askedAt, to: one.decidedAt ?? run.endedAt ?? now }))
    .sort((left, right) => left.from - right.from)
  let total = 0
  let reached = Number.NEGATIVE_INFINITY
  for (const { from, to } of spans) {
    total += Math.max(0, to - Math.max(from, reached))
    reached = Math.max(reached, to)
  }
  return total
}

/** The status people see: `waiting` when only people are waited for, as the run's row says it. */
export function statusOf(run: RunState): RunStatus {
  if (run.endedAt !== null || run.status === 'cancelling') return run.status
  const busy = Object.values(run.tasks).some(
    (task) =>
      (task.status === 'ready' || task.status === 'running') &&
      (task.kind === 'agent' || task.kind === 'tool'),
  )
  if (busy) return run.startedAt === null ? 'accepted' : 'running'
  const held = Object.values(run.tasks).some((task) => task.status === 'held')
  return held || openApprovals(run).length > 0 ? 'waiting' : run.status
}

/** A length of work on a row of the timeline. */
export type Piece = {
  key: string
  what: 'turn' | 'call' | 'wait' | 'plain'
  from: number
  /** Null while it goes on. */
  to: number | null
  outcome: 'going' | 'done' | 'failed'
  attempt: number
}

/** One iteration of a task inside a loop, as a numbered length on the row of the task. */
export type Segment = Piece & { number: string; path: string }

/** The iterations of a task in a loop; waits stand on top of theirs. [] for a task in no loop. */
export function segments(run: RunState, path: string): Segment[] {
  const times = timesOf(run, path)
  // A loop inside a loop is told by its own iterations, not also by the times that it began.
  const own = times.some((task) => task.kind === 'iteration')
  return times.flatMap((task) => {
    if (own && task.kind !== 'iteration') return []
    const number = iterationsIn(task.path).join('.')
    if (number === '' || task.startedAt === null) return []
    const failed = task.status === 'failed' || task.status === 'timed_out'
    const whole: Segment = {
      key: task.path,
      what: 'plain',
      from: task.startedAt,
      to: task.endedAt,
      outcome: task.endedAt === null ? 'going' : failed ? 'failed' : 'done',
      attempt: task.attempt,
      number,
      path: task.path,
    }
    if (!isWork(task)) return [whole]
    const waits = pieces(run, task).filter((piece) => piece.what === 'wait')
    return [whole, ...waits.map((wait) => ({ ...wait, number: '', path: task.path }))]
  })
}

export type TimelineRow = {
  path: string
  id: string
  name: string
  kind: string
  depth: number
  group: boolean
}

/** The rows in the order of the file. */
export function timelineRows(graph: Graph): TimelineRow[] {
  const parents = new Set(
    graph.vertices.filter((vertex) => rescueOf(vertex) === null).map((vertex) => vertex.parent),
  )
  const byPath = new Map(graph.vertices.map((vertex) => [vertex.path, vertex]))
  return graph.vertices.map((vertex) => ({
    path: vertex.path,
    id: vertex.id,
    name: vertex.name || vertex.id,
    kind: vertex.kind,
    depth: depthOf(vertex, byPath),
    group: parents.has(vertex.path),
  }))
}

/** How many tasks a task stands in; a branch is no task. */
function depthOf(vertex: Vertex, byPath: ReadonlyMap<string, Vertex>): number {
  const parent = byPath.get(vertex.parent)
  return parent ? depthOf(parent, byPath) + 1 : 0
}

/** What a task did, when: its turns, calls and waits, or its whole length where it tells no more. */
export function pieces(run: RunState, task: TaskState): Piece[] {
  const turns: Piece[] = task.turns.map((turn) => ({
    key: `turn-${turn.attempt}-${turn.turn}`,
    what: 'turn',
    from: turn.startedAt ?? turn.repliedAt ?? 0,
    to: turn.repliedAt ?? task.endedAt,
    outcome: turn.repliedAt !== null ? 'done' : task.endedAt !== null ? 'failed' : 'going',
    attempt: turn.attempt,
  }))
  const calls: Piece[] = task.callIds
    .flatMap((id) => run.calls[id] ?? [])
    .map((call) => ({
      key: `call-${call.callId}`,
      what: 'call',
      from: call.startedAt,
      to: call.endedAt ?? task.endedAt,
      outcome:
        call.status === 'completed'
          ? 'done'
          : call.status === 'started' && task.endedAt === null
            ? 'going'
            : 'failed',
      attempt: call.attempt,
    }))
  const waits: Piece[] = Object.values(run.approvals)
    .filter((approval) => approval.path === task.path)
    .map((approval) => ({
      key: `wait-${approval.approvalId}`,
      what: 'wait',
      from: approval.askedAt,
      to: approval.decidedAt ?? task.endedAt ?? run.endedAt,
      outcome: approval.status === 'open' ? 'going' : 'done',
      attempt: task.attempt,
    }))
  const all = [...turns, ...calls, ...waits].filter((piece) => piece.from > 0)
  if (all.length > 0) return all.sort((left, right) => left.from - right.from)
  if (task.startedAt === null) return []
  const failed = task.status === 'failed' || task.status === 'timed_out'
  return [
    {
      key: 'whole',
      what: 'plain',
      from: task.startedAt,
      to: task.endedAt,
      outcome: task.endedAt === null ? 'going' : failed ? 'failed' : 'done',
      attempt: task.attempt,
    },
  ]
}

/** The calls of a task in the order they started. */
export function callsOf(run: RunState, path: string, chosen: Chosen = NEWEST): CallState[] {
  const task = taskNow(run, path, chosen)
  if (!task) return []
  return task.callIds.flatMap((id) => run.calls[id] ?? [])
}

/** Every call of the run in the order they started. */
export function allCalls(run: RunState): CallState[] {
  return Object.values(run.calls).sort((left, right) => left.startedAt - right.startedAt)
}

export const openApprovals = (run: RunState) =>
  Object.values(run.approvals).filter((approval) => approval.status === 'open')

export const tokens = (usage: Usage): number => usage.input_tokens + usage.output_tokens

/** Tokens of a task in all its iterations, of all that is in it for a container; null where no model took part. */
export function tokensOf(run: RunState, path: string): number | 'unknown' | null {
  let sum: number | null = null
  let unknown = false
  for (const task of Object.values(run.tasks)) {
    if (task.turns.length === 0) continue
    const written = staticPath(task.path)
    if (written !== path && !written.startsWith(`${path}/`)) continue
    if (task.usage) sum = (sum ?? 0) + tokens(task.usage)
    else if (task.turns.some((turn) => turn.repliedAt !== null)) unknown = true
  }
  return sum ?? (unknown ? 'unknown' : null)
}

/** The words a task's output begins with, as a person would read them. */
export function firstLines(output: Json, lines = 6): string {
  return words(output).split('\n').slice(0, lines).join('\n')
}

/** An output as text: a shell's or Python's stdout, an answer as it is, anything else as JSON. */
export function words(output: Json): string {
  if (output === null) return ''
  if (typeof output === 'string') return output
  if (typeof output === 'object' && !Array.isArray(output)) {
    const { stdout, stderr } = output
    if (typeof stdout === 'string' && stdout.trim() !== '') return stdout
    if (typeof stderr === 'string' && stderr.trim() !== '') return stderr
    if (typeof stdout === 'string') return ''
  }
  return JSON.stringify(output, null, 2)
}

/** All that a tool printed, what it complained about last; '' where it is no tool that prints. */
export function printed(output: Json): string {
  if (output === null || typeof output !== 'object' || Array.isArray(output)) return ''
  return [output.stdout, output.stderr]
    .filter((text) => typeof text === 'string')
    .map((text) => text.trim())
    .filter(Boolean)
    .join('\n')
}

/** An output on one line. */
export function brief(output: Json): string {
  const plain =
    output !== null && typeof output === 'object' && !Array.isArray(output) && !('stdout' in output)
  const text = plain || Array.isArray(output) ? JSON.stringify(output) : words(output)
  return text.trim().replace(/\s+/g, ' ').slice(0, 240)
}

/** What a call gave back, in a few words. */
export function gist(call: CallState): string {
  if (call.error) return call.error.message
  const { output } = call
  if (output === null) return call.status === 'started' ? '' : 'nothing'
  if (typeof output === 'object' && !Array.isArray(output) && typeof output.exit_code === 'number') {
    const line = brief(output)
    return output.exit_code === 0 ? line || 'exit 0' : `exit ${output.exit_code}${line ? `, ${line}` : ''}`
  }
  if (Array.isArray(output)) return `list of ${output.length}`
  return brief(output)
}

/** Arguments on one line: `path=report.md content=…`. */
export function argsLine(args: { [key: string]: Json }): string {
  return Object.entries(args)
    .map(
      ([name, value]) =>
        `${name}=${typeof value === 'string' ? value.split('\n')[0] : JSON.stringify(value)}`,
    )
    .join(' ')
}

/** The vertex of a path, if the graph of this run has one. */
export const vertexAt = (graph: Graph, path: string): Vertex | undefined =>
  graph.vertices.find((vertex) => vertex.path === path)
