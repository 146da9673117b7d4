/** Tasks as YAML text that can go anywhere, and such text as tasks again. */

import { isMap, isSeq, type Node, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml'
import { marksOf } from './anchors'
import { hasComment, itemLines, lineText, shift } from './item'
import { type Item, itemOf } from './put'
import { KINDS, type Reading, read, type TaskReading, toJson } from './read'
import { EditRefused, taskAt } from './refused'
import { eolOf, inline } from './render'
import { keyText, pairOf } from './yaml'

const YAML = { version: '1.2', schema: 'core', prettyErrors: false } as const
const KIND_NAMES: ReadonlySet<string> = new Set(KINDS)
const KINDS_SAID = `${KINDS.slice(0, -1).join(', ')} or ${KINDS.at(-1)}`

/** Tasks as a YAML list in the order of the flow, each with its own comments and with all that stands in it. */
export function copyTasks(reading: Reading, paths: readonly string[]): string {
  const eol = eolOf(reading.text)
  return outermost(reading, paths)
    .map((task) => itemOf(reading, task).lines.join(eol) + eol)
    .join('')
}

/** The tasks of paths in the order of the text, but for those that stand in another one of them. */
export function outermost(reading: Reading, paths: readonly string[]): TaskReading[] {
  return paths
    .filter((path) => !paths.some((other) => path.startsWith(`${other}/`)))
    .map((path) => taskAt(reading, path))
    .sort((one, other) => one.place.from - other.place.from)
}

/** Read a text as a flow of nothing but tasks, or refuse what is none. */
export function tasksOf(text: string): Reading {
  const plain = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')
  if (plain.trim() === '') throw new EditRefused('There is nothing to paste.')
  for (const letters of aligned(plain)) {
    const whole = asFlow(letters)
    const reading = whole === null ? null : read(whole)
    const items = reading?.taskList?.items.length ?? 0
    if (reading && items > 0 && reading.yaml.errors.length === 0 && reading.tasks.length === items)
      return reading
  }
  throw new EditRefused(`What was copied is no task. ${whyNot(plain)}`)
}

/** The text without its common indentation; a first line that was copied from its middle gets its place back. */
function aligned(plain: string): string[] {
  const [head = '', ...rest] = plain.split('\n')
  const under = indentOf(rest)
  const dash = head.trimStart().startsWith('- ') ? 2 : 0
  const moved = [' '.repeat(Math.max(0, under - dash)) + head.trimStart(), ...rest]
  const ways = [[head, ...rest], moved].map((lines) => shift(lines, -indentOf(lines)).join('\n'))
  return ways.map((letters) => (letters.endsWith('\n') ? letters : `${letters}\n`))
}

/** The least indentation of lines that say something. */
function indentOf(lines: readonly string[]): number {
  const columns = lines.filter((line) => line.trim() !== '').map((line) => /^ */.exec(line)?.[0].length ?? 0)
  return columns.length > 0 ? Math.min(...columns) : 0
}

/** People copy a list, one task, or `tasks:` with its list: each as a flow, null where it is none of them. */
function asFlow(letters: string): string | null {
  const { contents, errors } = parseDocument(letters, YAML)
  if (errors.length > 0) return null
  if (isSeq(contents)) return `tasks:\n${contents.flow ? shift(letters.split('\n'), 1).join('\n') : letters}`
  if (!isMap(contents)) return null
  if (contents.items.length === 1 && pairOf(contents as YAMLMap, 'tasks')) return letters
  if (!hasKind(contents)) return null
  const rows = letters.split('\n')
  const first = rows.findIndex((line) => /^[^#\s]/.test(line))
  return ['tasks:', ...rows.slice(0, first), `- ${rows[first]}`, ...shift(rows.slice(first + 1), 2)].join(
    '\n',
  )
}

function hasKind(item: unknown): boolean {
  return isMap(item) && item.items.some((pair) => KIND_NAMES.has(keyText(pair.key as never)))
}

function whyNot(plain: string): string {
  const { contents, errors } = parseDocument(plain, YAML)
  if (errors[0]) return `It is no YAML: ${errors[0].message}.`
  if (isMap(contents)) return `A task has one of ${KINDS_SAID}.`
  if (!isSeq(contents)) return 'It is plain text.'
  const at = contents.items.findIndex((item) => !hasKind(item))
  return `Item ${at + 1} has none of ${KINDS_SAID}.`
}

/** The tasks of a reading that holds nothing else, with the comments between them. */
export function itemOfTasks(reading: Reading): Item {
  const list = reading.taskList as YAMLSeq
  const items = reading.tasks.map((task) => itemOf(reading, task))
  const parts = items.map((item, at) => item.inline ?? inlineAgain(reading, at))
  return {
    lines: list.flow ? items.flatMap((item) => item.lines) : linesOf(reading, list),
    inline: parts.every((part) => part !== null) ? parts.join(', ') : null,
    kept: items.at(-1)?.kept ?? false,
  }
}

function linesOf(reading: Reading, list: YAMLSeq): string[] {
  const { first, column } = itemLines(reading, list, 0)
  const { last } = itemLines(reading, list, list.items.length - 1)
  const lines: string[] = []
  for (let line = first; line <= last; line += 1) lines.push(lineText(reading, line))
  return shift(lines, -column)
}

/** New letters can say between brackets what lines said, unless comments or anchors would be lost. */
function inlineAgain(reading: Reading, at: number): string | null {
  if (hasComment(reading.text) || marksOf(reading.text).length > 0) return null
  return inline(toJson(reading.yaml, reading.taskList?.items[at] as Node), true)
}
