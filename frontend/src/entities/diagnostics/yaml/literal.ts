/** The `|` and `>` texts of YAML. */

import { Broken, type Cursor, type Place } from './cursor'
import { type Token, token } from './tokens'

const SPACES = / */y
const BLANKS = /[ \t]*/y
const COMMENT = /#[^\r\n]*/y
const LINE = /[^\r\n]*/y

/** A `|` or `>` text below something that is indented by `outer` (-1 at the top). */
export function literal(cursor: Cursor, outer: number): Token {
  const start = cursor.place
  const style = cursor.is('|') ? '|' : '>'
  cursor.skip()
  const header = literalHeader(cursor, start)
  if (cursor.isBreak()) cursor.skipBreak()
  const lines = new Lines(cursor, outer, start, header.indent)
  let value = ''
  let firstBreak = ''
  let breaks = lines.breaks()
  let wasBlank = false
  while (cursor.column === lines.indent && !cursor.ended) {
    const isBlank = cursor.isBlank()
    if (style === '>' && firstBreak !== '' && !wasBlank && !isBlank) value += breaks === '' ? ' ' : ''
    else value += firstBreak
    value += breaks + cursor.take(LINE)
    wasBlank = isBlank
    firstBreak = ''
    if (cursor.isBreak()) {
      cursor.skipBreak()
      firstBreak = '\n'
    }
    breaks = lines.breaks()
  }
  if (header.keep !== 'none') value += firstBreak
  if (header.keep === 'all') value += breaks
  return token('scalar', start, lines.end, value, style)
}

interface Header {
  readonly keep: 'none' | 'one' | 'all'
  /** How much further in its lines stand; 0 = to be seen from them. */
  readonly indent: number
}

function literalHeader(cursor: Cursor, start: Place): Header {
  let keep: Header['keep'] = 'one'
  let indent = 0
  const chomp = () => {
    if (!cursor.isOneOf('+-')) return false
    keep = cursor.is('+') ? 'all' : 'none'
    cursor.skip()
    return true
  }
  const digit = () => {
    if (!cursor.isOneOf('0123456789')) return
    if (cursor.is('0')) throw new Broken('found an indentation indicator equal to 0', cursor.place, start)
    indent = cursor.code() - 48
    cursor.skip()
  }
  if (chomp()) digit()
  else {
    digit()
    if (indent > 0) chomp()
  }
  cursor.take(BLANKS)
  cursor.take(COMMENT)
  if (!cursor.isBreakOrEnd())
    throw new Broken('did not find expected comment or line break', cursor.place, start)
  return { keep, indent }
}

/** The white space before the lines of a text. `end` is behind the last break. */
class Lines {
  indent: number
  end: Place

  constructor(
    readonly cursor: Cursor,
    readonly outer: number,
    readonly start: Place,
    written: number,
  ) {
    this.indent = written === 0 ? 0 : Math.max(outer, 0) + written
    this.end = cursor.place
  }

  /** Step over empty lines, and give their breaks. */
  breaks(): string {
    const { cursor } = this
    let found = ''
    let widest = 0
    this.end = cursor.place
    for (;;) {
      if (this.indent === 0) cursor.take(SPACES)
      else while (cursor.column < this.indent && cursor.is(' ')) cursor.skip()
      widest = Math.max(widest, cursor.column)
      if ((this.indent === 0 || cursor.column < this.indent) && cursor.isTab())
        throw new Broken(
          'found a tab character where an indentation space is expected',
          cursor.place,
          this.start,
        )
      if (!cursor.isBreak()) break
      cursor.skipBreak()
      found += '\n'
      this.end = cursor.place
    }
    if (this.indent === 0) this.indent = Math.max(widest, this.outer + 1, 1)
    return found
  }
}
