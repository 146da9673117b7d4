/** What an expression gives in a run, shown where the pointer rests on it. */

import { hoverTooltip, type Tooltip } from '@codemirror/view'
import { expressionAt, subjectOf } from '@/entities/diagnostics/look'
import type { Where } from '@/entities/diagnostics/places'
import { Lines } from '@/entities/document/text'
import type { Preview } from '@/entities/expression/preview'
import { toEditor, toText } from './offsets'

/** A value and the run that it is of. */
export interface RunValue extends Preview {
  readonly of: string
}

/** Works out an expression in the run that is looked at, or else the last one; null where there is none. */
export type WorkOut = (where: Pick<Where, 'path' | 'inside'>, source: string) => Promise<RunValue | null>

export function values(textOf: () => string, workOut: WorkOut) {
  return hoverTooltip(async (_view, offset): Promise<Tooltip | null> => {
    const text = textOf()
    const lines = new Lines(text)
    const subject = subjectOf(text)
    const { line, column } = lines.placeAt(toText(text, offset))
    const found = subject && expressionAt(subject, line, column)
    if (!found) return null
    const value = await workOut(found.where, found.written.source)
    if (!value) return null
    const { from, to } = lines.place(found.written.whole)
    return {
      pos: toEditor(text, from),
      end: toEditor(text, to),
      above: true,
      create: () => ({ dom: drawn(value) }),
    }
  })
}

function drawn({ text, failed, of }: RunValue): HTMLElement {
  const box = document.createElement('div')
  box.className = failed ? 'cm-value cm-value-failed' : 'cm-value'
  const [value, run] = [document.createElement('div'), document.createElement('small')]
  value.textContent = text
  run.textContent = of
  box.append(value, run)
  return box
}
