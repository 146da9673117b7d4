/** What stands under the kind key of a task: one function a kind. */

import type { Fix, Span, TaskKind } from '@/shared/api/types'
import { quote } from '@/shared/lib/sentence'
import { loneOf, OPEN, takeApart } from '../expression/template'
import type { Branch, Task } from './document'
import type { Findings } from './findings'
import { KIND_FIELDS, LIMITS, LIST_NAMES } from './language'
import { readText } from './shape'
import { readFields, readShape } from './shapes'
import { firstSpan, type Json, type JsonMap, keySpan, spanOf, type Yaml, type YamlMap } from './yaml/tree'

/** One list of a task that has several: its name, and its step in paths. */
export interface BranchStep {
  readonly name: string
  readonly step: string
}

/** Reads a list of tasks below another task. */
export interface TaskLists {
  readonly found: Findings
  readList(
    value: Yaml | undefined,
    parent: string,
    ordered: boolean,
    branch?: BranchStep | null,
    mayBeEmpty?: boolean,
  ): readonly Task[]
}

type ReadKind = (lists: TaskLists, task: Task, value: Yaml, values: JsonMap) => void

/** Take the keys of one kind. */
export function readKind(lists: TaskLists, task: Task, value: Yaml, values: JsonMap): void {
  READ[task.kind](lists, task, value, values)
}

/** The expression of a key such as `if`, without its `${{ }}`. */
export function expressionOf(value: Json, where: Yaml, key: string, found: Findings): string {
  if (typeof value !== 'string') return value === true ? 'true' : 'false'
  if (!value.includes(OPEN)) return value.trim()
  const lone = loneOf(takeApart(value))
  if (lone) return lone.source.trim()
  const sentence = `${quote(key)} must be one expression; put all of it into \${{ }}, or leave it out.`
  found.error('bad_condition', sentence, spanOf(where))
  return 'true'
}

const whatOf = (task: Task) => `The ${task.kind} of task ${quote(task.id)}`

/** The kind's map and its values; null, and said so, where it is no map. */
function mapOf(lists: TaskLists, task: Task, value: Yaml): { at: YamlMap; values: JsonMap } | null {
  const shape = KIND_FIELDS[task.kind]
  if (!shape) return null
  if (value.is === 'map') return { at: value, values: readFields(shape, value, whatOf(task), lists.found) }
  readShape(shape, value, whatOf(task), lists.found)
  return null
}

/** A case's value as one step of a path: odd letters as %XX. */
function pathStep(name: string): string {
  return encodeURIComponent(name) || '%'
}

const named: ReadKind = (lists, task, value, values) => {
  const name = readText(value, whatOf(task), lists.found, 'a name')
  const given = typeof name === 'string' ? name : ''
  if (task.kind === 'agent') task.agent = given
  else task.tool = given
  const output = values.get('output')
  if (output instanceof Map) task.output = output
}

const flow: ReadKind = (lists, task, value) => {
  readText(value, whatOf(task), lists.found, 'a path')
}

const container: ReadKind = (lists, task, value) => {
  let children: Yaml | undefined = value
  if (value.is === 'map') {
    mapOf(lists, task, value)
    children = value.values.get('do')
  }
  task.children = lists.readList(children, task.path, task.kind === 'sequential')
}

const approval: ReadKind = (lists, task, value) => {
  const read = mapOf(lists, task, value)
  const expired = read?.at.values.get('on_expire')
  if (!read || !expired) return
  if (!read.at.values.has('expires')) {
    const sentence = `${whatOf(task)} never expires, so on_expire does nothing; write expires.`
    lists.found.error('bad_form', sentence, keySpan(read.at, 'on_expire'))
  }
  const step = { name: 'on_expire', step: 'on_expire' }
  task.onExpire = lists.readList(expired, task.path, true, step)
}

const condition: ReadKind = (lists, task, value) => {
  const read = mapOf(lists, task, value)
  if (!read) return
  const { at, values } = read
  const slip = conditionSlip(at)
  if (slip) lists.found.error('bad_form', `${whatOf(task)} ${slip.says}`, slip.span)
  const branches: Branch[] = []
  for (const [key, entry] of at.values) {
    if ((key === 'if' || key === 'on') && values.has(key)) {
      const source = expressionOf(values.get(key) as Json, entry, key, lists.found)
      if (key === 'if') task.test = source
    } else if (key === 'then' || key === 'else' || key === 'default') {
      branches.push(branchOf(lists, task, key, entry))
    } else if (key === 'cases' && entry.is === 'map') branches.push(...cases(lists, task, entry))
  }
  task.branches = branches
  task.children = branches.flatMap((branch) => branch.tasks)
}

interface Slip {
  readonly says: string
  readonly span: Span
}

function conditionSlip(at: YamlMap): Slip | null {
  const has = (key: string) => at.keys.has(key)
  if (has('if') === has('on')) {
    const says = has('if') ? 'has both if and on; keep one.' : 'needs if and then, or on.'
    return { says, span: has('on') ? keySpan(at, 'on') : firstSpan(at) }
  }
  const own = has('if') ? 'if' : 'on'
  for (const key of has('if') ? ['cases', 'default'] : ['then', 'else']) {
    if (has(key)) return { says: `has ${quote(own)}, so it takes no ${quote(key)}.`, span: keySpan(at, key) }
  }
  const needed = has('if') ? 'then' : 'cases'
  return has(needed) ? null : { says: `has ${quote(own)} and no ${quote(needed)}.`, span: firstSpan(at) }
}

