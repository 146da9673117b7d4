/** Edits of a flow's fields: pure functions from a reading to the letters that change. Every other byte stays. */

import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml'
import { innerPlace, type Json, pairOf, pairPlace, placeOf, type Reading, type TaskReading } from './read'
import { entry, eolOf, inline, isLiteral, literalBody } from './render'
import type { Edit } from './text'

type AnyPair = Pair<Node, Node | null>

/** Why an edit cannot be made on this text; the sentence is for the person. */
export class EditRefused extends Error {}

/** Give the task at a path, or refuse. */
export function taskAt(reading: Reading, path: string): TaskReading {
  const task = reading.byPath.get(path)
  if (!task) throw new EditRefused(`There is no task ${path} in this text.`)
  return task
}

/** Set `keys` (one or more levels) of a task; `undefined` takes the field out. */
export function setField(
  reading: Reading,
  path: string,
  keys: readonly string[],
  value: Json | undefined,
): Edit[] {
  const task = taskAt(reading, path)
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
  if (rest.length > 0) {
    if (pair && isAlias(pair.value)) throw new EditRefused(`${key} is an alias; edit it in the source.`)
    if (pair && isMap(pair.value)) {
      const inner = pair.value as YAMLMap
      const lastOne = value === undefined && inner.items.length === 1 && pairOf(inner, rest[0] ?? '') !== null
      if (lastOne && rest.length === 1) return removePair(reading, map, pair)
      return setIn(reading, inner, rest, value)
    }
    if (value === undefined) return []
    return setIn(reading, map, [key], nest(rest, value), beforeKey)
  }
  if (value === undefined) return pair ? removePair(reading, map, pair) : []
  if (pair) return replaceValue(reading, map, pair, value)
  return insertPair(reading, map, key, value, beforeKey)
}

function nest(keys: readonly string[], value: Json): Json {
  return keys.reduceRight<Json>((inner, key) => ({ [key]: inner }), value)
}

function indentOf(reading: Reading, map: YAMLMap): string {
  const from = innerPlace(reading.text, map).from
  return ' '.repeat(from - reading.lines.startOf(reading.lines.lineAt(from)))
}

function insertPair(reading: Reading, map: YAMLMap, key: string, value: Json, beforeKey?: string): Edit[] {
  const { text, lines } = reading
  const place = innerPlace(text, map)
  if (map.flow) {
    const from = map.range?.[0] ?? 0
    const letters = `${key}: ${inline(value, true)}`
    if (map.items.length === 0) return [{ from: from + 1, to: from + 1, insert: letters }]
    return [{ from: place.to, to: place.to, insert: `, ${letters}` }]
  }
  const eol = eolOf(text)
  const indent = indentOf(reading, map)
  const letters = entry(key, value, indent, eol)
  const last = map.items.at(-1) as AnyPair | undefined
  const kindPair = beforeKey ? pairOf(map, beforeKey) : null
  // Behind a list of children the new line would be far from its task: put it before them.
  if (kindPair && last?.key === kindPair.key && isBlockCollection(last.value)) {
    const at = kindPair.key.range?.[0] ?? place.from
    return [{ from: at, to: at, insert: letters + eol + indent }]
  }
  const at = lines.endOf(lines.lineAt(place.to))
  return [{ from: at, to: at, insert: eol + indent + letters }]
}

function isBlockCollection(node: Node | null): boolean {
  return (isMap(node) || isSeq(node)) && !node.flow
}

function replaceValue(reading: Reading, map: YAMLMap, pair: AnyPair, value: Json): Edit[] {
  const { text, lines } = reading
  const node = pair.value
  const flow = map.flow === true
  const eol = eolOf(text)
  const indent = flow ? '' : `${indentOf(reading, map)}  `
  const keyEnd = pair.key.range?.[1] ?? 0
  if (node === null || (isScalar(node) && node.range && node.range[0] === node.range[1])) {
    const at = text.indexOf(':', keyEnd) + 1
    return [{ from: at, to: at, insert: ` ${inline(value, flow)}` }]
  }
  const place = placeOf(text, node)
  if (typeof value === 'string' && isScalar(node)) {
    const wasBlock = node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED'
    if (wasBlock && value.trim() !== '' && !/^\s/.test(value)) {
      const old = literalIndent(text, place.from, place.to) ?? indent
      const headerEnd = text.indexOf('\n', place.from)
      if (headerEnd >= 0 && headerEnd < place.to) {
        const body = { from: headerEnd + 1, to: place.to, insert: literalBody(value, old, eol) }
        const folded = text[place.from] === '>' && value.trim().includes('\n')
        return folded ? [{ from: place.from, to: place.from + 1, insert: '|' }, body] : [body]
      }
    }
    if (!wasBlock && !flow && isLiteral(value)) {
      const at = lines.endOf(lines.lineAt(place.to))
      return [
        { ...place, insert: '|' },
        { from: at, to: at, insert: eol + literalBody(value, indent, eol) },
      ]
    }
  }
  return [{ ...place, insert: inline(value, flow) }]
}

function literalIndent(text: string, from: number, to: number): string | null {
  for (const line of text.slice(from, to).split('\n').slice(1)) {
    if (line.trim() !== '') return /^ */.exec(line)?.[0] ?? null
  }
  return null
}

function removePair(reading: Reading, map: YAMLMap, pair: AnyPair): Edit[] {
  const { text, lines } = reading
  const at = map.items.indexOf(pair)
  const next = map.items[at + 1] as AnyPair | undefined
  const before = map.items[at - 1] as AnyPair | undefined
  const place = pairPlace(text, pair)
  if (!next && !before) throw new EditRefused('The last field of a task cannot be taken out.')
  if (map.flow || (next && !startsLine(reading, place.from))) {
    if (next) return [{ from: place.from, to: next.key.range?.[0] ?? place.to, insert: '' }]
    return [{ from: before ? pairPlace(text, before).to : place.from, to: place.to, insert: '' }]
  }
  const from = lines.startOf(lines.lineAt(place.from))
  const lastLine = lines.lineAt(place.to)
  if (lastLine === lines.count && from > 0) {
    return [{ from: lines.endOf(lines.lineAt(from) - 1), to: text.length, insert: '' }]
  }
  return [{ from, to: lines.afterOf(lastLine), insert: '' }]
}

function startsLine(reading: Reading, offset: number): boolean {
  const start = reading.lines.startOf(reading.lines.lineAt(offset))
  return reading.text.slice(start, offset).trim() === ''
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
  const task = taskAt(reading, path)
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
    const at = reading.lines.endOf(reading.lines.lineAt(task.place.to))
    return [{ from: at, to: at, insert: `${eol}${indent}${key}:${value}` }]
  }
  const from = reading.text.indexOf(':', pair.key.range?.[1] ?? 0) + 1
  return [{ from, to: pairPlace(reading.text, pair).to, insert: value }]
}
