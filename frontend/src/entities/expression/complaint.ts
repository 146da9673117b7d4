/** Why the library could not compute, in one sentence. */

import type { Letters } from './letters'
import { ExpressionFailed, lookUp, type Scope } from './look-up'

const MOST_LETTERS = 80
const SENTENCES: readonly (readonly [pattern: RegExp, sentence: string])[] = [
  [/division by zero|modulus by zero/i, 'This divides by zero.'],
  [/overflow|out of range/i, 'A whole number grows too large.'],
  [
    /no such overload|must be bool|bool operands/i,
    'Two kinds of values do not go together; write int(x), double(x) or string(x) to turn one into the other.',
  ],
]

export function complaint(error: unknown, source: string, letters: Letters, scope: Scope): ExpressionFailed {
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
  const known = SENTENCES.find(([pattern]) => pattern.test(message))?.[1]
  const sentence = known ?? missingIn(letters, scope) ?? notTaken(message) ?? `${message}.`
  return new ExpressionFailed(`${sentence} (${short(source)})`)
}

/** What the expression reads that is not there. */
function missingIn(letters: Letters, scope: Scope): string | null {
  for (const { path } of letters.references) {
    try {
      lookUp(path, scope)
    } catch (error) {
      if (error instanceof ExpressionFailed) return error.message
    }
  }
  return null
}

function notTaken(message: string): string | null {
  const name = /overload for '(?:\w+\.)?(\w+)\(|^(\w+)\(\) type error/.exec(message)
  if (!name) return null
  return `${(name[1] ?? name[2] ?? '').replace(/_$/, 's')}() does not take this kind of value.`
}

/** One line of at most 80 letters, to quote in a sentence. */
function short(text: string): string {
  const letters = [...text.split(/\s+/).filter(Boolean).join(' ')]
  return letters.length <= MOST_LETTERS ? letters.join('') : `${letters.slice(0, MOST_LETTERS - 1).join('')}…`
}
