/** What the page knows about the expressions of the selected task: what may follow, and what they give in a run. */

import { createContext } from 'react'
import type { Offer } from '@/entities/diagnostics/offers'
import type { Preview } from '@/entities/expression/preview'
import { OPEN } from '@/entities/expression/template'

export interface Expressions {
  /** What may be typed behind the letters of an expression. */
  offers(before: string): readonly Offer[]
  /** What an expression gives in the run that is looked at, or else the last one; null where there is none. */
  value(source: string): Preview | null
}

export const TaskExpressions = createContext<Expressions>({ offers: () => [], value: () => null })

/** The letters of the expression that the caret stands in, or null; `bare`: the whole field is one. */
export function openedAt(text: string, caret: number, bare: boolean): string | null {
  const before = text.slice(0, caret)
  const open = before.lastIndexOf(OPEN)
  if (open >= 0) return before.includes('}}', open) ? null : before.slice(open + OPEN.length)
  return bare ? before : null
}

/** The offers that go on with what is typed; none where the word is whole already. */
export function fitting(offers: readonly Offer[], inside: string): readonly Offer[] {
  const word = /\w*$/.exec(inside)?.[0] ?? ''
  const found = offers.filter(({ label }) => label.startsWith(word))
  return found.length === 1 && found[0]?.label === word ? [] : found
}