function cases(lists: TaskLists, task: Task, at: YamlMap): Branch[] {
  const branches: Branch[] = []
  for (const [name, entry] of at.values) {
    if (name.startsWith('x-')) continue
    if (name === 'default' || LIST_NAMES.has(name)) {
      const sentence =
        `A case cannot be called ${quote(name)}, which has a meaning of its own; ` +
        'write default beside cases for every other value.'
      lists.found.error('bad_case', sentence, keySpan(at, name))
      continue
    }
    branches.push(branchOf(lists, task, name, entry))
  }
  return branches
}

function branchOf(lists: TaskLists, task: Task, name: string, entry: Yaml): Branch {
  const key = pathStep(name)
  return { name, key, tasks: lists.readList(entry, task.path, true, { name, step: key }, true) }
}

const loop: ReadKind = (lists, task, value) => {
  const read = mapOf(lists, task, value)
  if (!read) return
  const { at, values } = read
  const { found } = lists
  const slip = loopSlip(at)
  if (slip) found.error('bad_form', `${whatOf(task)} ${slip.says}`, slip.span)
  if (at.values.has('while') && !at.values.has('max_iterations')) {
    const sentence = `${whatOf(task)} has no max_iterations, so it could go on for ever.`
    found.error('unbounded_loop', sentence, keySpan(at, 'while'), bound(at))
  }
  itemName(task, at, values, found)
  const whileAt = at.values.get('while')
  if (values.has('while') && whileAt) expressionOf(values.get('while') as Json, whileAt, 'while', found)
  task.each = templateOf('for_each', at, values, found)
  task.times = templateOf('times', at, values, found)
  task.children = lists.readList(at.values.get('do'), task.path, true)
}

function itemName(task: Task, at: YamlMap, values: JsonMap, found: Findings): void {
  const name = values.get('as')
  if (typeof name !== 'string') return
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && name !== 'index' && name !== 'iteration') {
    task.itemName = name
    return
  }
  const sentence = `${whatOf(task)}: ${quote(name)} cannot name an item; write a word such as file.`
  found.error('bad_id', sentence, spanOf(at.values.get('as') ?? at))
}

/** An expression as a template, so that it resolves like every other value. */
function templateOf(key: string, at: YamlMap, values: JsonMap, found: Findings): Json {
  const value = values.get(key) ?? null
  const where = at.values.get(key)
  if (typeof value !== 'string' || !where) return value
  return `${OPEN} ${expressionOf(value, where, key, found)} }}`
}

const FORMS: readonly (readonly [form: string, own: readonly string[]])[] = [
  ['for_each', ['as', 'max_parallel']],
  ['while', ['max_iterations']],
  ['times', []],
]

function loopSlip(at: YamlMap): Slip | null {
  const [first, second, third] = FORMS.map(([form]) => form).filter((form) => at.keys.has(form))
  if (first === undefined) return { says: 'needs for_each, while or times.', span: firstSpan(at) }
  if (second !== undefined) {
    const both = [first, second, ...(third === undefined ? [] : [third])].join(' and ')
    return { says: `has ${both}; keep one.`, span: keySpan(at, second) }
  }
  for (const [form, own] of FORMS) {
    const key = form === first ? undefined : own.find((one) => at.keys.has(one))
    if (key !== undefined)
      return { says: `has ${first}, so it takes no ${quote(key)}.`, span: keySpan(at, key) }
  }
  return null
}

/** The offer of a bound behind a `while` that is written on one line. */
function bound(at: YamlMap): Fix | null {
  const [entry, key] = [at.values.get('while'), at.keys.get('while')]
  if (entry?.is !== 'scalar' || !key || entry.style === '|' || entry.style === '>') return null
  const { line, column } = entry.end
  const between = at.inBrackets ? ', ' : `\n${' '.repeat(key.start.column - 1)}`
  const written = `max_iterations: ${LIMITS.iterations_offered}`
  const span = { line, column, end_line: line, end_column: column }
  return { title: `Add ${written}`, span, text: between + written }
}

const wait: ReadKind = (lists, task, value) => {
  const read = mapOf(lists, task, value)
  if (!read) return
  const { at } = read
  const [first, second, third] = ['for', 'until', 'message'].filter((form) => at.keys.has(form))
  if (first === undefined) {
    lists.found.error('bad_form', `${whatOf(task)} needs for, until or message.`, firstSpan(at))
  } else if (second !== undefined) {
    const both = [first, second, ...(third === undefined ? [] : [third])].join(' and ')
    lists.found.error('bad_form', `${whatOf(task)} has ${both}; keep one.`, keySpan(at, second))
  } else if (at.keys.has('expires') && first !== 'message') {
    const sentence = `${whatOf(task)} has ${first}, so it takes no 'expires'.`
    lists.found.error('bad_form', sentence, keySpan(at, 'expires'))
  }
}

const READ: Readonly<Record<TaskKind, ReadKind>> = {
  agent: named,
  tool: named,
  sequential: container,
  parallel: container,
  condition,
  loop,
  approval,
  flow,
  wait,
}
