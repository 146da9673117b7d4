/** What an expression reads: that it is there, and that it is there by then. */

import type { Fix } from '@/shared/api/types'
import { nearest, orElse, quote } from '@/shared/lib/sentence'
import type { Reference } from '../expression/letters'
import { lastStep } from './document'
import { environmentOf } from './environment'
import { RUN_FIELDS, TASK_FIELDS } from './language'
import { sayNotEnded } from './order'
import type { Where } from './places'
import { namesOf, type Subject } from './subject'
import { lettersFix, lettersSpan, memberFix, referenceSpan, type Written } from './written'

const DASHED = /[A-Za-z_][A-Za-z0-9_]*(?:-[A-Za-z0-9_]+)+/y
const MANY = 20

/** Check one reference; give the letter at which the next one may start. */
export function checkReference(
  subject: Subject,
  where: Where,
  written: Written,
  reference: Reference,
): number {
  const [root = '', member] = reference.path
  const names = (code: string, noun: string, known: ReadonlySet<string>) =>
    unknownMember(subject, written, reference, code, noun, known)
  if (!where.roots.has(root)) noRoot(subject, where, written, reference)
  else if (member === undefined) return endOf(reference)
  else if (root === 'inputs') names('unknown_input', 'input', namesOf(subject, 'inputs'))
  else if (root === 'env') environment(subject, where, written, reference)
  else if (root === 'vars' && where.variables) names('unknown_var', 'variable', where.variables)
  else if (root === 'loop') names('unknown_name', 'member of a loop', where.loop)
  else if (root === 'run') names('unknown_name', 'member', RUN_FIELDS)
  else if (root === 'tasks') return task(subject, where, written, reference)
  return endOf(reference)
}

const endOf = (reference: Reference) => reference.parts.at(-1)?.[1] ?? 0

function noRoot(subject: Subject, where: Where, written: Written, reference: Reference): void {
  const root = reference.path[0] ?? ''
  const isLoop = root === 'loop'
  const near = isLoop ? null : nearest(root, where.roots)
  const shown = [...where.roots].sort().join(', ')
  let tail = near === null ? `; expressions see ${shown}.` : `; did you mean ${quote(near)}?`
  if (isLoop) tail = "; a loop's item and index are there inside of its do."
  const span = referenceSpan(subject, written, reference, 0)
  const fix = memberFix(subject, written, reference, 0, near)
  subject.found.error('unknown_name', `There is nothing named ${quote(root)}${tail}`, span, fix)
}

/** Check that `inputs.x` and the like name something. */
function unknownMember(
  subject: Subject,
  written: Written,
  reference: Reference,
  code: string,
  noun: string,
  known: ReadonlySet<string>,
): void {
  const [root, member = ''] = reference.path
  if (known.has(member)) return
  const near = nearest(member, known)
  const tail = orElse(near, known, 'there are')
  const sentence = `${root}.${member} is read here, and there is no such ${noun}${tail}`
  const span = referenceSpan(subject, written, reference, 1)
  subject.found.error(code, sentence, span, memberFix(subject, written, reference, 1, near))
}

function environment(subject: Subject, where: Where, written: Written, reference: Reference): void {
  const known = environmentOf(subject, where.path)
  const name = reference.path[1] ?? ''
  const value = known.get(name)
  if (value instanceof Map && value.has('secret')) {
    const sentence =
      `env.${name} is a secret; expressions cannot read it, as what they give is recorded. ` +
      'Tools get it through env.'
    subject.found.error('secret_in_expression', sentence, referenceSpan(subject, written, reference))
  } else if (value === undefined || value === null) {
    unknownMember(subject, written, reference, 'unknown_env', 'environment value', new Set(known.keys()))
  }
}

/** Check `tasks.x`: that there is such a task, that it has ended by then, and its field. */
function task(subject: Subject, where: Where, written: Written, reference: Reference): number {
  const { reach } = subject
  const [, name = '', field] = reference.path
  const visible = where.inside ? reach.seenIn(where.path) : reach.visible(where.path)
  const target = visible.get(name)
  if (target === undefined) return noTask(subject, where, written, reference, visible)
  const span = referenceSpan(subject, written, reference, 1)
  const body = where.inside && target.startsWith(`${where.path}/`)
  const order = where.ordered && !body ? reach.order(target, where.path) : 'ended'
  if (order === 'later' || order === 'loop') sayNotEnded(subject, where, target, order, span)
  else if (field !== undefined && !TASK_FIELDS.has(field)) {
    const near = nearest(field, TASK_FIELDS)
    const tail = orElse(near, TASK_FIELDS, 'a task has')
    const at = lettersSpan(subject, written, ...(reference.parts[2] ?? [0, 0]))
    const sentence = `tasks.${name} has no member ${quote(field)}${tail}`
    subject.found.error('unknown_field', sentence, at, memberFix(subject, written, reference, 2, near))
  } else if (order === 'maybe') {
    const sentence = `tasks.${name} does not run in every case; where it does not, its output is null.`
    subject.found.warn('maybe_skipped', sentence, span)
  }
  return endOf(reference)
}

function noTask(
  subject: Subject,
  where: Where,
  written: Written,
  reference: Reference,
  visible: ReadonlyMap<string, string>,
): number {
  const name = reference.path[1] ?? ''
  const start = reference.parts[1]?.[0] ?? 0
  if (subject.lost.has(name)) return endOf(reference)
  // `tasks.my-id` reads as a subtraction; say what to write instead.
  DASHED.lastIndex = start
  const dashed = DASHED.exec(written.source)?.[0]
  if (dashed !== undefined && visible.has(dashed)) {
    const end = start + dashed.length
    const span = lettersSpan(subject, written, reference.parts[0]?.[0] ?? 0, end)
    const fix: Fix | null = lettersFix(subject, written, start - 1, end, `['${dashed}']`)
    subject.found.error('unknown_task', `An id with '-' is read as tasks['${dashed}'].`, span, fix)
    return written.source.length
  }
  const like = nearest(name, visible.keys())
  const near = like !== null && visible.get(like) === where.path ? null : like
  const own = lastStep(where.path)
  const others = visible.size < MANY ? [...visible.keys()].filter((id) => id !== own) : visible.keys()
  const who = where.path ? `Task ${quote(own)} reads` : 'This reads'
  const tail = orElse(near, others, 'there are')
  const sentence = `${who} ${reference.path.join('.')}, and there is no such task${tail}`
  const fix = memberFix(subject, written, reference, 1, near)
  subject.found.error('unknown_task', sentence, referenceSpan(subject, written, reference), fix)
  return endOf(reference)
}
