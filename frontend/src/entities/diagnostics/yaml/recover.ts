/** A text that is broken in one place: what stands around it is still read. */

import type { Diagnostic } from '@/shared/api/types'
import { lettersIn } from '@/shared/lib/sentence'
import { LIMITS } from '../language'
import { type Loaded, load } from './load'

const BEFORE = 3
const KEY = /^[^\s#-]/
const ITEM = /^( *)- /
const ENTRY = /^( +)[^\s#].*:(?: |$)/

/** What could be read, with all findings; the letters left out, and the keys they are of. */
export interface Rest extends Loaded {
  readonly cut: string
  readonly keys: ReadonlySet<string>
}

const NO_KEYS: ReadonlySet<string> = new Set()

/** Read a text; where it is no YAML, blank the entry around each break and read the rest. */
export function loadRest(text: string): Rest {
  let loaded = load(text)
  const count = lettersIn(text)
  if (!slipOf(loaded) || count > LIMITS.recover_letters) return { ...loaded, cut: '', keys: NO_KEYS }
  const said: Diagnostic[] = []
  const lines = text.split('\n')
  let left = lines
  let tries = Math.min(LIMITS.recover_tries, Math.floor(LIMITS.recover_read / Math.max(count, 1)))
  for (let slip = slipOf(loaded); slip && tries > 0; slip = slipOf(loaded)) {
    said.push(slip)
    const best = bestTry(left, slip.span.line - 1, tries)
    tries = best.triesLeft
    if (!best.found || best.found.upTo <= slip.span.line) break
    loaded = best.found.loaded
    left = best.found.lines
  }
  const places = [...lines.keys()].filter((place) => lines[place] !== left[place])
  const cut = places.map((place) => lines[place]).join('\n')
  const keys = new Set(places.map((place) => keyOf(lines, place)))
  const slip = slipOf(loaded)
  if (slip) return { root: null, findings: once([...said, slip]), cut, keys }
  return { root: loaded.root, findings: [...said, ...loaded.findings], cut, keys }
}

function once(findings: readonly Diagnostic[]): Diagnostic[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()]
}

function slipOf(loaded: Loaded): Diagnostic | undefined {
  return loaded.findings.find((finding) => finding.code === 'yaml_syntax')
}

/** A text with a part left out; `upTo` = the line of its next break. */
interface Try {
  readonly lines: string[]
  readonly loaded: Loaded
  readonly upTo: number
}

function bestTry(left: string[], at: number, tries: number): { found: Try | null; triesLeft: number } {
  let found: Try | null = null
  let triesLeft = tries
  const seen = new Set<string>()
  for (const [first, last] of around(left, at)) {
    if (seen.has(`${first}:${last}`)) continue
    seen.add(`${first}:${last}`)
    triesLeft -= 1
    const tried = attempt([
      ...left.slice(0, first),
      ...left.slice(first, last).map(blank),
      ...left.slice(last),
    ])
    if (found === null || tried.upTo > found.upTo) found = tried
    if (triesLeft === 0 || !slipOf(tried.loaded)) break
  }
  return { found, triesLeft }
}

function attempt(lines: string[]): Try {
  const loaded = load(lines.join('\n'))
  if (loaded.root !== null) return { lines, loaded, upTo: Number.POSITIVE_INFINITY }
  return { lines, loaded, upTo: slipOf(loaded)?.span.line ?? 0 }
}

/** Spaces of the same length, so that every place behind them stays. */
function blank(line: string): string {
  return line.replace(/[^\r]/g, ' ')
}

/** The ranges of lines to leave out, the smallest first: the break may stand in the entry before. */
function* around(lines: readonly string[], line: number): Generator<[number, number]> {
  const at = Math.min(line, lines.length - 1)
  const [top, end] = topEntry(lines, at)
  const inner = entries(lines, top, end)
  // Without its last entry a key would be empty, which would be a second finding.
  if (inner.length > 1) {
    const here = inner.filter(([first]) => first <= at).length - 1
    for (let place = here; place >= Math.max(here - BEFORE, 0); place -= 1)
      yield inner.at(place) as [number, number]
    if (here > 0) yield [(inner[here - 1] as [number, number])[0], (inner[here] as [number, number])[1]]
  }
  yield [top, end]
  if (top > 0) {
    const before = topEntry(lines, top - 1)
    yield before
    yield [before[0], end]
  }
}

/** The lines of the top-level key around a line. */
function topEntry(lines: readonly string[], at: number): [number, number] {
  let first = at
  while (first > 0 && !KEY.test(lines[first] ?? '')) first -= 1
  let last = at + 1
  while (last < lines.length && !KEY.test(lines[last] ?? '')) last += 1
  return [first, last]
}

function keyOf(lines: readonly string[], at: number): string {
  return ((lines[topEntry(lines, at)[0]] ?? '').split(':')[0] ?? '').trim()
}

/** The lines of each item or key directly below a top-level key. */
function entries(lines: readonly string[], top: number, end: number): [number, number][] {
  const starts: number[] = []
  let indent: string | undefined
  for (let place = top + 1; place < end; place += 1) {
    const hit = ITEM.exec(lines[place] ?? '') ?? ENTRY.exec(lines[place] ?? '')
    if (!hit) continue
    indent ??= hit[1]
    if (hit[1] === indent) starts.push(place)
  }
  return starts.map((start, at) => [start, starts[at + 1] ?? end])
}
