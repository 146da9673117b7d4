/** Rules about what a flow would do: tasks that never run, values of the wrong type, open gates. */

import type { Span } from '@/shared/api/types'
import { quote } from '@/shared/lib/sentence'
import { readLetters } from '../expression/letters'
import { loneOf, OPEN, takeApart } from '../expression/template'
import { above, asMap, type Task, walk } from './document'
import { fits } from './json-schema'
import { inOrder, needsOf, type Reach } from './reach'
import { type Rule, type Subject, spanAt, textOf, written } from './subject'
import { type Json, type JsonMap, keySpan, kindWord, spanOf, type Yaml } from './yaml/tree'

/** A task should be able to run. */
export const unreachableTask: Rule = (subject) => {
  for (const task of walk(subject.document.tasks)) {
    subject.found.path = task.path
    const condition = written(subject, task, 'if')
    if (task.condition === 'false' && condition) {
      const why = 'its condition is false; write disabled: true to skip it for now'
      neverRuns(subject, task, why, spanOf(condition))
    }
    for (const dead of deadLists(subject, task)) {
      const sentence = `${quote(dead.name)} of task ${quote(task.id)} is never done: ${dead.why}.`
      subject.found.warn('unreachable_task', sentence, dead.span)
    }
  }
  for (const tasks of subject.reach.lists.values()) behindCycle(subject, tasks)
}

function neverRuns(subject: Subject, task: Task, why: string, span: Span): void {
  subject.found.warn('unreachable_task', `Task ${quote(task.id)} never runs: ${why}.`, span)
}

interface Dead {
  readonly name: string
  readonly span: Span
  readonly why: string
}

function deadLists(subject: Subject, task: Task): Dead[] {
  const place = written(subject, task, task.kind)
  if (place?.is !== 'map') return []
  const found: Dead[] = []
  if (task.test === 'true' || task.test === 'false') {
    const name = task.test === 'true' ? 'else' : 'then'
    if (task.branches.some((branch) => branch.name === name && branch.tasks.length > 0))
      found.push({ name, span: keySpan(place, name), why: `the condition is ${task.test}` })
  }
  for (const [key, value] of [['times', task.times] as const, ['for_each', task.each] as const]) {
    const nothing = value === 0 || (Array.isArray(value) && value.length === 0)
    const at = place.values.get(key)
    if (task.kind === 'loop' && nothing && at)
      found.push({ name: 'do', span: spanOf(at), why: 'there is nothing to go through' })
  }
  return found
}

function behindCycle(subject: Subject, tasks: readonly Task[]): void {
  const needs = needsOf(tasks)
  const ready = new Set(inOrder(needs))
  const stuck = [...needs.keys()].filter((id) => !ready.has(id))
  if (stuck.length === 0) return
  // Taking away, again and again, what nothing stuck waits for leaves the cycles themselves.
  const followers = new Map(stuck.map((id) => [id, [] as string[]]))
  for (const id of stuck) for (const need of needs.get(id) ?? []) followers.get(need)?.push(id)
  const behind = new Set(inOrder(followers))
  for (const task of tasks) {
    if (!behind.has(task.id)) continue
    subject.found.path = task.path
    neverRuns(subject, task, 'it needs tasks that wait for each other', spanAt(subject, task, 'needs'))
  }
}

const SAYS = { boolean: 'true or false', array: 'a list', integer: 'a whole number' }
type Wanted = keyof typeof SAYS

/** Where a type is known, it must be the one that is needed. */
export const typeMismatch: Rule = (subject) => {
  for (const [path, { values }] of subject.places) {
    subject.found.path = path
    const [condition, loop] = [values.get('condition'), values.get('loop')]
    const check = (place: Yaml | undefined, wanted: Wanted) => wantedType(subject, path, place, wanted)
    check(values.get('if'), 'boolean')
    if (condition?.is === 'map') check(condition.values.get('if'), 'boolean')
    if (loop?.is === 'map') {
      check(loop.values.get('while'), 'boolean')
      check(loop.values.get('for_each'), 'array')
      check(loop.values.get('times'), 'integer')
    }
    const task = subject.reach.tasks.get(path)
    if (task) checkArguments(subject, task, values.get('with'))
  }
}

