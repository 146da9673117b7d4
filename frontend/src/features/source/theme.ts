import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

/** Weight and lightness, no hue. The kind key and `${{ }}` are drawn by marks: the grammar does not know them. */
const highlights = HighlightStyle.define([
  {
    tag: [tags.propertyName, tags.definition(tags.propertyName), tags.punctuation],
    color: 'var(--text-muted)',
  },
  { tag: tags.comment, color: 'var(--text-faint)', fontStyle: 'italic' },
])

const wash = 'color-mix(in oklab, var(--ink) 6%, transparent)'
const chip = 'color-mix(in oklab, var(--ink) 9%, transparent)'

const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--text)', backgroundColor: 'transparent', fontSize: 'var(--size-12)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { font: '400 var(--size-12) / var(--line-12) var(--font-mono)', overflow: 'auto' },
  '.cm-content': { padding: 'var(--s-6) 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 var(--s-8) 0 0' },
  '.cm-cursor': { borderLeft: 'var(--stroke) solid var(--ink)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
    background: 'color-mix(in oklab, var(--ink) 18%, transparent)',
  },
  '.cm-gutters': {
    backgroundColor: 'var(--panel)',
    border: '0',
    color: 'var(--text-faint)',
    font: '400 var(--size-12) / var(--line-12) var(--font-mono)',
  },
  '.cm-glyphs': { width: '18px' },
  '.cm-glyphs .cm-gutterElement': { display: 'grid', placeItems: 'center' },
  '.cm-lineNumbers .cm-gutterElement': {
    minWidth: '24px',
    padding: '0 var(--s-8) 0 0',
    fontSize: 'var(--size-11)',
    color: 'var(--text-faint)',
  },
  '.cm-folds': { width: '14px' },
  '.cm-folds .cm-gutterElement': {
    position: 'relative',
    display: 'grid',
    placeItems: 'center',
    cursor: 'pointer',
  },
  '.cm-gutterElement.cm-task': { backgroundColor: wash, color: 'var(--text)' },
  '.cm-line.cm-task': { backgroundColor: wash },
  '.cm-folds .cm-task::before': {
    content: '""',
    position: 'absolute',
    left: '4px',
    top: '0',
    bottom: '0',
    borderLeft: 'var(--stroke) solid var(--ink)',
    pointerEvents: 'none',
  },
  '.cm-folds .cm-task-first::before': {
    top: '3px',
    borderTop: 'var(--stroke) solid var(--ink)',
    width: '5px',
  },
  '.cm-folds .cm-task-last::before': {
    bottom: '3px',
    borderBottom: 'var(--stroke) solid var(--ink)',
    width: '5px',
  },
  // The bracket stands where the folds do: within a task they show when they are looked for.
  '.cm-folds .cm-task > *': { opacity: '0' },
  '.cm-folds:hover .cm-task > *': { opacity: '1' },
  '.cm-kind, .cm-kind span': { color: 'var(--ink)', fontWeight: '600' },
  '.cm-expression': {
    color: 'var(--ink)',
    background: chip,
    borderRadius: '3px',
    boxShadow: `0 0 0 1px ${chip}`,
  },
  '.cm-expression span': { color: 'var(--ink)' },
  '.cm-foldPlaceholder': {
    color: 'var(--text-muted)',
    background: 'none',
    border: 'var(--hair) solid var(--line)',
    borderRadius: '3px',
    padding: '0 5px',
    margin: '0 0 0 var(--s-4)',
    fontSize: 'var(--size-11)',
  },
  '.cm-lintRange': { backgroundImage: 'none !important', paddingBottom: '0' },
  '.cm-lintRange-error': {
    textDecoration: 'underline wavy var(--failed-fill) 1px',
    textUnderlineOffset: '2px',
    textDecorationSkipInk: 'none',
  },
  '.cm-lintRange-warning, .cm-lintRange-info': {
    textDecoration: 'underline wavy var(--waiting-fill) 1px',
    textUnderlineOffset: '2px',
    textDecorationSkipInk: 'none',
  },
  '.cm-lintPoint': { display: 'none' },
  '.cm-words': {
    font: '500 var(--size-11) / var(--line-11) var(--font-ui)',
    paddingLeft: '10px',
    whiteSpace: 'nowrap',
    userSelect: 'none',
  },
  '.cm-words-error': { color: 'var(--failed)' },
  '.cm-words-warning, .cm-words-info': { color: 'var(--waiting)' },
  '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': { backgroundColor: chip, outline: 'none' },
  '.cm-tooltip': {
    background: 'var(--raised)',
    border: 'var(--hair) solid var(--line)',
    borderRadius: 'var(--r-card)',
    boxShadow: 'var(--shadow-float)',
    color: 'var(--text)',
    overflow: 'hidden',
  },
  '.cm-tooltip-lint': {
    maxWidth: '360px',
    font: 'var(--weight-text) var(--size-12) / var(--line-12) var(--font-ui)',
  },
  '.cm-value': {
    maxWidth: '420px',
    padding: 'var(--s-6) 10px',
    font: '400 var(--size-12) / var(--line-12) var(--font-mono)',
    overflowWrap: 'anywhere',
  },
  '.cm-value-failed > div': {
    color: 'var(--failed)',
    font: 'var(--weight-text) var(--size-12) / var(--line-12) var(--font-ui)',
  },
  '.cm-value > small': {
    display: 'block',
    marginTop: 'var(--s-4)',
    color: 'var(--text-faint)',
    font: 'var(--weight-text) var(--size-11) / var(--line-11) var(--font-ui)',
  },
  '.cm-diagnostic': { padding: 'var(--s-6) 10px', border: '0', whiteSpace: 'normal' },
  '.cm-diagnosticAction': {
    font: '500 var(--size-12) / var(--line-12) var(--font-ui)',
    color: 'var(--text)',
    background: 'none',
    border: 'var(--hair) solid var(--line)',
    borderRadius: 'var(--r-control)',
    padding: '1px var(--s-8)',
    margin: 'var(--s-6) var(--s-6) 0 0',
    display: 'block',
    cursor: 'pointer',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    font: '400 var(--size-12) / var(--line-12) var(--font-mono)',
    maxHeight: '220px',
    padding: 'var(--s-4)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
    padding: '2px var(--s-8)',
    borderRadius: 'var(--r-control)',
    color: 'var(--text)',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    background: 'var(--press)',
    color: 'var(--ink)',
  },
  '.cm-completionMatchedText': { textDecoration: 'underline', textUnderlineOffset: '3px', fontWeight: '600' },
  '.cm-completionDetail': {
    fontStyle: 'normal',
    fontFamily: 'var(--font-ui)',
    color: 'var(--text-muted)',
    marginLeft: 'var(--s-8)',
  },
  '.cm-panels': {
    background: 'var(--raised)',
    color: 'var(--text)',
    borderBottom: 'var(--hair) solid var(--line)',
    font: 'var(--size-12) var(--font-ui)',
  },
  '.cm-searchMatch': { backgroundColor: chip, outline: 'var(--hair) solid var(--line-strong)' },
  '.cm-searchMatch-selected': { backgroundColor: 'color-mix(in oklab, var(--ink) 26%, transparent)' },
  '.cm-textfield': {
    background: 'var(--field)',
    border: 'var(--hair) solid var(--line)',
    borderRadius: 'var(--r-control)',
    fontSize: 'var(--size-12)',
  },
  '.cm-button': {
    background: 'var(--raised)',
    backgroundImage: 'none',
    border: 'var(--hair) solid var(--line)',
    borderRadius: 'var(--r-control)',
    fontSize: 'var(--size-12)',
  },
})

export const sourceTheme = [look, syntaxHighlighting(highlights)]
