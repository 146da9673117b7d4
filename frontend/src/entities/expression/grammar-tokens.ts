/** The letters of an expression as the server's library takes them apart: a few differ from ours. */

import { quote } from '@/shared/lib/sentence'
import { scan } from './tokens'

/** `kind` is a mark or word itself, or what it is: `name`, `escaped`, `int`, `uint`, `float`, `string`, `bytes`. */
export interface GrammarToken {
  readonly kind: string
  readonly text: string
  readonly start: number
}

export const END = 'end'
const WORDS = new Set(['true', 'false', 'null', 'in'])
const NUMBER = /^(?:(0x[0-9a-fA-F]+|[0-9]+)([uU]?)(?![.eE0-9])|([0-9]*(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?))/
const ESCAPE = /^\\(?:[abfnrtv"'\\?`]|[xX][0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-3][0-7][0-7])/
/** As much of an escape as could still have become one, and the letter that spoils it. */
const SPOILT = /^\\(?:[xX][0-9a-fA-F]?|u[0-9a-fA-F]{0,3}|U[0-9a-fA-F]{0,7}|[0-3][0-7]?)?[\s\S]/

/** The letters of a string up to an escape that is none, or null. */
function badEscape(text: string): string | null {
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', at)) {
    const known = ESCAPE.exec(text.slice(at))
    if (!known) return text.slice(0, at) + (SPOILT.exec(text.slice(at))?.[0] ?? '')
    at += known[0].length
  }
  return null
}

export function grammarTokens(source: string): {
  tokens: GrammarToken[]
  slips: { message: string; at: number }[]
} {
  const tokens: GrammarToken[] = []
  const slips: { message: string; at: number }[] = []
  for (const { kind, text, start } of scan(source).tokens) {
    if (kind === 'number') tokens.push(...numbers(text, start))
    else if (kind === 'string') {
      const raw = /^[bB]?[rR]/.test(text)
      const bad = raw ? null : badEscape(text)
      if (bad !== null)
        slips.push({ message: `${quote(bad)} does not fit here in the expression.`, at: start })
      else tokens.push({ kind: /^[bB]/.test(text) ? 'bytes' : 'string', text, start })
    } else tokens.push({ kind: kind === 'name' && !WORDS.has(text) ? 'name' : text, text, start })
  }
  tokens.push({ kind: END, text: '', start: source.length })
  return { tokens, slips }
}

function numbers(text: string, start: number): GrammarToken[] {
  const [whole = '', int, unsigned] = NUMBER.exec(text) ?? []
  const kind = int === undefined ? 'float' : unsigned === '' ? 'int' : 'uint'
  const first = { kind, text: whole, start }
  const rest = text.slice(whole.length)
  return rest === '' ? [first] : [first, { kind: 'name', text: rest, start: start + whole.length }]
}
