/** One key of a map: put in, given another value, taken out. Every other byte stays. */

import { isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml'
import { commentColumn, cutLines, isLines, lastLine, ownLines, withComments } from './item'
import { innerPlace, type Json, pairOf, pairPlace, placeOf, type Reading } from './read'
import { EditRefused } from './refused'
import { entry, eolOf, fitsLiteral, inline, isLiteral, literalBody } from './render'
import type { Edit } from './text'
import { colonOf, keyText, tokensBetween } from './yaml'

export type AnyPair = Pair<Node, Node | null>

/** The column of a map's keys, as spaces. */
export function indentOf(reading: Reading, map: YAMLMap): string {
  const { indent } = (map.srcToken ?? {}) as { indent?: number }
  if (indent !== undefined && indent >= 0) return ' '.repeat(indent)
  const from = innerPlace(reading.text, map).from
  return ' '.repeat(from - reading.lines.startOf(reading.lines.lineAt(from)))
}

/** Refuse to add to `[a: 1]`, whose map has no braces of its own. */
function needsBraces(reading: Reading, map: YAMLMap): void {
  if (map.flow && reading.text[map.range?.[0] ?? 0] !== '{') {
    throw new EditRefused('This is written without { } in a [ ] list; edit it in the source.')
  }
}

/** Put a new key in: at the end, or before the list of children under `beforeKey`. */
export function insertPair(
  reading: Reading,
  map: YAMLMap,
  key: string,
  value: Json,
  beforeKey?: string,
): Edit[] {
  const { text, lines } = reading
  needsBraces(reading, map)
  const place = innerPlace(text, map)
  if (map.flow) {
    const from = map.range?.[0] ?? 0
    const letters = `${inline(key, true)}: ${inline(value, true)}`
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
    const above = map.items.at(-2) as AnyPair | undefined
    if (above) return [after(reading, above, eol + indent + letters)]
    const at = kindPair.key.range?.[0] ?? place.from
    return [{ from: at, to: at, insert: letters + eol + indent }]
  }
  if (last) return [after(reading, last, eol + indent + letters)]
  const at = lines.endOf(lines.lineAt(place.to))
  return [{ from: at, to: at, insert: eol + indent + letters }]
}

/** New letters at the end of the last line of a key's value. */
function after(reading: Reading, pair: AnyPair, insert: string): Edit {
  const { lines, text } = reading
  const own = lines.lineAt(pairPlace(text, pair).to)
  const last = pair.value && hasLetters(pair.value) ? lastLine(reading, pair.value) : own
  // Comments below that stand deeper are of this key.
  const at = lines.endOf(withComments(reading, last, columnOf(reading, pair)))
  return { from: at, to: at, insert }
}

function columnOf({ lines }: Reading, pair: AnyPair): number {
  const from = pair.key.range?.[0] ?? 0
  return from - lines.startOf(lines.lineAt(from))
}

const hasLetters = (node: Node) => (node.range?.[1] ?? 0) > (node.range?.[0] ?? 0)

export function isBlockCollection(node: Node | null): boolean {
  return (isMap(node) || isSeq(node)) && !node.flow
}

/** Give a key another value; what stands around it, such as a comment or an anchor, stays. */
export function replaceValue(reading: Reading, map: YAMLMap, pair: AnyPair, value: Json): Edit[] {
  const { text } = reading
  const node = pair.value
  const flow = map.flow === true
  const props = tokensBetween(pair).find(({ type }) => type === 'tag' || type === 'anchor')
  if (node === null || !hasLetters(node)) {
    const colon = colonOf(pair)
    const end = colon === null ? (pair.key.range?.[1] ?? 0) : colon + 1
    if (props) throw refusedProps(pair, props.source)
    return [{ from: end, to: end, insert: `${colon === null ? ':' : ''} ${inline(value, flow)}` }]
  }
  if (props?.type === 'tag' || node.tag) throw refusedProps(pair, props?.source ?? node.tag ?? '')
  const place = placeOf(text, node)
  if (typeof value === 'string' && isScalar(node)) {
    const indent = flow ? '' : `${indentOf(reading, map)}  `
    const edits = isLines(node) ? linesAgain(reading, node, value, indent) : null
    if (edits) return edits
    const last = reading.lines.lineAt(place.to)
    // A comment below that stands deeper would become part of the text.
    const clear = withComments(reading, last, columnOf(reading, pair)) === last
    if (!isLines(node) && !flow && clear && isLiteral(value)) return toLiteral(reading, place, value, indent)
  }
  return [{ ...place, insert: inline(value, flow) }]
}

function refusedProps(pair: AnyPair, props: string): EditRefused {
  const key = isScalar(pair.key) ? keyText(pair.key) : 'This'
  return new EditRefused(`${key} is marked ${props}; edit it in the source.`)
}

/** A `|` or `>` text with another body, or null where the value does not fit one. */
function linesAgain(reading: Reading, node: Node, value: string, indent: string): Edit[] | null {
  const { lines, text } = reading
  const place = placeOf(text, node)
  const headerEnd = text.indexOf('\n', place.from)
  if (headerEnd < 0 || headerEnd >= place.to || !fitsLiteral(value)) return null
  const header = /^[|>][-+0-9]*/.exec(text.slice(place.from, place.to))?.[0] ?? '|'
  const counted = /\d/.test(header)
  const old = counted ? indent : (literalIndent(text, place.from, place.to) ?? indent)
  const body = {
    from: headerEnd + 1,
    // White space at the end of the last line is part of the old text.
    to: lines.endOf(lines.lineAt(place.to)),
    insert: literalBody(value, old, eolOf(text)),
  }
  const wanted = (header[0] === '>' && value.trim().includes('\n') ? '|' : header[0]) + header.slice(1)
  const plain = wanted.replace(/\d/, '')
  if (plain === header) return [body]
  return [{ from: place.from, to: place.from + header.length, insert: plain }, body]
}

function toLiteral(
  reading: Reading,
  place: { from: number; to: number },
  value: string,
  indent: string,
): Edit[] {
  const { lines, text } = reading
  const eol = eolOf(text)
  const at = lines.endOf(lines.lineAt(place.to))
  return [
    { ...place, insert: '|' },
    { from: at, to: at, insert: eol + literalBody(value, indent, eol) },
  ]
}

function literalIndent(text: string, from: number, to: number): string | null {
  for (const line of text.slice(from, to).split('\n').slice(1)) {
    if (line.trim() !== '') return /^ */.exec(line)?.[0] ?? null
  }
  return null
}

/** Take a key and its value out. */
export function removePair(reading: Reading, map: YAMLMap, pair: AnyPair): Edit[] {
  const { text, lines } = reading
  needsBraces(reading, map)
  const at = map.items.indexOf(pair)
  const next = map.items[at + 1] as AnyPair | undefined
  const before = map.items[at - 1] as AnyPair | undefined
  const place = pairPlace(text, pair)
  if (!next && !before) throw new EditRefused('The last field of a task cannot be taken out.')
  if (pair.key.anchor || text[place.from - 2] === '?') {
    throw new EditRefused('This field is written in a way that only the source can change.')
  }
  if (map.flow) {
    const alone = ownLines(reading, place.from, place.to)
    if (alone) return [alone]
    if (next) return [{ from: place.from, to: next.key.range?.[0] ?? place.to, insert: '' }]
    return [{ from: before ? pairPlace(text, before).to : place.from, to: place.to, insert: '' }]
  }
  const first = lines.lineAt(place.from)
  const last = pair.value && hasLetters(pair.value) ? lastLine(reading, pair.value) : lines.lineAt(place.to)
  if (text.slice(lines.startOf(first), place.from).trim() !== '')
    return [besideDash(reading, place.from, last, next)]
  return [cutLines(reading, first, last, before?.value ?? null)]
}

/** The first key stands on the line of the dash: the next one takes its place, unless comments stand between. */
function besideDash(reading: Reading, from: number, last: number, next: AnyPair | undefined): Edit {
  const { lines, text } = reading
  const to = next?.key.range?.[0] ?? from
  for (let line = last + 1; line < lines.lineAt(to); line += 1) {
    if (commentColumn(reading, line) === null) continue
    let start = from
    while (text[start - 1] === ' ') start -= 1
    return { from: start, to: lines.endOf(last), insert: '' }
  }
  return { from, to, insert: '' }
}