/** Check an expression that only reads: `inputs.x`, or a typed answer. */
function wantedType(subject: Subject, path: string, place: Yaml | undefined, wanted: Wanted): void {
  const names = pathIn(textOf(place))
  if (!place || !names) return
  const given = schemaOf(subject, path, names)?.get('type')
  if (typeof given === 'string' && given !== wanted) {
    const sentence = `${names.join('.')} is of type ${given}, and this needs ${SAYS[wanted]}.`
    subject.found.error('type_mismatch', sentence, spanOf(place))
  }
}

/** What an expression reads that does nothing else. */
function pathIn(text: string | null): readonly string[] | null {
  if (text === null) return null
  const source = text.includes(OPEN) ? (loneOf(takeApart(text))?.source ?? '') : text
  try {
    const letters = readLetters(source)
    return letters.isPath ? (letters.references[0]?.path ?? null) : null
  } catch {
    return null
  }
}

/** The JSON Schema of what a reference gives, where the flow says it. */
export function schemaOf(subject: Subject, path: string, names: readonly string[]): JsonMap | null {
  const [root, name = '', third, ...rest] = names
  let schema: Json | undefined
  let members: readonly string[] = []
  if (root === 'inputs' && names.length > 1) {
    schema = subject.document.inputs.get(name)
    members = names.slice(2)
  } else if (root === 'tasks' && third === 'output') {
    schema = subject.reach.tasks.get(subject.reach.visible(path).get(name) ?? '')?.output
    members = rest
  }
  for (const member of members) {
    const properties = schema instanceof Map ? schema.get('properties') : undefined
    schema = properties instanceof Map ? properties.get(member) : undefined
  }
  return schema instanceof Map ? schema : null
}

/** Check arguments that are written out against the manifest of a tool of this flow. */
function checkArguments(subject: Subject, task: Task, place: Yaml | undefined): void {
  const manifest = asMap(subject.document.tools.get(task.tool ?? ''))
  const properties = asMap(asMap(manifest.get('params')).get('properties'))
  if (place?.is !== 'map') return
  for (const [name, value] of place.values) {
    const wanted = asMap(properties.get(name)).get('type')
    const template = textOf(value)?.includes('{{') ?? false
    if (typeof wanted === 'string' && !template && !fits(value, wanted)) {
      const tool = quote(task.tool ?? '')
      const sentence = `${name} of tool ${tool} is of type ${wanted}, not ${kindWord(value)}.`
      subject.found.error('type_mismatch', sentence, spanOf(value))
    }
  }
}

/** A privileged tool of the flow should have an approval before it. */
export const ungatedTool: Rule = (subject) => {
  const { document } = subject
  const tools = [...document.tools].filter(([, manifest]) => asMap(manifest).get('privileged') === true)
  const privileged = new Set(tools.map(([name]) => name))
  if (privileged.size === 0) return
  const gates = new Gates(subject.reach)
  for (const task of walk(document.tasks)) {
    const agent = document.agents.get(task.agent ?? '')
    const used = agent ? agent.tools : [task.tool ?? '']
    const [name] = used.filter((tool) => tool !== '' && privileged.has(tool)).sort()
    if (name === undefined || gates.before(task)) continue
    subject.found.path = task.path
    const sentence = `Task ${quote(task.id)} can use the privileged tool ${quote(name)}, and no approval comes before it.`
    subject.found.warn('ungated_tool', sentence, spanAt(subject, task, task.kind))
  }
}

/** Where approvals stand, list by list, so that each task is asked about once a level. */
class Gates {
  private readonly masks = new Map<string, bigint>()

  constructor(private readonly reach: Reach) {}

  /** Whether an approval has ended in every case when the task starts. */
  before(task: Task): boolean {
    return this.reach.around(task.path).some((around) => {
      const list = above(around.path)
      return ((this.reach.before(list).get(around.path) ?? 0n) & this.mask(list)) !== 0n
    })
  }

  private mask(list: string): bigint {
    const known = this.masks.get(list)
    if (known !== undefined) return known
    let mask = 0n
    for (const [place, task] of (this.reach.lists.get(list) ?? []).entries())
      if (this.asks(task)) mask |= 1n << BigInt(place)
    this.masks.set(list, mask)
    return mask
  }

  private asks(task: Task): boolean {
    if (task.kind === 'sequential' || task.kind === 'parallel')
      return task.children.length > 0 && this.mask(task.path) !== 0n
    return task.kind === 'approval'
  }
}
