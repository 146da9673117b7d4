/** Edits of a flow's fields: pure functions from a reading to the letters that change. Every other byte stays. */

import { isAlias, isMap, isSeq, type Node, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml'
import { lastLine, withComments } from './item'
import { indentOf, insertPair, isBlockCollection, removePair, replaceValue } from './pair'
import { type Json, KINDS, pairOf, pairPlace, placeOf, type Reading } from './read'
import { EditRefused, ownTaskAt, taskAt } from './refused'
import { eolOf } from './render'
import { putValue, takeValue } from './sequence'
import type { Edit } from './text'
import { widen } from './widen'
import { colonOf } from './yaml'

export { EditRefused, taskAt } from './refused'

/** Set `keys` (one or more levels, a number for an item of a list) of a task; `undefined` takes the field out. */
export function setField(
  reading: Reading,
  path: string,
  keys: readonly string[],
  value: Json | undefined,
): Edit[] {
  const task = ownTaskAt(reading, path)
  if (value === undefined && keys.length === 1 && keys[0] === task.kind) {
    throw new EditRefused(
      `${task.kind} says what ${task.name} does; give it another value or remove the task.`,
    )
  }
  const [kind, inner] = keys
  if (
    value !== undefined &&
    kind !== task.kind &&
    (KINDS as readonly (string | undefined)[]).includes(kind)
  ) {
    throw new EditRefused(
      `${task.name} has the kind ${task.kind}; a task has one, so it cannot have ${kind} as well.`,
    )
  }
  if (inner !== undefined && kind === task.kind && isSeq(pairOf(task.map, kind)?.value)) {
    return widen(reading, task, keys.slice(1), value)
  }
  return setIn(reading, task.map, keys, value, task.kind)
}

/** Set a value below any block or flow map; `beforeKey` names the key that new lines may have to stand before. */
export function setIn(
  reading: Reading,
  map: YAMLMap,
  keys: readonly string[],
  value: Json | undefined,
  beforeKey?: string,
): Edit[] {
  const [key, ...rest] = keys
  if (key === undefined) return []
  const pair = pairOf(map, key)
  if (rest.length > 0 && hasValue(pair?.value ?? null)) {
    const inner = pair?.value ?? null
    if (isAlias(inner)) throw new EditRefused(`${key} is an alias; edit it in the source.`)
    if (isSeq(inner) && rest.length === 1)
      return setItem(reading, inner as YAMLSeq, key, rest[0] ?? '', value)
    if (!isMap(inner)) throw new EditRefused(`${key} has no fields here; edit it in the source.`)
    const only = value === undefined && rest.length === 1 && inner.items.length === 1
    if (pair && only && pairOf(inner as YAMLMap, rest[0] ?? '') !== null)
      return removePair(reading, map, pair)
    return setIn(reading, inner as YAMLMap, rest, value)
  }
  if (rest.length > 0)
    return value === undefined ? [] : setIn(reading, map, [key], nest(rest, value), beforeKey)
  if (value === undefined) return pair ? removePair(reading, map, pair) : []
  if (pair) return replaceValue(reading, map, pair, value)
  return insertPair(reading, map, key, value, beforeKey)
}

function hasValue(node: Node | null): boolean {
  return node !== null && (isAlias(node) || (node.range?.[1] ?? 0) > (node.range?.[0] ?? 0))
}

function nest(keys: readonly string[], value: Json): Json {
  return keys.reduceRight<Json>((inner, key) => ({ [key]: inner }), value)
}

function setItem(reading: Reading, list: YAMLSeq, key: string, at: string, value: Json | undefined): Edit[] {
  const index = /^\d+$/.test(at) ? Number(at) : Number.NaN
  if (!(index <= list.items.length)) {
    throw new EditRefused(`${key} is a list of ${list.items.length}; it has no item ${at}.`)
  }
  if (value === undefined) return index < list.items.length ? takeValue(reading, list, index) : []
  return putValue(reading, list, index, value)
}

/** Give a field's YAML letters without their indentation, '' where there is no such field. */
export function rawField(reading: Reading, path: string, key: string): string {
  const pair = pairOf(taskAt(reading, path).map, key)
  if (!pair?.value) return ''
  const { from, to } = placeOf(reading.text, pair.value)
  const column = from - reading.lines.startOf(reading.lines.lineAt(from))
  const cut = new RegExp(`^ {0,${column}}`)
  return reading.text
    .slice(from, to)
    .split(/\r?\n/)
    .map((line, at) => (at === 0 ? line : line.replace(cut, '')))
    .join('\n')
}

/** Put YAML letters in place of a field's value; refuse what is no YAML. */
export function setRawField(reading: Reading, path: string, key: string, letters: string): Edit[] {
  const task = ownTaskAt(reading, path)
  const wanted = letters.replace(/\s+$/, '')
  if (wanted === rawField(reading, path, key)) return []
  if (wanted.trim() === '') return setField(reading, path, [key], undefined)
  const probe = parseDocument(wanted, { version: '1.2', schema: 'core', prettyErrors: false })
  const broken = probe.errors[0]
  if (broken) throw new EditRefused(broken.message)
  if (task.map.flow) return setField(reading, path, [key], probe.toJS() as Json)
  const eol = eolOf(reading.text)
  const indent = indentOf(reading, task.map)
  const block = isBlockCollection(probe.contents as Node | null)
  const inner = `${indent}  `
  const body = wanted
    .split('\n')
    .map((line, at) => (line.trim() === '' ? '' : at > 0 || block ? inner + line : line))
  const value = (block ? eol : ' ') + body.join(eol)
  const pair = pairOf(task.map, key)
  if (!pair) {
    const at = reading.lines.endOf(withComments(reading, lastLine(reading, task.map), indent.length))
    return [{ from: at, to: at, insert: `${eol}${indent}${key}:${value}` }]
  }
  const from = (colonOf(pair) ?? pair.key.range?.[1] ?? 0) + 1
  return [{ from, to: pairPlace(reading.text, pair).to, insert: value }]
}
