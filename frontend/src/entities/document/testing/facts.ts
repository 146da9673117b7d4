/** What must stay the same in a flow while something else changes: what its tasks say, and its comments. */

import { CST, Lexer } from 'yaml'
import { type Json, type Reading, toJson, walk } from '../read'

const LISTS = new Set(['do', 'then', 'else', 'cases', 'default', 'on_expire'])

/** What every task says on its own, in no order: without its id, its edges and the tasks inside it. */
export function sayings(reading: Reading): string[] {
  return [...walk(reading.tasks)]
    .filter((task) => !task.shared)
    .map((task) => {
      // An alias that stands for nothing leaves no value.
      const json = (toJson(reading.yaml, task.map) ?? {}) as { [key: string]: Json }
      const rest = Object.entries(json).filter(
        ([key]) => !['id', 'needs', 'on_error', task.kind].includes(key),
      )
      const kind = json[task.kind] ?? null
      const inner =
        kind !== null && typeof kind === 'object'
          ? Array.isArray(kind)
            ? {}
            : Object.fromEntries(Object.entries(kind).filter(([key]) => !LISTS.has(key)))
          : kind
      return mute(JSON.stringify([task.kind, inner, Object.fromEntries(rest)]))
    })
    .sort()
}

/** Ids in expressions may change with the ids of the tasks. */
const mute = (letters: string) => letters.replace(/tasks(\.\w+|\[[^\]]*\])/g, 'tasks.?')

/** The comments of a text in no order: those on a line of their own, or all. Comments of single edges go with them. */
export function comments(text: string, alone: boolean): string[] {
  const found: string[] = []
  let at = 0
  let scalar = false
  for (const token of new Lexer().lex(text)) {
    const kind: string | null = scalar ? 'text' : CST.tokenType(token)
    if (kind === 'scalar' || kind === 'doc-mode' || kind === 'flow-error-end') {
      scalar = kind === 'scalar'
      continue
    }
    scalar = false
    const before = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
    if (kind === 'comment' && (!alone || before.trim() === '') && !token.includes('edge'))
      found.push(token.trimEnd())
    at += token.length
  }
  return found.sort()
}

/** Everything of `few` is in `many` as often. */
export function missing(few: readonly string[], many: readonly string[]): string[] {
  const rest = [...many]
  return few.filter((one) => {
    const at = rest.indexOf(one)
    if (at >= 0) rest.splice(at, 1)
    return at < 0
  })
}
