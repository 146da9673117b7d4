/** One open flow: its text, what it reads as, undo as inverse edits, and what the person points at. */

import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Diagnostic, Graph } from '@/shared/api/types'
import { build } from '../graph/build'
import { keepShared } from './anchors'
import { settled } from './guard'
import { type Reading, read } from './read'
import { EditRefused } from './refused'
import { applyEdits, type Edit, invertEdits } from './text'

/** Where a change came from, so that the pane that made it does not follow itself. */
export type Origin = 'source' | 'canvas' | 'inspector' | 'undo' | 'server' | 'fix'

export interface Change {
  readonly edits: readonly Edit[]
  readonly origin: Origin
  readonly count: number
}

export interface Pointing {
  readonly paths: readonly string[]
  readonly origin: Origin
  /** Counts up: pointing at the same task again still centres it. */
  readonly count: number
}

interface Step {
  /** Each piece counts offsets of the text that it finds. */
  readonly back: readonly (readonly Edit[])[]
  readonly forth: readonly (readonly Edit[])[]
  readonly selected: readonly string[]
}

export type Saving =
  | { readonly kind: 'saved' }
  | { readonly kind: 'edited' }
  | { readonly kind: 'saving' }
  | { readonly kind: 'offline'; readonly retryAt: number }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'conflict'; readonly theirs: { readonly text: string; readonly revision: string } }

export interface DocumentState {
  readonly name: string
  readonly text: string
  readonly revision: string
  readonly savedText: string
  readonly savedAt: number
  readonly saving: Saving
  readonly reading: Reading
  readonly graph: Graph
  /** False between a keystroke and the reading that follows it. */
  readonly fresh: boolean
  readonly diagnostics: readonly Diagnostic[]
  /** The text that the diagnostics speak of: their spans and fixes hold only for it. */
  readonly checkedText: string
  readonly pointing: Pointing
  readonly change: Change
  readonly past: readonly Step[]
  readonly future: readonly Step[]
  /** Make edits that count offsets of `reading`. What a hand does is refused where the text would not read then. */
  apply(edits: readonly Edit[], origin: Origin, select?: readonly string[]): void
  type(edits: readonly Edit[], at: number): void
  settle(): void
  undo(): void
  redo(): void
  point(paths: readonly string[], origin: Origin): void
  setDiagnostics(diagnostics: readonly Diagnostic[], text: string): void
  setSaving(saving: Saving): void
  saved(text: string, revision: string, at: number): void
  replace(text: string, revision: string, at: number): void
}

export type DocumentStore = StoreApi<DocumentState>

export interface Opened {
  readonly name: string
  readonly text: string
  readonly revision: string
  readonly savedAt: number
  readonly diagnostics?: readonly Diagnostic[]
}

const TYPING_PAUSE_MS = 700
const MOST_STEPS = 500

