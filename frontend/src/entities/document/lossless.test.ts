import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bindingsOf } from './anchors'
import { nodeAt, type Reading, read, toJson, walk } from './read'
import { EditRefused } from './refused'
import { openDocument } from './store'
import { type Choice, choice, play } from './testing/acts'
import { comments, missing, sayings } from './testing/facts'
import { flowShape, print } from './testing/flows'
import { applyEdits, type Edit, invertEdits } from './text'

/** More of them look longer, and elsewhere each time: `LOSSLESS_RUNS=5000`. The suite looks at the same. */
const RUNS = Number(process.env.LOSSLESS_RUNS ?? 200)
const LOOKED_AT = process.env.LOSSLESS_RUNS ? { numRuns: RUNS } : { numRuns: RUNS, seed: 20261123 }
const CORPUS = join(import.meta.dirname, '../../../../schemas/corpus')
const flows = readdirSync(CORPUS)
  // What an alias without its anchor stands for, nobody knows.
  .filter((name) => name.endsWith('.flow.yaml') && !name.includes('wrong_unknown_anchor'))
  .map((name) => readFileSync(join(CORPUS, name), 'utf8'))
  .filter((text) => read(text).yaml.errors.length === 0 && read(text).tasks.length > 0)

test('the flows that are made up read, and are odd enough', () => {
  const texts = fc.sample(flowShape, { numRuns: 60, seed: 3 }).map(print)
  for (const text of texts)
    expect(read(text).problems.map(({ message }) => `${message}\n${text}`)).toEqual([])
  for (const odd of [/&a\d/, /\*a\d/, /\|\+/, /: \[\{/, /\t/, /\r\n/, /👋/, /# deeper/]) {
    expect(texts.some((text) => odd.test(text))).toBe(true)
  }
})

/** Do the choices one after the other, and look at what each leaves behind; then take all back. */
function walkThrough(text: string, choices: readonly Choice[]): number {
  const store = openDocument({ name: 'odd', text, revision: 'r', savedAt: 0 })
  let done = 0
  for (const chosen of choices) {
    const before = store.getState()
    const made = play(before.reading, chosen)
    if (typeof made === 'string') {
      expect(made).toMatch(/\.$/)
      continue
    }
    if (made.edits.length === 0) continue
    try {
      before.apply(made.edits, made.set ? 'inspector' : 'canvas')
    } catch (error) {
      if (!(error instanceof EditRefused)) throw error
      expect(error.message).toMatch(/\.$/)
      continue
    }
    done += 1
    const after = store.getState()
    const said = () => `${JSON.stringify(chosen)}\n--- before\n${before.text}\n--- after\n${after.text}`
    expect(after.reading.yaml.errors, said()).toEqual([])
    expect(unresolved(after.reading), said()).toBeLessThanOrEqual(unresolved(before.reading))
    if (!/[^\r]\n/.test(before.text)) expect(/[^\r]\n/.test(after.text), said()).toBe(false)
    if (made.set) expectSet(before.reading, after.reading, made.set, said)
    else if (chosen.act !== 'raw') expectKept(before.reading, after.reading, chosen.act, said)
    store.getState().undo()
    expect(store.getState().text, said()).toBe(before.text)
    store.getState().redo()
    expect(store.getState().text, said()).toBe(after.text)
  }
  for (let step = 0; step < done; step += 1) store.getState().undo()
  expect(store.getState().text).toBe(text)
  return done
}

/** What an act takes away, and what it adds: nothing else changes. */
function expectKept(before: Reading, after: Reading, act: Choice['act'], said: () => string): void {
  const takes = act === 'remove' || act === 'unwrap'
  const adds = ['insert', 'wrap', 'duplicate', 'paste'].includes(act)
  const facts = (reading: Reading) => [sayings(reading), comments(reading.text, act === 'unwrap')] as const
  const [old, now] = [facts(before), facts(after)]
  // A person may name a task as one of another list is named.
  if (act !== 'rename') expect(sameIds(after), said()).toBeLessThanOrEqual(sameIds(before))
  old.forEach((part, at) => {
    // Only the fields of a container go with it, its comments stay.
    const goes = at === 1 ? act === 'remove' : takes
    if (!goes) expect(missing(part, now[at] ?? []), said()).toEqual([])
    if (!adds) expect(missing(now[at] ?? [], part), said()).toEqual([])
  })
}

/** How many tasks have an id that an earlier one has. */
function sameIds(reading: Reading): number {
  const ids = [...walk(reading.tasks)].filter((task) => task.idGiven && !task.shared).map((task) => task.id)
  return ids.length - new Set(ids.map((id) => id.replace(/~\d+$/, ''))).size
}

const unresolved = (reading: Reading) => bindingsOf(reading).filter(({ target }) => target === null).length

function expectSet(
  before: Reading,
  after: Reading,
  { path, keys, value }: { path: string; keys: readonly string[]; value: unknown },
  said: () => string,
): void {
  const trimmed = (json: unknown) => (typeof json === 'string' ? json.replace(/\n+$/, '') : json)
  let node: unknown = jsonOf(after, path)
  // A text with an alias that stands for nothing has no value to compare.
  // Where an item of a list goes, the next one takes its place.
  const slides = value === undefined && /^\d+$/.test(keys.at(-1) ?? '')
  if (keys[0] !== 'id' && node !== null && !slides) {
    for (const key of keys) node = (node as { [key: string]: unknown } | undefined)?.[key]
    expect(trimmed(node), said()).toEqual(trimmed(value))
  }
  expect(hunk(before.text, after.text), said()).toBeLessThanOrEqual(
    fieldLines(before, path, keys) + fieldLines(after, path, keys) + 1,
  )
}

const jsonOf = (reading: Reading, path: string) => {
  const task = reading.byPath.get(path)
  return task ? toJson(reading.yaml, task.map) : undefined
}

/** The lines of a task's field, its key and all below. */
function fieldLines(reading: Reading, path: string, [key = '']: readonly string[]): number {
  const task = reading.byPath.get(path)
  const node = task && nodeAt(reading.yaml, task.map, key)
  if (!node?.range) return 1
  return reading.lines.lineAt(node.range[1]) - reading.lines.lineAt(node.range[0]) + 2
}

/** How many lines, of both texts, lie between the first and the last that differ. */
function hunk(before: string, after: string): number {
  const [old, now] = [before.split('\n'), after.split('\n')]
  let head = 0
  while (head < Math.min(old.length, now.length) && old[head] === now[head]) head += 1
  let tail = 0
  while (tail < Math.min(old.length, now.length) - head && old.at(-1 - tail) === now.at(-1 - tail)) tail += 1
  return old.length + now.length - 2 * (head + tail)
}

test('any acts on any flow: it reads, undoes to the byte, and a field is one hunk', {
  timeout: 200 * RUNS + 10_000,
}, () => {
  let done = 0
  fc.assert(
    fc.property(flowShape, fc.array(choice, { minLength: 1, maxLength: 6 }), (shape, choices) => {
      done += walkThrough(print(shape), choices)
    }),
    LOOKED_AT,
  )
  expect(done).toBeGreaterThan(RUNS / 2)
})

test('any acts on the flows of the corpus', { timeout: 200 * RUNS + 10_000 }, () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...flows),
      fc.array(choice, { minLength: 1, maxLength: 4 }),
      (text, choices) => {
        walkThrough(text, choices)
      },
    ),
    LOOKED_AT,
  )
})

