/** The editor of the source pane and how it stays one with the document. No React in here. */

import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete'
import { defaultKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { bracketMatching, codeFolding, foldKeymap, indentUnit } from '@codemirror/language'
import { lintKeymap, setDiagnostics } from '@codemirror/lint'
import { search, searchKeymap } from '@codemirror/search'
import { Annotation, EditorState } from '@codemirror/state'
import { drawSelection, EditorView, keymap, type ViewUpdate } from '@codemirror/view'
import { findingsOf } from '@/entities/document/findings'
import { type TaskReading, walk } from '@/entities/document/read'
import type { DocumentState, DocumentStore } from '@/entities/document/store'
import { difference, type Edit } from '@/entities/document/text'
import type { JsonObject } from '@/shared/api/types'
import { completions, type Names } from './complete'
import { values, type WorkOut } from './hover'
import { gutters, markExtensions, setMarks, setWords } from './marks'
import { editsToEditor, editsToText, flat, toEditor, toText } from './offsets'
import { foundIn, tasksIn } from './shown'
import { sourceTheme } from './theme'

const fromDocument = Annotation.define<boolean>()

export interface SourceParts {
  readonly parent: HTMLElement
  readonly store: DocumentStore
  readonly draw: (key: string) => Node
  /** The glyph key of a task: its kind, or its state during a run. */
  readonly glyphOf: (path: string, kind: string) => string
  readonly names: () => Names
  readonly schema: () => JsonObject | null
  readonly workOut: WorkOut
  readonly onLeave: () => void
}

export interface SourceEditor {
  readonly view: EditorView
  /** Draw the marks again, such as when a run changes a glyph. */
  remark(): void
  /** Put the caret at a place of the text and show it. */
  goTo(offset: number, focus: boolean): void
  destroy(): void
}

/** Open an editor on a document; what is typed goes in, what changes elsewhere comes out, nothing echoes. */
export function openSource(parts: SourceParts): SourceEditor {
  const { store } = parts
  const view = new EditorView({
    parent: parts.parent,
    state: stateOf(parts, (update) => typed(store, update)),
  })
  let frame = 0
  const remark = () => {
    cancelAnimationFrame(frame)
    frame = requestAnimationFrame(() =>
      view.dispatch({ effects: setMarks.of(tasksIn(store.getState(), parts.glyphOf)) }),
    )
  }
  const lint = () => {
    const { lints, words } = foundIn(store, view.state.doc.length)
    view.dispatch(setDiagnostics(view.state, lints))
    view.dispatch({ effects: setWords.of(words) })
  }
  const goTo = (offset: number, focus: boolean) => {
    const at = Math.min(toEditor(store.getState().text, offset), view.state.doc.length)
    view.dispatch({
      selection: { anchor: at },
      effects: EditorView.scrollIntoView(at, { y: 'center' }),
      annotations: fromDocument.of(true),
    })
    if (focus) view.focus()
  }
  const stop = store.subscribe((state, before) => {
    if (state.change !== before.change && state.change.origin !== 'source') take(view, state, before)
    if (state.pointing !== before.pointing) {
      remark()
      const path = state.pointing.paths.at(-1)
      const task = path === undefined ? undefined : state.reading.byPath.get(path)
      if (task && state.pointing.origin !== 'source') reveal(view, state, task)
    }
    if (findingsOf(state) !== findingsOf(before)) lint()
    if (state.reading !== before.reading) remark()
  })
  view.dispatch({ effects: setMarks.of(tasksIn(store.getState(), parts.glyphOf)) })
  lint()
  return {
    view,
    remark,
    goTo,
    destroy() {
      cancelAnimationFrame(frame)
      stop()
      view.destroy()
    },
  }
}

function stateOf(parts: SourceParts, onUpdate: (update: ViewUpdate) => void): EditorState {
  const { store } = parts
  const run = (act: () => void) => () => {
    act()
    return true
  }
  return EditorState.create({
    doc: flat(store.getState().text),
    extensions: [
      gutters(parts.draw, (path) => store.getState().point([path], 'inspector')),
      yaml(),
      markExtensions,
      values(() => store.getState().text, parts.workOut),
      codeFolding({ placeholderText: '…' }),
      bracketMatching(),
      closeBrackets(),
      drawSelection(),
      indentUnit.of('  '),
      search({ top: true }),
      autocompletion({ override: [completions(parts.names, parts.schema)], icons: false }),
      keymap.of([
        { key: 'Mod-z', run: run(() => store.getState().undo()), preventDefault: true },
        { key: 'Mod-Shift-z', run: run(() => store.getState().redo()), preventDefault: true },
        { key: 'Mod-y', run: run(() => store.getState().redo()), preventDefault: true },
        ...closeBracketsKeymap,
        ...completionKeymap,
        ...searchKeymap,
        ...lintKeymap,
        ...foldKeymap,
        { key: 'Escape', run: run(parts.onLeave) },
        indentWithTab,
        // Mod+Enter is the page's: it runs the flow.
        ...defaultKeymap.filter((binding) => binding.key !== 'Mod-Enter'),
      ]),
      EditorView.contentAttributes.of({
        'aria-label': 'Source of the flow',
        spellcheck: 'false',
        tabindex: '0',
      }),
      EditorView.updateListener.of(onUpdate),
      sourceTheme,
    ],
  })
}

/** What was typed goes into the document; where the caret rests, its task is pointed at. */
function typed(store: DocumentStore, update: ViewUpdate): void {
  const ours = update.transactions.some((transaction) => transaction.annotation(fromDocument))
  if (ours) return
  const { text } = store.getState()
  if (update.docChanged) {
    const edits: Edit[] = []
    update.changes.iterChanges((from, to, _from, _to, insert) => {
      edits.push({ from, to, insert: insert.toString() })
    })
    store.getState().type(editsToText(text, edits), Date.now())
  }
  if (update.selectionSet && update.view.hasFocus) pointAtCaret(store, update.view)
}

function pointAtCaret(store: DocumentStore, view: EditorView): void {
  const { reading, fresh, text, pointing } = store.getState()
  if (!fresh) return
  const { head, anchor } = view.state.selection.main
  if (head !== anchor) return
  const task = taskAtLine(reading.tasks, reading.lines.lineAt(toText(text, head)), (at) =>
    reading.lines.lineAt(at),
  )
  const path = task?.path
  if (path === pointing.paths[0] && pointing.paths.length <= 1) return
  store.getState().point(path === undefined ? [] : [path], 'source')
}

/** The deepest task whose lines hold `line`. */
export function taskAtLine(
  tasks: readonly TaskReading[],
  line: number,
  lineAt: (offset: number) => number,
): TaskReading | null {
  let found: TaskReading | null = null
  for (const task of walk(tasks)) {
    if (lineAt(task.place.from) <= line && line <= lineAt(task.place.to)) found = task
  }
  return found
}

/** Bring in what changed elsewhere, as the same small edits where that is known. */
function take(view: EditorView, state: DocumentState, before: DocumentState): void {
  const here = view.state.doc.toString()
  const wanted = flat(state.text)
  if (here === wanted) return
  const known = state.change.count === before.change.count + 1 && here === flat(before.text)
  const edits = known ? editsToEditor(before.text, state.change.edits) : difference(here, wanted)
  view.dispatch({
    changes: edits.map(({ from, to, insert }) => ({ from, to, insert })),
    annotations: fromDocument.of(true),
  })
}

function reveal(view: EditorView, state: DocumentState, task: TaskReading): void {
  const at = Math.min(toEditor(state.text, task.place.from), view.state.doc.length)
  const end = Math.min(toEditor(state.text, task.place.to), view.state.doc.length)
  const visible = view.scrollDOM.getBoundingClientRect()
  const top = view.coordsAtPos(at)
  const bottom = view.coordsAtPos(end)
  const seen = top && top.top >= visible.top && (bottom?.bottom ?? top.bottom) <= visible.bottom
  view.dispatch({
    selection: { anchor: at },
    ...(seen
      ? {}
      : { effects: EditorView.scrollIntoView(view.state.doc.lineAt(at).from, { y: 'start', yMargin: 72 }) }),
    annotations: fromDocument.of(true),
  })
}
