/** What is drawn over the letters: kind keys, `${{ }}`, the selected task, words at the end of a line. */

import { foldable, foldEffect, foldedRanges, unfoldEffect } from '@codemirror/language'
import {
  type Extension,
  RangeSet,
  RangeSetBuilder,
  StateEffect,
  StateField,
  type Text,
} from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  EditorView,
  GutterMarker,
  gutter,
  gutterLineClass,
  lineNumbers,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
  WidgetType,
} from '@codemirror/view'

/** Everything the marks need, in offsets of the editor: tasks come from reading, words from findings. */
export interface TaskMarks {
  readonly kinds: readonly { from: number; to: number }[]
  readonly tasks: readonly { from: number; path: string; glyph: string }[]
  readonly selected: readonly { from: number; to: number }[]
}
export type WordMarks = readonly { at: number; text: string; severity: 'error' | 'warning' | 'info' }[]
interface Marks extends TaskMarks {
  readonly words: WordMarks
}

export const setMarks = StateEffect.define<TaskMarks>()
export const setWords = StateEffect.define<WordMarks>()
const NONE: Marks = { kinds: [], tasks: [], selected: [], words: [] }

const marks = StateField.define<Marks>({
  create: () => NONE,
  update(value, transaction) {
    const move = (at: number) => transaction.changes.mapPos(at, 1)
    let next = transaction.docChanged ? moved(value, move) : value
    for (const effect of transaction.effects) {
      if (effect.is(setMarks)) next = { ...effect.value, words: next.words }
      if (effect.is(setWords)) next = { ...next, words: effect.value }
    }
    return next
  },
})

function moved(value: Marks, move: (at: number) => number): Marks {
  return {
    kinds: value.kinds.map(({ from, to }) => ({ from: move(from), to: move(to) })),
    tasks: value.tasks.map((task) => ({ ...task, from: move(task.from) })),
    selected: value.selected.map(({ from, to }) => ({ from: move(from), to: move(to) })),
    words: value.words.map((word) => ({ ...word, at: move(word.at) })),
  }
}

const kindMark = Decoration.mark({ class: 'cm-kind' })
const taskLine = Decoration.line({ class: 'cm-task' })

class Words extends WidgetType {
  constructor(
    readonly text: string,
    readonly severity: string,
  ) {
    super()
  }
  override eq(other: Words) {
    return other.text === this.text && other.severity === this.severity
  }
  override toDOM() {
    const words = document.createElement('span')
    words.className = `cm-words cm-words-${this.severity}`
    words.textContent = this.text
    return words
  }
}

const drawn = EditorView.decorations.compute([marks, 'doc'], (state): DecorationSet => {
  const { kinds, selected, words } = state.field(marks)
  const { doc } = state
  const found: { from: number; to: number; value: Decoration }[] = []
  for (const { from, to } of kinds)
    if (to > from && to <= doc.length) found.push({ from, to, value: kindMark })
  for (const range of selected) {
    for (const line of linesOf(doc, range)) found.push({ from: line, to: line, value: taskLine })
  }
  const told = new Set<number>()
  for (const { at, text, severity } of words) {
    const end = doc.lineAt(Math.min(at, doc.length)).to
    if (told.has(end)) continue
    told.add(end)
    found.push({
      from: end,
      to: end,
      value: Decoration.widget({ widget: new Words(text, severity), side: 1 }),
    })
  }
  return Decoration.set(
    found.map(({ from, to, value }) => value.range(from, to)),
    true,
  )
})

function linesOf(doc: Text, range: { from: number; to: number }): number[] {
  const starts: number[] = []
  const end = Math.min(range.to, doc.length)
  for (let line = doc.lineAt(Math.min(range.from, end)); ; line = doc.line(line.number + 1)) {
    starts.push(line.from)
    if (line.to >= end || line.number >= doc.lines) return starts
  }
}

class LineClass extends GutterMarker {
  constructor(override elementClass: string) {
    super()
  }
}
const inside = new LineClass('cm-task')
const first = new LineClass('cm-task cm-task-first')
const last = new LineClass('cm-task cm-task-last')
const only = new LineClass('cm-task cm-task-first cm-task-last')

