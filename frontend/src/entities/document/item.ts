/** Items of lists as lines of the text: where one begins and ends, with the comments that belong to it. */

import { CST, isMap, isPair, isScalar, isSeq, Lexer, type Node, type YAMLSeq } from 'yaml'
import { placeOf, type Reading } from './read'
import { EditRefused } from './refused'
import type { Edit } from './text'
import type { Token } from './yaml'

interface ListToken {
  items?: { start?: readonly Token[] }[]
}

/** Whole lines of one item, counted from 1, and the column of its dash from 0. */
export interface ItemLines {
  readonly first: number
  readonly dash: number
  readonly last: number
  readonly column: number
}

function startTokens(list: YAMLSeq, at: number): readonly Token[] {
  return (list.srcToken as ListToken | undefined)?.items?.[at]?.start ?? []
}

/** The offset of an item's dash, null where the list is no list of dashes. */
export function dashOffset(list: YAMLSeq, at: number): number | null {
  return startTokens(list, at).find((token) => token.type === 'seq-item-ind')?.offset ?? null
}

/** The offset where an item of `[a, b]` begins, its anchor and tag counted in. */
export function inlineStart(list: YAMLSeq, at: number): number {
  const props = startTokens(list, at).find((token) => token.type === 'anchor' || token.type === 'tag')
  return props?.offset ?? (list.items[at] as Node).range?.[0] ?? 0
}

/** Find the lines of an item of a list of dashes; one that shares its line with something else is refused. */
export function itemLines(reading: Reading, list: YAMLSeq, at: number): ItemLines {
  const { lines, text } = reading
  const offset = dashOffset(list, at)
  const item = list.items[at] as Node | undefined
  if (offset === null || !item) {
    throw new EditRefused('This list cannot be edited here; edit it in the source.')
  }
  const dash = lines.lineAt(offset)
  const column = offset - lines.startOf(dash)
  if (!/^[ \uFEFF]*$/.test(text.slice(lines.startOf(dash), offset))) {
    throw new EditRefused('This task shares its line with another; edit it in the source.')
  }
  let first = dash
  while (commentColumn(reading, first - 1) === column) first -= 1
  // Comments that stand deeper belong to the task above; only the first task has none above it.
  return { first, dash, column, last: withComments(reading, lastLine(reading, item), column) }
}

/** The last line that belongs to what ends at `last`: comments below that stand deeper than `column` do. */
export function withComments(reading: Reading, last: number, column: number): number {
  let end = last
  for (let line = last + 1; line <= reading.lines.count; line += 1) {
    const at = commentColumn(reading, line)
    if (at !== null && at > column) end = line
    else if (at !== null || !isBlank(reading, line)) break
  }
  return end
}

/** The column of a line that is nothing but a comment, or null. */
export function commentColumn(reading: Reading, line: number): number | null {
  const found = /^( *)#/.exec(lineText(reading, line))
  return found ? (found[1]?.length ?? 0) : null
}

export function isBlank(reading: Reading, line: number): boolean {
  return line >= 1 && line < reading.lines.count && lineText(reading, line).trim() === ''
}

export function lineText(reading: Reading, line: number): string {
  const { lines, text } = reading
  return line < 1 || line > lines.count ? '' : text.slice(lines.startOf(line), lines.endOf(line))
}

/** The last line of a node; blank lines that a `|+` text keeps are part of it. */
export function lastLine(reading: Reading, node: Node): number {
  const { lines, text } = reading
  const kept = keptEnd(reading, node)
  if (kept === null) return lines.lineAt(placeOf(text, node).to)
  return lines.lineAt(text[kept - 1] === '\n' ? kept - 1 : kept)
}

/** The end of the `|+` or `>+` text that a node ends with, or null. */
export function keptEnd(reading: Reading, node: Node | null): number | null {
  if (isScalar(node)) {
    const [from, to] = node.range ?? [0, 0]
    const keeps = isLines(node) && /^[|>]\d?\+/.test(reading.text.slice(from, from + 3))
    return keeps && to > from ? to : null
  }
  if ((!isMap(node) && !isSeq(node)) || node.flow) return null
  const last = node.items.at(-1)
  return keptEnd(reading, (isPair(last) ? last.value : last) as Node | null)
}

/** Whole lines go. Neither blank lines nor comments below become part of a `|` text that ends right above. */
export function cutLines(reading: Reading, first: number, last: number, above: Node | null): Edit {
  const { lines, text } = reading
  const from = lines.startOf(first)
  const kept = keptEnd(reading, above) === from
  let end = last
  if (kept) while (isBlank(reading, end + 1)) end += 1
  const below = endsInLines(above)
    ? commentsBelow(reading, end, /^ */.exec(lineText(reading, first))?.[0] ?? '')
    : null
  if (below) return { from, ...below }
  if (end < lines.count) return { from, to: lines.afterOf(end), insert: '' }
  return { from: kept || first === 1 ? from : lines.endOf(first - 1), to: text.length, insert: '' }
}

/** Comments that stand deeper than `indent`, moved to it; null where there are none. */
function commentsBelow(
  reading: Reading,
  line: number,
  indent: string,
): { to: number; insert: string } | null {
  const { lines, text } = reading
  const end = withComments(reading, line, indent.length)
  if (end === line) return null
  const to = lines.endOf(end)
  const moved = text
    .slice(lines.afterOf(line), to)
    .replace(/^ *(?=#)/gm, (spaces) => (spaces.length > indent.length ? indent : spaces))
  return { to, insert: moved }
}

/** A node ends with a `|` or `>` text. */
export function endsInLines(node: Node | null): boolean {
  if (isScalar(node)) return isLines(node)
  if ((!isMap(node) && !isSeq(node)) || node.flow) return false
  const last = node.items.at(-1)
  return endsInLines((isPair(last) ? last.value : last) as Node | null)
}

/** The lines of a part between brackets or braces, with its comma and its comment, where nothing else is on them. */
export function ownLines(reading: Reading, from: number, to: number): Edit | null {
  const { lines, text } = reading
  const [first, last] = [lines.lineAt(from), lines.lineAt(to)]
  const alone = text.slice(lines.startOf(first), from).trim() === ''
  if (!alone || !/^,?[ \t]*(#.*)?$/.test(text.slice(to, lines.endOf(last)))) return null
  return { from: lines.startOf(first), to: lines.afterOf(last), insert: '' }
}

export const isLines = (node: { type?: string }) =>
  node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED'

/** The lines with their first `from` columns become lines with `to`; a line that has fewer keeps what it has. */
export function shift(lines: readonly string[], by: number): string[] {
  if (by === 0) return [...lines]
  const cut = new RegExp(`^ {0,${Math.max(0, -by)}}`)
  return lines.map((line) => (by < 0 ? line.replace(cut, '') : line === '' ? '' : ' '.repeat(by) + line))
}

/** The letters hold a comment. */
export function hasComment(letters: string): boolean {
  if (!letters.includes('#')) return false
  for (const token of new Lexer().lex(letters)) if (CST.tokenType(token) === 'comment') return true
  return false
}
