/** Anchors and aliases: which place an alias speaks of, and that an edit leaves it so. */

import { CST, isAlias, isCollection, isMap, isNode, isPair, Lexer, type Node, type YAMLMap } from 'yaml'
import { ownersOf, placeOf, type Reading, type TaskReading } from './read'
import { EditRefused } from './refused'
import type { Edit, Place } from './text'

/** One alias, and the anchored node that it stands for; null where nothing above has that name. */
export interface Binding {
  readonly name: string
  readonly at: number
  readonly owner: TaskReading | null
  readonly target: Anchored | null
}

/** A node with an anchor: the `nth` of the task that it stands in (null: of the rest of the flow). */
interface Anchored {
  readonly place: Place
  readonly owner: TaskReading | null
  readonly nth: number
}

const known = new WeakMap<Reading, readonly Binding[]>()

/** Every alias of a text in its order. */
export function bindingsOf(reading: Reading): readonly Binding[] {
  const before = known.get(reading)
  if (before) return before
  const found = reading.text.includes('*') ? collect(reading) : []
  known.set(reading, found)
  return found
}

function collect(reading: Reading): Binding[] {
  const found: Binding[] = []
  const owners = ownersOf(reading)
  const anchors = new Map<string, Anchored>()
  const counts = new Map<TaskReading | null, number>()
  const look = (item: unknown, around: TaskReading | null) => {
    if (isPair(item)) {
      look(item.key, around)
      look(item.value, around)
    } else if (isAlias(item)) {
      const name = item.source
      found.push({ name, at: item.range?.[0] ?? 0, owner: around, target: anchors.get(name) ?? null })
    } else if (isNode(item)) {
      const owner = isMap(item) ? (owners.get(item as YAMLMap) ?? around) : around
      const { anchor } = item as { anchor?: string }
      if (anchor) {
        const nth = counts.get(owner) ?? 0
        counts.set(owner, nth + 1)
        anchors.set(anchor, { place: placeOf(reading.text, item as Node), owner, nth })
      }
      if (isCollection(item)) for (const part of item.items) look(part, owner)
    }
  }
  look(reading.yaml.contents, null)
  return found
}

/** Refuse to change what an alias elsewhere speaks of as well, or to take it away. */
export function keepShared(reading: Reading, edits: readonly Edit[]): void {
  for (const { name, at, target: anchored } of bindingsOf(reading)) {
    if (!anchored || edits.some((edit) => covers(edit, at))) continue
    const target = anchored.place
    const line = reading.lines.lineAt(at)
    for (const edit of edits) {
      if (edit.from <= target.from && edit.to >= target.to && edit.to > edit.from) {
        throw new EditRefused(
          `&${name} is defined here and used as *${name} in line ${line}; edit it in the source.`,
        )
      }
      if (edit.from < target.to && edit.to > target.from && !onlyIndents(reading, edit)) {
        throw new EditRefused(`This is &${name}, which line ${line} uses as well; edit it in the source.`)
      }
    }
  }
}

const covers = (edit: Edit, at: number) => edit.from <= at && edit.to > at

/** Spaces at the start of a line come or go: what stands there reads as before. */
function onlyIndents(reading: Reading, edit: Edit): boolean {
  const { lines, text } = reading
  if (!/^ *$/.test(edit.insert) || !/^ *$/.test(text.slice(edit.from, edit.to))) return false
  return text.slice(lines.startOf(lines.lineAt(edit.from)), edit.from).trim() === ''
}

/** An anchor or an alias as it is written: `&slow`. */
export interface Mark {
  readonly kind: 'anchor' | 'alias'
  readonly name: string
  readonly at: number
}

/** Every anchor and alias of some letters in their order. */
export function marksOf(letters: string): Mark[] {
  if (!letters.includes('&') && !letters.includes('*')) return []
  const marks: Mark[] = []
  let at = 0
  let inScalar = false
  for (const token of new Lexer().lex(letters)) {
    const kind: string | null = inScalar ? 'scalar' : CST.tokenType(token)
    if (!inScalar && (kind === 'scalar' || kind === 'doc-mode' || kind === 'flow-error-end')) {
      inScalar = kind === 'scalar'
      continue
    }
    inScalar = false
    if (kind === 'anchor' || kind === 'alias') marks.push({ kind, name: token.slice(1), at })
    at += token.length
  }
  return marks
}
