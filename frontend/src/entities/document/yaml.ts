/** Small looks into parsed YAML: values of keys with aliases followed, and the letters of a node. */

import type { Alias, Node, Pair, Scalar, YAMLMap, Document as YamlDocument } from 'yaml'
import { isAlias, isMap, isScalar, isSeq } from 'yaml'
import type { Json } from '@/shared/api/types'
import type { Place } from './text'

export function pairOf(map: YAMLMap, key: string): Pair<Node, Node | null> | null {
  const found = map.items.find((pair) => isScalar(pair.key) && keyText(pair.key as Scalar) === key)
  return (found as Pair<Node, Node | null> | undefined) ?? null
}

/** The value of a key with aliases followed. */
export function nodeAt(yaml: YamlDocument, map: YAMLMap, key: string): Node | null {
  const value = pairOf(map, key)?.value ?? null
  return isAlias(value) ? (((value as Alias).resolve(yaml) as Node | null) ?? null) : value
}

/** The JSON value of a key, null where there is none. */
export function jsonOf(yaml: YamlDocument, map: YAMLMap | null, key: string): Json {
  const value = map ? nodeAt(yaml, map, key) : null
  return value === null ? null : toJson(yaml, value)
}

export function toJson(yaml: YamlDocument, node: Node): Json {
  try {
    return node.toJS(yaml, { maxAliasCount: 100 }) as Json
  } catch {
    return null
  }
}

/** A key as it is written. */
export function keyText(key: Scalar): string {
  return typeof key.value === 'string' ? key.value : (key.source ?? String(key.value))
}

/** The letters of a node without the blank lines that the parser counts to a `|` or `>` text. */
export function placeOf(text: string, node: Node): Place {
  const [from, to] = node.range ?? [0, 0]
  if (isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')) {
    const header = text.indexOf('\n', from)
    const body = text.slice(from, to).trimEnd()
    const end = from + body.length
    return { from, to: header >= 0 && end > header ? end : from + firstWord(text, from) }
  }
  if ((isMap(node) || isSeq(node)) && !node.flow) {
    const last = node.items.at(-1)
    return { from, to: last ? Math.max(from, endOf(text, last as Node | Pair<Node, Node | null>)) : to }
  }
  return { from, to }
}

function firstWord(text: string, from: number): number {
  return /^[|>][-+0-9]*/.exec(text.slice(from, from + 8))?.[0].length ?? 1
}

function endOf(text: string, item: Node | Pair<Node, Node | null>): number {
  if ('key' in item && !('range' in item)) {
    if (item.value?.range && item.value.range[1] > item.value.range[0]) return placeOf(text, item.value).to
    const colon = colonOf(item)
    return colon === null ? (item.key.range?.[1] ?? 0) : colon + 1
  }
  return placeOf(text, item as Node).to
}

/** What stands between a key and its value, letter by letter. */
export interface Token {
  readonly type: string
  readonly offset: number
  readonly source: string
}

/** The tokens between a key and its value: the colon, anchors, tags, comments. */
export function tokensBetween(pair: Pair<Node, Node | null>): readonly Token[] {
  return (pair as { srcToken?: { sep?: readonly Token[] } }).srcToken?.sep ?? []
}

/** The offset of a key's colon; null for a key that stands alone, as in `{a, b}`. */
export function colonOf(pair: Pair<Node, Node | null>): number | null {
  return tokensBetween(pair).find((token) => token.type === 'map-value-ind')?.offset ?? null
}

/** The letters of one `key: value`. */
export function pairPlace(text: string, pair: Pair<Node, Node | null>): Place {
  return { from: pair.key.range?.[0] ?? 0, to: endOf(text, pair) }
}

/** From the first key to the end of the last value, without braces. */
export function innerPlace(text: string, map: YAMLMap): Place {
  const first = map.items[0] as Pair<Node, Node | null> | undefined
  const last = map.items.at(-1) as Pair<Node, Node | null> | undefined
  if (!first || !last) return placeOf(text, map)
  return { from: first.key.range?.[0] ?? 0, to: endOf(text, last) }
}