const bracket = gutterLineClass.compute([marks, 'doc'], (state) => {
  const builder = new RangeSetBuilder<GutterMarker>()
  const seen = new Map<number, GutterMarker>()
  for (const range of state.field(marks).selected) {
    const lines = linesOf(state.doc, range)
    lines.forEach((line, at) => {
      const ends = at === lines.length - 1
      seen.set(line, lines.length === 1 ? only : at === 0 ? first : ends ? last : inside)
    })
  }
  for (const [line, marker] of [...seen].sort(([a], [b]) => a - b)) builder.add(line, line, marker)
  return builder.finish()
})

const holes = new MatchDecorator({
  regexp: /\$\{\{.*?\}\}/g,
  decoration: Decoration.mark({ class: 'cm-expression' }),
})
const expressions = ViewPlugin.fromClass(
  class {
    found: DecorationSet
    constructor(view: EditorView) {
      this.found = holes.createDeco(view)
    }
    update(update: ViewUpdate) {
      this.found = holes.updateDeco(update, this.found)
    }
  },
  { decorations: (plugin) => plugin.found },
)

class Drawing extends GutterMarker {
  constructor(
    readonly key: string,
    readonly make: (key: string) => Node,
  ) {
    super()
  }
  override eq(other: Drawing) {
    return other.key === this.key
  }
  override toDOM() {
    return this.make(this.key)
  }
}

/** The gutters: task glyph 18, number, fold and bracket 14. `make` draws a glyph by its key. */
export function gutters(make: (key: string) => Node, onTask: (path: string) => void): Extension {
  return [
    gutter({
      class: 'cm-glyphs',
      renderEmptyElements: true,
      lineMarker(view, line) {
        const { tasks, words } = view.state.field(marks)
        const wrong = words.filter((word) => word.at >= line.from && word.at <= line.to)
        const worst = wrong.find((word) => word.severity === 'error') ?? wrong[0]
        if (worst) return new Drawing(`problem:${worst.severity}`, make)
        const task = tasks.find((one) => one.from >= line.from && one.from <= line.to)
        return task ? new Drawing(task.glyph, make) : null
      },
      lineMarkerChange: (update) => update.startState.field(marks) !== update.state.field(marks),
      domEventHandlers: {
        click(view, line) {
          const task = view.state
            .field(marks)
            .tasks.find((one) => one.from >= line.from && one.from <= line.to)
          if (task) onTask(task.path)
          return task !== undefined
        },
      },
    }),
    lineNumbers(),
    gutter({
      class: 'cm-folds',
      renderEmptyElements: true,
      lineMarker(view, line) {
        if (isFolded(view, line.from, line.to)) return new Drawing('fold:shut', make)
        const { text } = view.state.doc.lineAt(line.from)
        // A mark on every list item would be noise: keys that open something, and tasks.
        const opens =
          /^\s*(- )?\S[^#]*:\s*$/.test(text) ||
          view.state.field(marks).tasks.some((task) => task.from >= line.from && task.from <= line.to)
        return opens && foldable(view.state, line.from, line.to) ? new Drawing('fold:open', make) : null
      },
      lineMarkerChange: (update) =>
        update.startState.field(marks) !== update.state.field(marks) ||
        foldedRanges(update.startState) !== foldedRanges(update.state),
      domEventHandlers: {
        click(view, line) {
          const folded = isFolded(view, line.from, line.to)
          const range = folded ?? foldable(view.state, line.from, line.to)
          if (!range) return false
          view.dispatch({ effects: (folded ? unfoldEffect : foldEffect).of(range) })
          return true
        },
      },
    }),
  ]
}

function isFolded(view: EditorView, from: number, to: number): { from: number; to: number } | null {
  let found: { from: number; to: number } | null = null
  foldedRanges(view.state).between(from, to, (start, end) => {
    if (start >= from && start <= to) found = { from: start, to: end }
  })
  return found
}

export const markExtensions: Extension = [marks, drawn, bracket, expressions]
export const noMarks = RangeSet.empty
