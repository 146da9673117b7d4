/** `${{ }}` over JSON data as `agentry.flow.expr` computes them: small, capped, nothing of the host. */

import { Environment } from '@marcbachmann/cel-js'
import { matches } from './matches'
import { type Token, tokensOf } from './tokens'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Scope = { [name: string]: Json }

const MAX_LETTERS = 2048
const MAX_NESTING = 24
const MAX_MACROS = 2
const MAX_ITEMS = 1000
const MAX_NESTED_ITEMS = 200
const DROPPED = /^[rR]?['"]+(constructor|prototype|__proto__)['"]+$/
const MAX_WEIGHT = 4 * 1024 * 1024
const MACROS = new Set(['all', 'exists', 'exists_one', 'filter', 'map'])
const FUNCTIONS = new Set(
  'contains double endsWith has int join lowerAscii matches size split startsWith string trim upperAscii'.split(
    ' ',
  ),
)
/** Ours have names of the same width in place of the library's, so that columns stay right. */
const OURS: Record<string, string> = {
  lowerAscii: 'lowerAsci_',
  matches: 'matche_',
  upperAscii: 'upperAsci_',
}

const environment = new Environment({
  unlistedVariablesAreDyn: true,
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: 4096, maxDepth: 64, maxListElements: 1000, maxMapEntries: 1000 },
})
  .registerFunction('string.matche_(string): bool', matches)
  .registerFunction('string.lowerAsci_(): string', (text: string) =>
    text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  )
  .registerFunction('string.upperAsci_(): string', (text: string) =>
    text.replace(/[a-z]/g, (letter) => letter.toUpperCase()),
  )

/** The value of one expression; throws where it has none. */
export function evaluate(source: string, scope: Scope): Json {
  if ([...source].length > MAX_LETTERS) throw new Error('The expression is too long.')
  const tokens = tokensOf(source)
  const macros = check(tokens)
  const path = pathOf(tokens)
  if (path) return lookUp(path, scope)
  const names = new Set(tokens.filter((token) => token.kind === 'name').map((token) => token.text))
  const read = Object.entries(scope).filter(([name]) => names.has(name))
  if (macros > 0) weigh(tokens, read, macros)
  const variables = new Map(read.map(([name, value]) => [name, given(value)]))
  return taken(environment.evaluate(ours(source, tokens), Object.fromEntries(variables)))
}

/** `value` with every `${{ }}` in it replaced; a lone expression keeps its type. */
export function resolve(value: Json, scope: Scope): Json {
  if (typeof value === 'string') return value.includes(OPEN) ? resolveText(value, scope) : value
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, scope)]))
}

const OPEN = '${{'

function resolveText(text: string, scope: Scope): Json {
  const parts: Json[] = []
  let words = ''
  let at = 0
  for (let open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, at)) {
    const end = endOf(text, open + OPEN.length)
    parts.push(text.slice(at, open), evaluate(text.slice(open + OPEN.length, end).trim(), scope))
    words += text.slice(at, open)
    at = end + 2
  }
  const rest = text.slice(at)
  if (parts.length === 2 && (words + rest).trim() === '') return parts[1] as Json
  const filled = parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part)))
  return filled.join('') + rest
}

/** An expression ends at the first `}}` that is in no string and closes no `{` of its own. */
function endOf(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length && at < start + MAX_LETTERS + 64; ) {
    if (depth === 0 && text.startsWith('}}', at)) return at
    const [token] = tokensOf(text.slice(at), 'one')
    if (token?.text === '{') depth += 1
    else if (token?.text === '}') depth = Math.max(0, depth - 1)
    at += token?.start === 0 ? token.text.length : 1
  }
  throw new Error("'${{' is never closed with '}}'.")
}

