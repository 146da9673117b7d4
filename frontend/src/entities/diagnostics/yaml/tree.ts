/** What a YAML text says, with the place of every key and value. */

import type { Span } from '@/shared/api/types'
import { floatText, lettersIn, quote } from '@/shared/lib/sentence'
import type { Place } from './cursor'

export type Plain = null | boolean | number | string

export interface YamlScalar {
  readonly is: 'scalar'
  value: Plain
  /** A number written with a point or an exponent. */
  float: boolean
  /** What opens it; '' = plain. */
  readonly style: string
  start: Place
  end: Place
  readonly size: number
  readonly height: number
}

/** `end` is the end of the last item, or of the bracket. */
export interface YamlList {
  readonly is: 'list'
  start: Place
  end: Place
  readonly inBrackets: boolean
  readonly items: Yaml[]
  size: number
  height: number
}

/** Keys in the order of the text; `lastEnd` is where the last value ends. */
export interface YamlMap {
  readonly is: 'map'
  start: Place
  end: Place
  readonly inBrackets: boolean
  readonly keys: Map<string, YamlScalar>
  readonly values: Map<string, Yaml>
  lastEnd: Place
  size: number
  height: number
}

export type Yaml = YamlScalar | YamlList | YamlMap

export type Json = Plain | readonly Json[] | JsonMap
export type JsonMap = ReadonlyMap<string, Json>

export function scalar(value: Plain, start: Place, end: Place, style = ''): YamlScalar {
  return { is: 'scalar', value, float: false, style, start, end, size: 1, height: 0 }
}

export function list(start: Place, end: Place, inBrackets: boolean, items: Yaml[] = []): YamlList {
  return { is: 'list', start, end, inBrackets, items, size: 1, height: 0 }
}

export function map(start: Place, end: Place, inBrackets: boolean, lastEnd = end): YamlMap {
  const [keys, values] = [new Map<string, YamlScalar>(), new Map<string, Yaml>()]
  return { is: 'map', start, end, inBrackets, keys, values, lastEnd, size: 1, height: 0 }
}

export function spanFrom(start: Place, end: Place): Span {
  return { line: start.line, column: start.column, end_line: end.line, end_column: end.column }
}

export function spanOf(tree: Yaml): Span {
  return spanFrom(tree.start, tree.end)
}

/** The key's letters in a map that has it. */
export function keySpan(tree: YamlMap, name: string): Span {
  const key = tree.keys.get(name)
  return spanOf(key ?? tree)
}

/** From the first key to the end of the last value; the braces where the map is empty. */
export function innerSpan(tree: YamlMap): Span {
  for (const key of tree.keys.values()) return spanFrom(key.start, tree.lastEnd)
  return spanOf(tree)
}

/** The first key, to point at a map as such; the braces where it is empty. */
export function firstSpan(tree: YamlMap): Span {
  for (const key of tree.keys.values()) return spanOf(key)
  return spanOf(tree)
}

/** The value of a key where it is text. */
export function textAt(tree: YamlMap, key: string): string | null {
  const found = tree.values.get(key)
  return found?.is === 'scalar' && typeof found.value === 'string' ? found.value : null
}

/** The items of a list; none where it is no list. */
export function itemsOf(tree: Yaml | undefined): readonly Yaml[] {
  return tree?.is === 'list' ? tree.items : []
}

export function toJson(tree: Yaml): Json {
  if (tree.is === 'scalar') return tree.value
  if (tree.is === 'list') return tree.items.map(toJson)
  return new Map([...tree.values].map(([key, value]) => [key, toJson(value)]))
}

/** Every text value (no keys), in the order of the text. */
export function* textsIn(tree: Yaml): Generator<YamlScalar & { value: string }> {
  if (tree.is === 'scalar') {
    if (typeof tree.value === 'string') yield tree as YamlScalar & { value: string }
    return
  }
  for (const part of tree.is === 'list' ? tree.items : tree.values.values()) yield* textsIn(part)
}

const MOST_LETTERS = 30

/** What a value is, in words: 'a list', 'the number 3'. */
export function kindWord(tree: Yaml): string {
  if (tree.is !== 'scalar') return tree.is === 'map' ? 'a map' : 'a list'
  const { value } = tree
  if (value === null) return 'nothing'
  if (typeof value === 'boolean') return `the truth value ${value}`
  if (typeof value === 'number') return `the number ${tree.float ? floatText(value) : value}`
  return lettersIn(value) <= MOST_LETTERS ? `the text ${quote(value)}` : 'text'
}

/** The place of the letter at an offset, counted on from an earlier place. */
export function placeIn(text: string, base: Place, at: number): Place {
  const skipped = text.slice(base.at, at)
  const last = skipped.lastIndexOf('\n')
  if (last < 0) return { line: base.line, column: base.column + lettersIn(skipped), at }
  const lines = skipped.split('\n').length - 1
  return { line: base.line + lines, column: lettersIn(skipped.slice(last + 1)) + 1, at }
}
