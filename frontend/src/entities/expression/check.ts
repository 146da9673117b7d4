/** Whether an expression can be read at all: its letters, its functions, its grammar. */

import { nearest } from '@/shared/lib/sentence'
import { checkGrammar } from './grammar'
import { ExpressionSyntax, type Letters, readLetters } from './letters'
import { FUNCTIONS, MACROS } from './names'

/** What an expression reads and calls; throws `ExpressionSyntax` where it is broken. */
export function check(source: string): Letters {
  const letters = readLetters(source)
  for (const call of letters.calls) {
    if (FUNCTIONS.has(call.name) || MACROS.has(call.name)) continue
    const near = nearest(call.name, [...FUNCTIONS, ...MACROS])
    const tail = near === null ? '.' : `; did you mean ${near}()?`
    throw new ExpressionSyntax(`There is no function ${call.name}()${tail}`, call.start)
  }
  if (!letters.isPath) checkGrammar(source)
  return letters
}