function check(tokens: Token[]): number {
  if (tokens.length === 0) throw new Error('The expression is empty.')
  let depth = 0
  let macros = 0
  tokens.forEach((token, at) => {
    if (token.kind === 'mark' && '([{'.includes(token.text)) depth += 1
    if (token.kind === 'mark' && ')]}'.includes(token.text)) depth -= 1
    if (depth > MAX_NESTING) throw new Error(`Brackets may be nested ${MAX_NESTING} deep.`)
    // The library drops these keys without a word.
    if (DROPPED.test(token.text) && tokens[at + 1]?.text === ':')
      throw new Error(`The preview has no key ${token.text}.`)
    if (token.kind !== 'name' || tokens[at + 1]?.text !== '(') return
    if (MACROS.has(token.text)) macros += 1
    else if (!FUNCTIONS.has(token.text)) throw new Error(`There is no function ${token.text}().`)
  })
  if (macros > MAX_MACROS) throw new Error(`An expression may use ${MAX_MACROS} macros.`)
  return macros
}

/** The members of an expression that only reads one value, such as `tasks['a'].output`. */
function pathOf(tokens: Token[]): string[] | null {
  const [first, ...rest] = tokens
  if (first?.kind !== 'name' || ['true', 'false', 'null', 'in'].includes(first.text)) return null
  const path = [first.text]
  for (let at = 0; at < rest.length; ) {
    const [mark, member, close] = rest.slice(at, at + 3)
    if (mark?.text === '.' && member?.kind === 'name') {
      path.push(member.text)
      at += 2
    } else if (mark?.text === '[' && member && close?.text === ']') {
      if (member.kind === 'string' && /^(['"])[^\\]*\1$/.test(member.text))
        path.push(member.text.slice(1, -1))
      else if (/^[0-9]+$/.test(member.text)) path.push(String(Number(member.text)))
      else return null
      at += 3
    } else return null
  }
  return path
}

function lookUp(path: string[], scope: Scope): Json {
  let value: Json = scope
  for (const member of path) {
    const known: boolean = Array.isArray(value)
      ? /^[0-9]+$/.test(member) && Number(member) < value.length
      : value !== null && typeof value === 'object' && Object.hasOwn(value, member)
    if (!known) throw new Error(`There is no ${path.join('.')}.`)
    value = (value as Scope)[member] as Json
  }
  return value
}

/** The library has no budget of its own, so what its macros would walk over is counted first. */
function weigh(tokens: Token[], read: [string, Json][], macros: number): void {
  const waiting: Json[] = read.map(([, value]) => value)
  let items = 0
  let letters = tokens.length
  while (waiting.length > 0 && letters + items < MAX_WEIGHT) {
    const value = waiting.pop() as Json
    if (typeof value === 'string') letters += value.length
    if (value === null || typeof value !== 'object') continue
    const inside = Object.values(value)
    if (Array.isArray(value)) items = Math.max(items, inside.length)
    letters += inside.length
    for (const part of inside) waiting.push(part)
  }
  if (items > (macros > 1 ? MAX_NESTED_ITEMS : MAX_ITEMS) || letters >= MAX_WEIGHT)
    throw new Error('The expression would walk over too many values.')
}

function ours(source: string, tokens: Token[]): string {
  const letters = source.split('')
  tokens.forEach((token, at) => {
    const name = tokens[at + 1]?.text === '(' ? OURS[token.text] : undefined
    if (name && Object.hasOwn(OURS, token.text)) letters.splice(token.start, name.length, ...name.split(''))
  })
  return letters.join('')
}

/** Numbers without a fraction are CEL ints, the others doubles. */
function given(value: Json): unknown {
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value) : value
  if (Array.isArray(value)) return value.map(given)
  if (value === null || typeof value !== 'object') return value
  return new Map(Object.entries(value).map(([key, item]) => [key, given(item)]))
}

function taken(value: unknown): Json {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value
  if (typeof value === 'bigint' && BigInt.asIntN(64, value) === value) return Number(value)
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (Array.isArray(value)) return value.map(taken)
  const entries = value instanceof Map ? [...value] : plainEntries(value)
  const sorted = entries.sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted.map(([key, item]) => [key, taken(item)]))
}

function plainEntries(value: unknown): [string, unknown][] {
  const shape = value && typeof value === 'object' ? Object.getPrototypeOf(value) : undefined
  if (shape === Object.prototype || shape === null) return Object.entries(value as object)
  throw new Error('The result is no JSON value.')
}
