/** What a card says that does not come from a run: pure, from graph, reading and findings. */

import type { YAMLMap } from 'yaml'
import { isMap } from 'yaml'
import { type Json, jsonOf, mapIn, nodeAt, type Reading, type TaskReading } from '@/entities/document/read'
import { rescueOf } from '@/entities/graph/branches'
import { childrenOf, isFrame } from '@/entities/graph/layout'
import type { Diagnostic, Graph, TaskKind, Vertex } from '@/shared/api/types'
import { loopRule, shortRule } from './rules'

export interface Face {
  readonly path: string
  readonly name: string
  readonly kind: TaskKind
  readonly frame: boolean
  /** Agent and model, tool, or who is asked; of a frame its rule. */
  readonly line: string
  /** The agent or tool of the line is not defined. */
  readonly wrong: boolean
  readonly note: string
  /** What the graph notes of it; of a condition or a loop its rule as written. */
  readonly rule: string
  readonly children: number
  readonly errors: number
  readonly warnings: number
  readonly disabled: boolean
  readonly privileged: boolean
  /** The flow has an output for it that trials use in place of a run. */
  readonly pinned: boolean
  /** Trials are held before it. */
  readonly breakpoint: boolean
}

export interface FaceFacts {
  readonly graph: Graph
  readonly reading: Reading | null
  readonly findings: readonly Diagnostic[]
  readonly privileged: ReadonlySet<string>
  readonly breakpoints?: ReadonlySet<string> | undefined
  readonly pinned?: ReadonlySet<string> | undefined
}

/** Make every face; a face that says what it said before is the same object, so its card is not drawn again. */
export function facesOf(facts: FaceFacts, before: ReadonlyMap<string, Face>): ReadonlyMap<string, Face> {
  const children = childrenOf(facts.graph)
  const faces = new Map<string, Face>()
  for (const vertex of facts.graph.vertices) {
    const inside = (children.get(vertex.path) ?? []).filter((child) => rescueOf(child) === null)
    const face = faceOf(facts, vertex, inside)
    const old = before.get(vertex.path)
    faces.set(vertex.path, old && same(old, face) ? old : face)
  }
  return faces
}

function same(old: Face, face: Face): boolean {
  return (Object.keys(face) as (keyof Face)[]).every((key) => old[key] === face[key])
}

function faceOf(
  { graph: _, reading, findings, privileged, breakpoints, pinned }: FaceFacts,
  vertex: Vertex,
  inside: readonly Vertex[],
): Face {
  const own = findings.filter((finding) => finding.path === vertex.path)
  const task = reading?.byPath.get(vertex.path) ?? null
  const unknown = own.find((finding) => finding.code === 'unknown_agent' || finding.code === 'unknown_tool')
  return {
    path: vertex.path,
    name: vertex.name,
    kind: vertex.kind,
    frame: isFrame(vertex),
    line: unknown ? `${vertex.agent ?? vertex.tool}, not defined` : lineOf(reading, task, vertex, inside),
    wrong: unknown !== undefined,
    note: vertex.kind === 'wait' ? 'Holds no worker' : vertex.note,
    rule: vertex.note,
    children: inside.length,
    errors: own.filter((finding) => finding.severity === 'error').length,
    warnings: own.filter((finding) => finding.severity === 'warning').length,
    disabled: task !== null && reading !== null && jsonOf(reading.yaml, task.map, 'disabled') === true,
    privileged: vertex.tool !== null && privileged.has(vertex.tool),
    pinned: pinned?.has(vertex.path) ?? false,
    breakpoint: breakpoints?.has(vertex.path) ?? false,
  }
}

function lineOf(
  reading: Reading | null,
  task: TaskReading | null,
  vertex: Vertex,
  inside: readonly Vertex[],
): string {
  const ids = inside.map((child) => child.id)
  switch (vertex.kind) {
    case 'agent':
      return [vertex.agent, modelName(reading, vertex.model)].filter(Boolean).join(' · ')
    case 'tool':
      return vertex.tool ?? ''
    case 'approval':
      return approvalLine(reading, task)
    case 'parallel':
      return parallelRule(reading, task)
    case 'sequential':
      return ids.length === 1 ? '1 task' : `${ids.length} tasks`
    case 'condition':
      return shortRule(vertex.note, ids)
    case 'loop':
      return loopRule(vertex.note, inner(reading, task)?.get('as') ?? null, ids)
    case 'wait':
    case 'flow':
      return vertex.note
  }
}

/** A model as people call it: `openai:gpt-5-mini` is gpt-5-mini, a scripted alias says so. */
export function modelName(reading: Reading | null, model: string | null): string {
  if (!model) return ''
  const spec = reading ? mapIn(reading, 'models', model) : null
  if (reading && spec) {
    const provider = jsonOf(reading.yaml, spec, 'provider')
    if (provider === 'scripted') return 'scripted'
    const named = jsonOf(reading.yaml, spec, 'model')
    return typeof named === 'string' ? named : model
  }
  return model.slice(model.indexOf(':') + 1)
}

function inner(reading: Reading | null, task: TaskReading | null): { get(key: string): Json } | null {
  const value = reading && task ? nodeAt(reading.yaml, task.map, task.kind) : null
  if (!reading || !isMap(value)) return null
  return { get: (key) => jsonOf(reading.yaml, value as YAMLMap, key) }
}

function approvalLine(reading: Reading | null, task: TaskReading | null): string {
  const approval = inner(reading, task)
  const to = approval?.get('to')
  const need = approval?.get('need')
  const expires = approval?.get('expires')
  const whom = Array.isArray(to) && to.length > 0 ? to.map(String).join(', ') : 'you'
  const parts = [`ask ${whom}`]
  if (typeof need === 'number')
    parts.push(`${need} of ${Array.isArray(to) ? Math.max(need, to.length) : need}`)
  if (expires !== null && expires !== undefined) parts.push(String(expires))
  return parts.join(' · ')
}

function parallelRule(reading: Reading | null, task: TaskReading | null): string {
  const parallel = inner(reading, task)
  const join = parallel?.get('join') ?? 'all'
  const max = parallel?.get('max')
  const rule =
    typeof join === 'number' ? `join ${join} of ${task?.children.length ?? join}` : `join ${String(join)}`
  return typeof max === 'number' ? `${rule} · max ${max}` : rule
}
