/** The lists of tasks that stand inside a task: bodies, branches, cases, and what is done when something goes wrong. */

import type { Document as YamlDocument } from 'yaml'
import { isAlias, isMap, isSeq, type Node, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml'
import type { TaskKind } from '@/shared/api/types'
import { keyText, nodeAt, pairOf } from './yaml'

/** Steps of paths that no task and no case may take for itself. */
export const LIST_NAMES: ReadonlySet<string> = new Set(['on_error', 'on_expire'])

export interface NestedList {
  /** The name of the list where its task has several: `then`, a case as written, `on_error`; else null. */
  readonly branch: string | null
  readonly seq: YAMLSeq | null
  readonly inOrder: boolean
  /** An alias brings it: its letters stand elsewhere. */
  readonly shared: boolean
}

/** The lists of a task in the order in which the graph tells their tasks; `on_expire` and `on_error` last. */
export function listsOf(yaml: YamlDocument, map: YAMLMap, kind: TaskKind): NestedList[] {
  const value = nodeAt(yaml, map, kind)
  const inner = isMap(value) ? (value as YAMLMap) : null
  const lists = inner && kind === 'condition' ? branchesOf(yaml, inner) : bodyOf(yaml, value, kind)
  const ways: NestedList[] = [...lists]
  if (inner && kind === 'approval') ways.push(...named(yaml, inner, 'on_expire'))
  const own = isAliased(map, kind) ? ways.map((list) => ({ ...list, shared: true })) : ways
  return [...own, ...named(yaml, map, 'on_error')]
}

const isAliased = (map: YAMLMap, key: string) => isAlias(pairOf(map, key)?.value)

function bodyOf(yaml: YamlDocument, value: Node | null, kind: TaskKind): NestedList[] {
  if (kind !== 'sequential' && kind !== 'parallel' && kind !== 'loop') return []
  const map = isMap(value) ? (value as YAMLMap) : null
  const body = map ? nodeAt(yaml, map, 'do') : kind === 'loop' ? null : value
  const seq = isSeq(body) ? (body as YAMLSeq) : null
  return [{ branch: null, seq, inOrder: kind !== 'parallel', shared: map !== null && isAliased(map, 'do') }]
}

function branchesOf(yaml: YamlDocument, condition: YAMLMap): NestedList[] {
  return keysOf(condition).flatMap((key) => {
    if (key === 'then' || key === 'else' || key === 'default') return [branch(yaml, condition, key)]
    const cases = key === 'cases' ? nodeAt(yaml, condition, 'cases') : null
    if (!isMap(cases)) return []
    const shared = isAliased(condition, 'cases')
    return keysOf(cases as YAMLMap)
      .filter((name) => !name.startsWith('x-') && name !== 'default' && !LIST_NAMES.has(name))
      .map((name) => branch(yaml, cases as YAMLMap, name))
      .map((list) => ({ ...list, shared: list.shared || shared }))
  })
}

function branch(yaml: YamlDocument, map: YAMLMap, name: string): NestedList {
  const seq = nodeAt(yaml, map, name)
  return {
    branch: name,
    seq: isSeq(seq) ? (seq as YAMLSeq) : null,
    inOrder: true,
    shared: isAliased(map, name),
  }
}

function named(yaml: YamlDocument, map: YAMLMap, name: string): NestedList[] {
  const found = branch(yaml, map, name)
  return found.seq ? [found] : []
}

/** Keys in the order of the text, each once. */
function keysOf(map: YAMLMap): string[] {
  const keys = map.items.filter((pair) => !isAlias(pair.key)).map((pair) => keyText(pair.key as Scalar))
  return [...new Set(keys)]
}

/** The name of the list that a path's task stands in, told by its place between parent and id; null for a body. */
export function branchOf(task: {
  readonly path: string
  readonly parent: string
  readonly id: string
}): string | null {
  const from = task.parent === '' ? 0 : task.parent.length + 1
  const step = task.path.slice(from, task.path.lastIndexOf('/'))
  return task.path.lastIndexOf('/') < from ? null : nameOf(step)
}

/** A step of a path as the list's name. */
export function nameOf(step: string): string {
  try {
    return step === '%' ? '' : decodeURIComponent(step)
  } catch {
    return step
  }
}

/** A list's name as one step of a path: odd letters as %XX. */
export function stepOf(branchName: string): string {
  return encodeURIComponent(branchName.replace(/\p{Surrogate}/gu, '?')) || '%'
}
