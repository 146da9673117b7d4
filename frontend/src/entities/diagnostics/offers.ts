/** What may follow the letters of an expression, and which tasks a task may need, as the language server offers it. */

import { asMap } from './document'
import { ROOTS, RUN_FIELDS, TASK_FIELDS } from './language'
import { subjectOf, taskAt } from './look'
import { schemaOf } from './sense'
import type { Subject } from './subject'
import type { JsonMap } from './yaml/tree'

/** One thing to type: it takes the place of `replaces` letters before the caret. */
export interface Offer {
  readonly label: string
  readonly text: string
  readonly replaces: number
  readonly says?: string
}

const PATH = /(?:[A-Za-z_]\w*|\['[^']*'\])*(?:\.(?:[A-Za-z_]\w*)?|\['[^']*'\])*$/
const MEMBER = /\['([^']*)'\]|\.?([A-Za-z_]\w*)|\./g
const PLAIN = /^[A-Za-z_]\w*$/
const IDS = /\bid: *['"]?([A-Za-z_][A-Za-z0-9_-]*)/g

/** What may be typed behind `source`, which stands at a line (from 1) of the text. */
export function membersAt(text: string, line: number, source: string): Offer[] {
  const whole = PATH.exec(source)?.[0] ?? ''
  const word = /[A-Za-z_]\w*$/.exec(whole)?.[0] ?? ''
  const steps = whole.slice(0, whole.length - word.length)
  const owner = [...steps.matchAll(MEMBER)].map((step) => step[1] ?? step[2] ?? '').filter(Boolean)
  const subject = subjectOf(text)
  const offer = (label: string, says?: string): Offer => ({
    label,
    text: label,
    replaces: word.length,
    ...(says ? { says } : {}),
  })
  const [root] = owner
  if (root === undefined) return [...ROOTS, 'loop'].sort().map((name) => offer(name))
  if (root === 'tasks' && owner.length === 1) {
    // An id with '-' is no name of an expression: the dot has to go, too.
    const quoted = (id: string): Offer => ({ label: id, text: `['${id}']`, replaces: word.length + 1 })
    return seenAt(subject, text, line).map((id) => (PLAIN.test(id) ? offer(id) : quoted(id)))
  }
  if (root === 'tasks' && owner.length === 2) return [...TASK_FIELDS].sort().map((name) => offer(name))
  if (owner.length === 1) return namesUnder(subject, root, line).map((name) => offer(name))
  if (!subject) return []
  const path = taskAt(subject, line)?.path ?? ''
  return Object.entries(propertiesOf(schemaOf(subject, path, owner))).map(([name, says]) => offer(name, says))
}

/** The members that a JSON Schema names, with what it says of them. */
function propertiesOf(schema: JsonMap | null): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [name, property] of asMap(schema?.get('properties'))) {
    const { description, type } = Object.fromEntries(asMap(property))
    found[name] = typeof description === 'string' ? description : typeof type === 'string' ? type : ''
  }
  return found
}

/** The ids of the tasks that an expression at a line sees. */
function seenAt(subject: Subject | null, text: string, line: number): string[] {
  if (!subject) return idsIn(text)
  const { reach } = subject
  const task = taskAt(subject, line)
  const between = text.split('\n').slice(task?.span.end_line ?? 0, line)
  if (!task || between.some((one) => one.includes('outputs:'))) return [...reach.inside('').keys()]
  const own = isBehind(text, task.span.end_line, line) ? null : task.path
  return [...reach.visible(task.path)].filter(([, path]) => path !== own).map(([id]) => id)
}

/** The ids of the tasks in the list of the task at a line, that one left out. */
export function besidesAt(text: string, line: number): string[] {
  const subject = subjectOf(text)
  const task = subject ? taskAt(subject, line) : null
  if (!subject || !task) return idsIn(text)
  const list = subject.reach.lists.get(task.path.slice(0, Math.max(0, task.path.lastIndexOf('/')))) ?? []
  const own = isBehind(text, task.span.end_line, line) ? null : task.id
  return list.map((other) => other.id).filter((id) => id !== own)
}

/** Whether a line is of a task after the one that ends at `end`, one too broken to be read. */
function isBehind(text: string, end: number, line: number): boolean {
  return text
    .split('\n')
    .slice(end, line)
    .some((one) => one.trimStart().startsWith('- '))
}

function idsIn(text: string): string[] {
  return [...new Set([...text.matchAll(IDS)].map(([, id = '']) => id))]
}

function namesUnder(subject: Subject | null, root: string, line: number): string[] {
  if (root === 'run') return [...RUN_FIELDS].sort()
  if (root === 'loop') return ['index', 'item', 'iteration']
  if (!subject) return []
  const { inputs, env, agents } = subject.document
  if (root === 'inputs') return [...inputs.keys()]
  if (root === 'env') {
    const plain = [...env].filter(([, value]) => !asMap(value).has('secret'))
    return plain.map(([name]) => name)
  }
  if (root !== 'vars') return []
  return [...(agents.get(taskAt(subject, line)?.agent ?? '')?.vars.keys() ?? [])]
}
