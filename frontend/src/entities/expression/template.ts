/** Texts with `${{ EXPR }}` in them: where each expression starts and ends, as `agentry.flow.template`. */

import { MAX_LETTERS } from './names'
import { lexemeAt } from './tokens'

export const OPEN = '${{'
/** `{{name}}`, the older way to write a variable of the agent. */
export const OLD_FORM = /(?<!\$)\{\{\s*([A-Za-z_][A-Za-z0-9_.]*)\s*\}\}/g

/** One expression of a text: `start` follows its `${{`, `end` is the place of its `}}`. */
export interface Hole {
  readonly source: string
  readonly start: number
  readonly end: number
}

/** `words[i]` stands before `holes[i]`; `unclosed` = a `${{` with no end. */
export interface Template {
  readonly words: readonly string[]
  readonly holes: readonly Hole[]
  readonly unclosed: number | null
}

export function takeApart(text: string): Template {
  const words: string[] = []
  const holes: Hole[] = []
  let at = 0
  for (let opening = text.indexOf(OPEN); opening >= 0; opening = text.indexOf(OPEN, at)) {
    const start = opening + OPEN.length
    const end = endOf(text, start)
    if (end === null) return { words: [...words, text.slice(at)], holes, unclosed: opening }
    words.push(text.slice(at, opening))
    holes.push({ source: text.slice(start, end), start, end })
    at = end + 2
  }
  return { words: [...words, text.slice(at)], holes, unclosed: null }
}

/** The one expression that is the whole text but for white space around it. */
export function loneOf({ words, holes }: Template): Hole | null {
  return holes.length === 1 && words.every((word) => word.trim() === '') ? (holes[0] ?? null) : null
}

/** An expression ends at the first `}}` that is in no string and closes no `{` of its own. */
function endOf(text: string, start: number): number | null {
  const limit = Math.min(text.length, start + MAX_LETTERS + 64)
  const within = limit < text.length ? text.slice(0, limit) : text
  let depth = 0
  for (let at = start; at < limit; ) {
    if (depth === 0 && text.startsWith('}}', at)) return at
    const found = lexemeAt(within, at)
    if (!found || found.text.startsWith('//')) {
      at += 1
      continue
    }
    if (found.text === '{') depth += 1
    else if (found.text === '}') depth = Math.max(depth - 1, 0)
    at += found.text.length
  }
  return null
}
