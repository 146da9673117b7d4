/** The scalars of YAML that are plain or quoted. */

import { Broken, type Cursor, type Place } from './cursor'
import { type Token, token } from './tokens'

const BLANKS = /[ \t]*/y
const IN_SINGLE = /[^' \t\r\n]+/y
const IN_DOUBLE = /[^"\\ \t\r\n]+/y
const IN_PLAIN = /(?:[^: \t\r\n]|:(?=[^ \t\r\n]))+/y
const IN_BRACKETS = /(?:[^:,[\]{} \t\r\n]|:(?=[^,?[\]{} \t\r\n]))+/y

/** White space inside a scalar: how it reads once more letters follow. */
class Gap {
  spaces = ''
  /** Whether a line was broken, and the empty lines behind it. */
  broken = false
  firstBreak = ''
  breaks = ''

  take(cursor: Cursor): void {
    while (cursor.isBlank() || cursor.isBreak()) {
      if (cursor.isBlank()) {
        const blanks = cursor.take(BLANKS)
        if (!this.broken) this.spaces += blanks
      } else {
        cursor.skipBreak()
        if (this.broken) this.breaks += '\n'
        else {
          this.spaces = ''
          this.firstBreak = '\n'
        }
        this.broken = true
      }
    }
  }

  get text(): string {
    if (!this.broken) return this.spaces
    return this.firstBreak !== '' && this.breaks === '' ? ' ' : this.breaks
  }
}

export interface Plain {
  readonly token: Token
  /** A line was broken before it ended, so a key may stand here. */
  readonly broken: boolean
}

export function plain(cursor: Cursor, indent: number, inBrackets: boolean): Plain {
  const start = cursor.place
  let end = start
  let value = ''
  let gap = new Gap()
  const letters = inBrackets ? IN_BRACKETS : IN_PLAIN
  while (!cursor.isDocumentMark && !cursor.is('#')) {
    const word = cursor.take(letters)
    if (word !== '') {
      value += gap.text + word
      gap = new Gap()
      end = cursor.place
    }
    if (inBrackets && cursor.is(':') && cursor.isOneOf(',?[]{}', 1))
      throw new Broken("found unexpected ':'", cursor.place, start)
    if (!cursor.isBlank() && !cursor.isBreak()) break
    plainGap(cursor, gap, indent, start)
    if (!inBrackets && cursor.column <= indent) break
  }
  return { token: token('scalar', start, end, value), broken: gap.broken }
}

function plainGap(cursor: Cursor, gap: Gap, indent: number, start: Place): void {
  while (cursor.isBlank() || cursor.isBreak()) {
    if (gap.broken) {
      while (cursor.isBlank()) {
        if (cursor.column <= indent && cursor.isTab())
          throw new Broken('found a tab character that violates indentation', cursor.place, start)
        cursor.skip()
      }
    }
    if (cursor.isBreak() && gap.broken) {
      cursor.skipBreak()
      gap.breaks += '\n'
    } else if (cursor.isBreak()) {
      cursor.skipBreak()
      gap.spaces = ''
      gap.firstBreak = '\n'
      gap.broken = true
    } else if (!gap.broken) gap.spaces += cursor.take(BLANKS)
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  '\t': '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1b',
  ' ': ' ',
  '"': '"',
  '/': '/',
  '\\': '\\',
  N: '\x85',
  _: '\xa0',
  L: '\u2028',
  P: '\u2029',
}
const WIDTHS: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 }

export function quoted(cursor: Cursor): Token {
  const start = cursor.place
  const single = cursor.is("'")
  const quote = single ? "'" : '"'
  const letters = single ? IN_SINGLE : IN_DOUBLE
  let value = ''
  cursor.skip()
  for (;;) {
    if (cursor.isDocumentMark) throw new Broken('found unexpected document indicator', cursor.place, start)
    if (cursor.ended) throw new Broken('found unexpected end of stream', cursor.place, start)
    const gap = new Gap()
    while (!cursor.isGap()) {
      value += cursor.take(letters)
      if (single && cursor.is("'") && cursor.is("'", 1)) {
        cursor.skip(2)
        value += "'"
      } else if (cursor.is(quote)) break
      else if (!single && cursor.is('\\') && cursor.isBreak(1)) {
        cursor.skip()
        cursor.skipBreak()
        gap.broken = true
        break
      } else if (!single && cursor.is('\\')) value += escaped(cursor, start)
    }
    if (cursor.is(quote)) break
    gap.take(cursor)
    value += gap.text
  }
  cursor.skip()
  return token('scalar', start, cursor.place, value, quote)
}

function escaped(cursor: Cursor, start: Place): string {
  const letter = cursor.text[cursor.at + 1] ?? ''
  const known = Object.hasOwn(ESCAPES, letter) ? ESCAPES[letter] : undefined
  if (known !== undefined) {
    cursor.skip(2)
    return known
  }
  const width = Object.hasOwn(WIDTHS, letter) ? WIDTHS[letter] : undefined
  if (width === undefined) throw new Broken('found unknown escape character', cursor.place, start)
  cursor.skip(2)
  const code = cursor.text.substr(cursor.at, width)
  if (!/^[0-9A-Fa-f]+$/.test(code) || code.length < width)
    throw new Broken('did not find expected hexdecimal number', cursor.place, start)
  const value = Number.parseInt(code, 16)
  if ((value >= 0xd800 && value <= 0xdfff) || value > 0x10ffff)
    throw new Broken('found invalid Unicode character escape code', cursor.place, start)
  cursor.skip(width)
  return String.fromCodePoint(value)
}
