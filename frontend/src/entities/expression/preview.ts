/** What an expression gives on the data at hand, for a person to see: its value, or in words why there is none. */

import { evaluate } from './evaluate'
import { ExpressionSyntax } from './letters'
import { ExpressionFailed, type Json, type Scope } from './look-up'

export interface Preview {
  readonly text: string
  readonly failed: boolean
}

const MOST_LETTERS = 400

export function previewOf(source: string, scope: Scope): Preview {
  try {
    return { text: shown(evaluate(source.trim(), scope)), failed: false }
  } catch (error) {
    if (error instanceof ExpressionSyntax || error instanceof ExpressionFailed)
      return { text: error.message, failed: true }
    throw error
  }
}

function shown(value: Json): string {
  const text = JSON.stringify(value)
  return text.length <= MOST_LETTERS ? text : `${text.slice(0, MOST_LETTERS - 1)}…`
}