test('a flow of one megabyte', { timeout: 60_000 }, () => {
  const said = '      Words enough to fill the line, with ünï and 👋, and # no comment.\n'.repeat(10)
  const task = (at: number) =>
    `  # about ${at}\n  - id: t${at}   # its id\n    agent: writer\n    input: |\n${said}${at > 0 ? `      \${{ tasks.t${at - 1}.output }}\n` : ''}`
  const text = `name: Big\ntasks:\n${Array.from({ length: 1300 }, (_, at) => task(at)).join('')}`
  expect(text.length).toBeGreaterThan(1_000_000)
  const acts: Choice[] = [
    { act: 'set', one: 700, other: 0, more: 1 },
    { act: 'move', one: 9, other: 1200, more: 0 },
    { act: 'wrap', one: 640, other: 0, more: 3 },
    { act: 'rename', one: 300, other: 0, more: 1 },
  ]
  let now = text
  const back: Edit[][] = []
  for (const chosen of acts) {
    const made = play(read(now), chosen)
    if (typeof made === 'string') throw new Error(made)
    back.push(invertEdits(now, made.edits))
    now = applyEdits(now, made.edits)
    expect(read(now).problems).toEqual([])
  }
  expect(read(now).byPath.get('a-dash')?.kind).toBe('agent')
  for (const edits of back.reverse()) now = applyEdits(now, edits)
  expect(now).toBe(text)
})
