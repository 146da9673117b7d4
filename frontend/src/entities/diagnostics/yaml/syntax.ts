/** The parser's complaints, as sentences that say what to write instead. */

import type { Diagnostic } from '@/shared/api/types'
import { lettersIn, quote } from '@/shared/lib/sentence'
import type { Broken } from './cursor'

const SENTENCES: readonly (readonly [start: string, sentence: string])[] = [
  [
    'mapping values are not allowed',
    "There is a ':' where none can stand; check the indentation, or put the text in quotes.",
  ],
  [
    "could not find expected ':'",
    "This line is neither 'key: value' nor a list item; is a ':' or the indentation missing?",
  ],
  [
    'did not find expected key',
    'This line does not line up with the keys above; check the indentation and the quotes.',
  ],
  [
    "did not find expected '-' indicator",
    "This line does not line up with the list above; start it with '- ' or indent it.",
  ],
  [
    "did not find expected ',' or ']'",
    "This list is not closed; put ',' or ']' here, and text with special letters in quotes.",
  ],
  [
    "did not find expected ',' or '}'",
    "This map is not closed; put ',' or '}' here, and text with special letters in quotes.",
  ],
  ['found unexpected end of stream', 'This quote is never closed.'],
  [
    'found unknown escape character',
    "In double quotes '\\' must start a known escape; write '\\\\' or use single quotes.",
  ],
  ['did not find expected node content', 'Something is missing here; is a bracket left open?'],
  ['found undefined tag handle', "This '!' starts an unknown tag; put the text in quotes."],
  ['found incompatible yaml document', 'A flow is YAML 1.2; take out the %YAML line.'],
  ['did not find expected <document start>', 'Nothing can follow here; check the indentation of this line.'],
  [
    'did not find the expected comment or line break',
    'Only a comment can follow here; check the quotes on this line.',
  ],
]
const AT_THE_OPENING = 'found unexpected end of stream'

/** A parser's error as a finding that points at its letters. */
export function syntaxFinding(error: Broken, text: string): Diagnostic {
  const atOpening = error.problem === AT_THE_OPENING && error.opening !== null
  let { line, column } = atOpening && error.opening ? error.opening : error.place
  const lines = text.split('\n')
  let last = lines.length
  while (last > 1 && (lines[last - 1] ?? '').trim() === '') last -= 1
  // The parser may point behind the last line; the last one with letters is where people look.
  if (line > last) {
    line = last
    column = lettersIn((lines[line - 1] ?? '').trimEnd()) + 1
  }
  const message = sentence(error.problem, lines[line - 1] ?? '', column)
  const span = { line, column, end_line: line, end_column: column + 1 }
  return { code: 'yaml_syntax', severity: 'error', message, span, path: '', fix: null }
}

function sentence(problem: string, line: string, column: number): string {
  if (problem.includes('cannot start any token')) {
    const letter = [...line][column - 1] ?? ''
    if (letter === '\t') return 'A tab cannot indent YAML; use spaces.'
    return `Text cannot start with ${quote(letter)}; put it in quotes.`
  }
  if (problem.startsWith("did not find expected ',' or") && line.includes('${{'))
    return 'Inside [ ] and { } an expression needs quotes: "${{ … }}".'
  const known = SENTENCES.find(([start]) => problem.toLowerCase().startsWith(start))
  return known ? known[1] : `This is not YAML: ${problem}.`
}
