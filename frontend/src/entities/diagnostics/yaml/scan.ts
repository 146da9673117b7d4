/** Text -> tokens, with the tokens that indentation stands for; a mistake is thrown where it is met. */

import { Broken, Cursor, type Place } from './cursor'
import { literal } from './literal'
import { anchor, directive, tag } from './names'
import { plain, quoted } from './scalars'
import { type Token, type TokenKind, token } from './tokens'

const COMMENT = /#[^\r\n]*/y
/** A key stands on one line, and within so many letters of its `:`. */
const KEY_LETTERS = 1024

/** Where a key may have started; `required`: nothing but a key can stand there. */
interface MaybeKey {
  readonly required: boolean
  readonly number: number
  readonly place: Place
  readonly column: number
  readonly index: number
}

export class Scanner {
  private readonly cursor: Cursor
  private readonly queue: Token[] = []
  private taken = 0
  private indent = -1
  private readonly indents: number[] = []
  private keyAllowed = true
  /** One for each level of brackets. */
  private readonly keys: (MaybeKey | null)[] = [null]

  constructor(text: string) {
    this.cursor = new Cursor(text)
  }

  /** The token that comes next; the last one is the end of the text. */
  get next(): Token {
    while (this.needsMore()) this.fetch()
    return this.queue[0] as Token
  }

  skip(): void {
    this.queue.shift()
    this.taken += 1
  }

  /** What is waiting may still turn out to be a key. */
  private needsMore(): boolean {
    if (this.queue.length === 0) return true
    this.dropStaleKeys()
    for (const key of this.keys) if (key?.number === this.taken) return true
    return false
  }

  private get inBrackets(): boolean {
    return this.keys.length > 1
  }

  private fetch(): void {
    const { cursor } = this
    this.toNextToken()
    this.dropStaleKeys()
    this.closeTo(cursor.column)
    if (cursor.ended) this.endOfText()
    else if (cursor.column === 0 && cursor.is('%')) {
      this.leave()
      this.queue.push(directive(cursor))
    } else if (cursor.isDocumentMark) {
      const kind = cursor.is('-') ? 'document start' : 'document end'
      this.leave()
      this.mark(kind, 3)
    } else this.fetchPart(cursor.text[cursor.at] as string)
  }

  private fetchPart(letter: string): void {
    const { cursor } = this
    if (MARKS[letter]?.(this)) return
    if (!this.startsPlain(letter))
      throw new Broken('found character that cannot start any token', cursor.place)
    this.saveKey()
    this.keyAllowed = false
    const found = plain(cursor, this.indent, this.inBrackets)
    if (found.broken) this.keyAllowed = true
    this.queue.push(found.token)
  }

  private startsPlain(letter: string): boolean {
    const { cursor } = this
    if (!'-?:,[]{}#&*!|>\'"%@`'.includes(letter)) return !cursor.isGap()
    if (letter === '-') return !cursor.isBlank(1)
    return !this.inBrackets && (letter === '?' || letter === ':') && !cursor.isGap(1)
  }

  private toNextToken(): void {
    const { cursor } = this
    for (;;) {
      while (cursor.is(' ') || ((this.inBrackets || !this.keyAllowed) && cursor.isTab())) cursor.skip()
      cursor.take(COMMENT)
      if (!cursor.isBreak()) return
      cursor.skipBreak()
      if (!this.inBrackets) this.keyAllowed = true
    }
  }

  private mark(kind: TokenKind, width = 1): void {
    const start = this.cursor.place
    this.cursor.skip(width)
    this.queue.push(token(kind, start, this.cursor.place))
  }

  private endOfText(): void {
    const { cursor } = this
    if (cursor.column !== 0) {
      cursor.column = 0
      cursor.line += 1
    }
    this.leave()
    this.queue.push(token('stream end', cursor.place, cursor.place))
  }

  /** Close everything: what follows stands at the top. */
  private leave(): void {
    this.closeTo(-1)
    this.dropKey()
    this.keyAllowed = false
  }

  private dropStaleKeys(): void {
    const { cursor } = this
    for (let level = 0; level < this.keys.length; level += 1) {
      const key = this.keys[level]
      if (!key || (key.place.line === cursor.line + 1 && key.index + KEY_LETTERS >= cursor.index)) continue
      if (key.required) throw new Broken("could not find expected ':'", cursor.place, key.place)
      this.keys[level] = null
    }
  }

