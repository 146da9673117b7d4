/** A flow as read: what its rules ask about. */

import type { Span, TaskKind } from '@/shared/api/types'
import type { Json, JsonMap } from './yaml/tree'

export interface Branch {
  readonly name: string
  /** Stands for the name in paths. */
  readonly key: string
  readonly tasks: readonly Task[]
}

/** One task; `needs` has the list's default applied, expressions stand without their `${{ }}`. */
export interface Task {
  readonly id: string
  readonly kind: TaskKind
  readonly path: string
  readonly parent: string
  readonly branch: string | null
  span: Span
  needs: readonly string[]
  env: JsonMap
  bounded: boolean
  condition: string | null
  /** The tasks of all lists of its kind. */
  children: readonly Task[]
  branches: readonly Branch[]
  rescue: readonly Task[]
  onExpire: readonly Task[]
  agent: string | null
  tool: string | null
  /** The `if` of a condition. */
  test: string | null
  output: JsonMap | null
  each: Json
  times: Json
  itemName: string
}

export interface Agent {
  readonly tools: readonly string[]
  readonly vars: JsonMap
  readonly env: JsonMap
}

export interface Model {
  readonly provider: string | null
  readonly firstOf: readonly string[]
}

export interface Document {
  readonly inputs: JsonMap
  readonly env: JsonMap
  readonly models: ReadonlyMap<string, Model>
  readonly tools: JsonMap
  readonly agents: ReadonlyMap<string, Agent>
  readonly tasks: readonly Task[]
}

const NOTHING: JsonMap = new Map()

export function asMap(value: Json | undefined): JsonMap {
  return value instanceof Map ? value : NOTHING
}

export function textsOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.filter((part): part is string => typeof part === 'string') : []
}

export function documentOf(values: JsonMap, tasks: readonly Task[]): Document {
  const models = [...asMap(values.get('models'))].map(([name, spec]) => [name, modelOf(asMap(spec))] as const)
  const agents = [...asMap(values.get('agents'))].map(([name, spec]) => [name, agentOf(asMap(spec))] as const)
  return {
    inputs: asMap(values.get('inputs')),
    env: asMap(values.get('env')),
    tools: asMap(values.get('tools')),
    models: new Map(models),
    agents: new Map(agents),
    tasks,
  }
}

function modelOf(spec: JsonMap): Model {
  const provider = spec.get('provider')
  return { provider: typeof provider === 'string' ? provider : null, firstOf: textsOf(spec.get('first_of')) }
}

function agentOf(spec: JsonMap): Agent {
  return {
    tools: textsOf(spec.get('tools')),
    vars: asMap(spec.get('vars')),
    env: asMap(spec.get('env')),
  }
}

/** Every task, parents before children; `on_expire` and `on_error` lists come last. */
export function* walk(tasks: readonly Task[]): Generator<Task> {
  for (const task of tasks) {
    yield task
    yield* walk(task.children)
    yield* walk(task.onExpire)
    yield* walk(task.rescue)
  }
}

/** Every task that a task stands in has a path that its own starts with: the path of its list. */
export function above(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** The last step of a path. */
export function lastStep(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