/** Open a flow. The store holds no timers: the page calls `settle` when typing has rested. */
export function openDocument(opened: Opened): DocumentStore {
  let typedAt = Number.NEGATIVE_INFINITY
  return createStore<DocumentState>()((set, get) => {
    /** Put edits in; read at once for acts of the hand, later for keystrokes. */
    const put = (edits: readonly Edit[], origin: Origin, now: boolean) => {
      const before = get()
      const text = applyEdits(before.text, edits)
      set({
        text,
        change: { edits, origin, count: before.change.count + 1 },
        saving: nextSaving(before.saving, text === before.savedText),
        ...(now ? reread(before, text) : { fresh: false }),
      })
    }
    const remember = (edits: readonly Edit[], merge: boolean) => {
      const { text, past, pointing } = get()
      const back = invertEdits(text, edits)
      const last = past.at(-1)
      // A burst of typing is one step: the pieces are kept in order inside it.
      if (merge && last) {
        const whole = { ...last, back: [...last.back, back], forth: [...last.forth, edits] }
        set({ past: [...past.slice(0, -1), whole], future: [] })
        return
      }
      const step = { back: [back], forth: [edits], selected: pointing.paths }
      set({ past: [...past, step].slice(-MOST_STEPS), future: [] })
    }
    return {
      name: opened.name,
      text: opened.text,
      revision: opened.revision,
      savedText: opened.text,
      savedAt: opened.savedAt,
      saving: { kind: 'saved' },
      ...readWhole(opened.text, opened.name, null),
      fresh: true,
      diagnostics: opened.diagnostics ?? [],
      checkedText: opened.text,
      pointing: { paths: [], origin: 'server', count: 0 },
      change: { edits: [], origin: 'server', count: 0 },
      past: [],
      future: [],
      apply(edits, origin, select) {
        if (edits.length === 0) return
        const { reading, text } = get()
        if (origin === 'canvas' || origin === 'inspector') {
          if (reading.text !== text) throw new EditRefused('The text was still being read; try again.')
          if (origin === 'inspector') keepShared(reading, edits)
          settled(reading, edits)
        }
        typedAt = Number.NEGATIVE_INFINITY
        remember(edits, false)
        put(edits, origin, true)
        if (select) get().point(select, origin)
      },
      type(edits, at) {
        if (edits.length === 0) return
        remember(edits, at - typedAt < TYPING_PAUSE_MS)
        typedAt = at
        put(edits, 'source', false)
      },
      settle() {
        const state = get()
        if (!state.fresh) set(reread(state, state.text))
      },
      undo() {
        const { past, future } = get()
        const step = past.at(-1)
        if (!step) return
        typedAt = Number.NEGATIVE_INFINITY
        for (const edits of [...step.back].reverse()) put(edits, 'undo', false)
        set({ past: past.slice(0, -1), future: [...future, step] })
        get().settle()
        get().point(step.selected, 'undo')
      },
      redo() {
        const { past, future } = get()
        const step = future.at(-1)
        if (!step) return
        typedAt = Number.NEGATIVE_INFINITY
        for (const edits of step.forth) put(edits, 'undo', false)
        set({ past: [...past, step], future: future.slice(0, -1) })
        get().settle()
      },
      point(paths, origin) {
        const { pointing, reading } = get()
        const known = paths.filter((path) => reading.byPath.has(path))
        set({ pointing: { paths: known, origin, count: pointing.count + 1 } })
      },
      setDiagnostics(diagnostics, text) {
        if (get().text === text) set({ diagnostics, checkedText: text })
      },
      setSaving(saving) {
        set({ saving })
      },
      saved(text, revision, at) {
        const same = get().text === text
        set({ savedText: text, revision, savedAt: at, saving: { kind: same ? 'saved' : 'edited' } })
      },
      replace(text, revision, at) {
        const state = get()
        if (state.text !== text) {
          remember([{ from: 0, to: state.text.length, insert: text }], false)
          put([{ from: 0, to: state.text.length, insert: text }], 'server', true)
        }
        set({ savedText: text, revision, savedAt: at, saving: { kind: 'saved' } })
      },
    }
  })
}

function nextSaving(saving: Saving, same: boolean): Saving {
  if (saving.kind === 'conflict' || saving.kind === 'offline') return saving
  return { kind: same ? 'saved' : 'edited' }
}

function readWhole(text: string, name: string, before: Graph | null): { reading: Reading; graph: Graph } {
  const reading = read(text)
  const broken = reading.problems.some((problem) => problem.severity === 'error')
  // Half-typed YAML reads as a wreck: the last whole picture stays until the text reads again.
  return { reading, graph: broken && before ? before : build(reading, name) }
}

function reread(state: DocumentState, text: string): Partial<DocumentState> {
  const next = readWhole(text, state.name, state.graph)
  const kept = state.pointing.paths.filter((path) => next.reading.byPath.has(path))
  const pointing =
    kept.length === state.pointing.paths.length ? state.pointing : { ...state.pointing, paths: kept }
  return { ...next, fresh: true, pointing }
}