  private saveKey(): void {
    const { cursor } = this
    if (!this.keyAllowed) return
    this.dropKey()
    this.keys[this.keys.length - 1] = {
      required: !this.inBrackets && this.indent === cursor.column,
      number: this.taken + this.queue.length,
      place: cursor.place,
      column: cursor.column,
      index: cursor.index,
    }
  }

  private dropKey(): void {
    const key = this.keys.at(-1)
    if (key?.required) throw new Broken("could not find expected ':'", this.cursor.place, key.place)
    this.keys[this.keys.length - 1] = null
  }

  private openAt(column: number, kind: 'list' | 'map', place: Place, at = this.queue.length): void {
    if (this.inBrackets || this.indent >= column) return
    this.indents.push(this.indent)
    this.indent = column
    this.queue.splice(at, 0, token(kind, place, place))
  }

  private closeTo(column: number): void {
    if (this.inBrackets) return
    while (this.indent > column) {
      this.queue.push(token('end', this.cursor.place, this.cursor.place))
      this.indent = this.indents.pop() ?? -1
    }
  }

  openBracket(kind: '[' | '{'): true {
    this.saveKey()
    this.keys.push(null)
    this.keyAllowed = true
    this.mark(kind)
    return true
  }

  closeBracket(kind: ']' | '}'): true {
    this.dropKey()
    if (this.inBrackets) this.keys.pop()
    this.keyAllowed = false
    this.mark(kind)
    return true
  }

  comma(): true {
    this.dropKey()
    this.keyAllowed = true
    this.mark(',')
    return true
  }

  item(): boolean {
    const { cursor } = this
    if (!cursor.isGap(1)) return false
    if (!this.inBrackets) {
      if (!this.keyAllowed)
        throw new Broken('block sequence entries are not allowed in this context', cursor.place)
      this.openAt(cursor.column, 'list', cursor.place)
    }
    this.dropKey()
    this.keyAllowed = true
    this.mark('-')
    return true
  }

  key(): boolean {
    const { cursor } = this
    if (!this.inBrackets && !cursor.isGap(1)) return false
    if (!this.inBrackets) {
      if (!this.keyAllowed) throw new Broken('mapping keys are not allowed in this context', cursor.place)
      this.openAt(cursor.column, 'map', cursor.place)
    }
    this.dropKey()
    this.keyAllowed = !this.inBrackets
    this.mark('?')
    return true
  }

  value(): boolean {
    const { cursor } = this
    if (!this.inBrackets && !cursor.isGap(1)) return false
    const key = this.keys.at(-1)
    if (key) {
      const at = key.number - this.taken
      this.queue.splice(at, 0, token('?', key.place, key.place))
      this.openAt(key.column, 'map', key.place, at)
      this.keys[this.keys.length - 1] = null
      this.keyAllowed = false
    } else {
      if (!this.inBrackets) {
        if (!this.keyAllowed) throw new Broken('mapping values are not allowed in this context', cursor.place)
        this.openAt(cursor.column, 'map', cursor.place)
      }
      this.keyAllowed = !this.inBrackets
    }
    this.mark(':')
    return true
  }

  /** What may be a key itself. */
  word(read: (cursor: Cursor, inBrackets: boolean) => Token): true {
    this.saveKey()
    this.keyAllowed = false
    this.queue.push(read(this.cursor, this.inBrackets))
    return true
  }

  lines(): boolean {
    if (this.inBrackets) return false
    this.dropKey()
    this.keyAllowed = true
    this.queue.push(literal(this.cursor, this.indent))
    return true
  }
}

/** What a letter starts; false where it starts a plain text after all. */
const MARKS: Readonly<Record<string, (scanner: Scanner) => boolean>> = {
  '[': (scanner) => scanner.openBracket('['),
  '{': (scanner) => scanner.openBracket('{'),
  ']': (scanner) => scanner.closeBracket(']'),
  '}': (scanner) => scanner.closeBracket('}'),
  ',': (scanner) => scanner.comma(),
  '-': (scanner) => scanner.item(),
  '?': (scanner) => scanner.key(),
  ':': (scanner) => scanner.value(),
  '*': (scanner) => scanner.word(anchor),
  '&': (scanner) => scanner.word(anchor),
  '!': (scanner) => scanner.word(tag),
  "'": (scanner) => scanner.word(quoted),
  '"': (scanner) => scanner.word(quoted),
  '|': (scanner) => scanner.lines(),
  '>': (scanner) => scanner.lines(),
}
