/** `${{ }}` over JSON data as `agentry.flow.expr` computes them: small, capped, nothing of the host. */

import { Environment } from '@marcbachmann/cel-js'
import { check } from './check'
import { complaint } from './complaint'
import { ExpressionSyntax, type Letters, tokensIn } from './letters'
import { ExpressionFailed, type Json, lookUp, type Scope } from './look-up'
import { matches } from './matches'
import { loneOf, OPEN, takeApart } from './template'
import type { Token } from './tokens'

export type { Json, Scope } from './look-up'

const MAX_ITEMS = 1000
const MAX_NESTED_ITEMS = 200
const DROPPED = /^[rR]?['"]+(constructor|prototype|__proto__)['"]+$/
const MAX_WEIGHT = 4 * 1024 * 1024
/** Ours have names of the same width in place of the library's, so that columns stay right. */
const OURS: Record<string, string> = {
  lowerAscii: 'lowerAsci_',
  matches: 'matche_',
  upperAscii: 'upperAsci_',
}

// CEL keeps `loop` for itself.
const LOOP = 'loop'
const OUR_LOOP = 'loo_'

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

/** The value of one expression; throws `ExpressionSyntax` or `ExpressionFailed` where it has none. */
export function evaluate(source: string, scope: Scope): Json {
  const letters = check(source)
  const [only] = letters.references
  if (letters.isPath && only) return lookUp(only.path, scope)
  const tokens = tokensIn(source)
  refuseDropped(tokens)
  const names = new Set(letters.references.map(({ path }) => path[0]))
  const read = Object.entries(scope).filter(([name]) => names.has(name))
  if (letters.macros > 0) weigh(letters, read)
  const variables = Object.fromEntries(
    read.map(([name, value]) => [name === LOOP ? OUR_LOOP : name, given(value)]),
  )
  try {
    return taken(environment.evaluate(ours(source, tokens, letters), variables))
  } catch (error) {
    if (error instanceof ExpressionFailed) throw error
    throw complaint(error, source, letters, scope)
  }
}

/** `value` with every `${{ }}` in it replaced; a lone expression keeps its type. */
export function resolve(value: Json, scope: Scope): Json {
  if (typeof value === 'string') return value.includes(OPEN) ? resolveText(value, scope) : value
  if (Array.isArray(value)) return value.map((item) => resolve(item, scope))
  if (value === null || typeof value !== 'object') return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolve(item, scope)]))
}

function resolveText(text: string, scope: Scope): Json {
  const template = takeApart(text)
  if (template.unclosed !== null)
    throw new ExpressionSyntax("'${{' is never closed with '}}'.", template.unclosed)
  const lone = loneOf(template)
  if (lone) return evaluate(lone.source.trim(), scope)
  const filled = template.holes.map(({ source }) => evaluate(source.trim(), scope))
  return template.words
    .map((words, at) => words + (at < filled.length ? asText(filled[at] as Json) : ''))
    .join('')
}

/** How a value reads inside a text: text as it is, everything else as compact JSON. */
function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** The library drops these keys without a word. */
function refuseDropped(tokens: readonly Token[]): void {
  tokens.forEach((token, at) => {
    if (DROPPED.test(token.text) && tokens[at + 1]?.text === ':')
      throw new ExpressionFailed(`The preview has no key ${token.text}.`)
  })
}

/** The library has no budget of its own, so what its macros would walk over is counted first. */
function weigh(source: Letters, read: [string, Json][]): void {
  const waiting: Json[] = read.map(([, value]) => value)
  let items = 0
  let letters = 0
  while (waiting.length > 0 && letters + items < MAX_WEIGHT) {
    const value = waiting.pop() as Json
    if (typeof value === 'string') letters += value.length
    if (value === null || typeof value !== 'object') continue
    const inside = Object.values(value)
    if (Array.isArray(value)) items = Math.max(items, inside.length)
    letters += inside.length
    for (const part of inside) waiting.push(part)
  }
  const limit = source.macros > 1 ? MAX_NESTED_ITEMS : MAX_ITEMS
  if (items > limit || letters >= MAX_WEIGHT)
    throw new ExpressionFailed(`map, filter, all and exists may walk over ${limit} values here.`)
}

function ours(source: string, tokens: readonly Token[], { references }: Letters): string {
  const letters = source.split('')
  const put = (start: number, name: string) => letters.splice(start, name.length, ...name.split(''))
  tokens.forEach((token, at) => {
    const name = tokens[at + 1]?.text === '(' ? OURS[token.text] : undefined
    if (name && Object.hasOwn(OURS, token.text)) put(token.start, name)
  })
  for (const { path, parts } of references) if (path[0] === LOOP && parts[0]) put(parts[0][0], OUR_LOOP)
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
  throw new ExpressionFailed('The result is no JSON value.')
}
