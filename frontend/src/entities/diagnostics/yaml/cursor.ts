/** A place that moves through a text letter by letter, as the YAML scanner needs it. Breaks are `\n` and `\r\n`. */

/** Line and column from 1, columns in code points; `at` = the UTF-16 offset from 0. */
export interface Place {
  readonly line: number
  readonly column: number
  readonly at: number
}

/** The text is no YAML: libyaml's words for it, and where; `opening` = where the broken part starts. */
export class Broken extends Error {
  constructor(
    readonly problem: string,
    readonly place: Place,
    readonly opening: Place | null = null,
  ) {
    super(problem)
  }
}

const TAB = 9
const NEW_LINE = 10
const RETURN = 13
const SPACE = 32
const WIDE = /[\uD800-\uDBFF]/

export class Cursor {
  at = 0
  line = 0
  /** From 0, in code points. */
  column = 0
  /** How many letters so far take two units. */
  wide = 0
  private readonly hasWide: boolean
  /** A byte order mark is a letter of the first line that indents nothing. */
  private readonly marked: boolean

  constructor(readonly text: string) {
    this.hasWide = WIDE.test(text)
    this.marked = text.startsWith('\ufeff')
    if (this.marked) this.at = 1
  }

  get place(): Place {
    const first = this.marked && this.line === 0 ? 2 : 1
    return { line: this.line + 1, column: this.column + first, at: this.at }
  }

  /** How many letters stand before. */
  get index(): number {
    return this.at - this.wide
  }

  /** The unit at `ahead`; 0 behind the end. */
  code(ahead = 0): number {
    return this.text.charCodeAt(this.at + ahead) | 0
  }

  is(letter: string, ahead = 0): boolean {
    return this.text[this.at + ahead] === letter
  }

  isOneOf(letters: string, ahead = 0): boolean {
    const letter = this.text[this.at + ahead]
    return letter !== undefined && letters.includes(letter)
  }

  get ended(): boolean {
    return this.at >= this.text.length
  }

  /** A space or a tab. */
  isBlank(ahead = 0): boolean {
    const code = this.code(ahead)
    return code === SPACE || code === TAB
  }

  isTab(): boolean {
    return this.code() === TAB
  }

  isBreak(ahead = 0): boolean {
    const code = this.code(ahead)
    return code === NEW_LINE || code === RETURN
  }

  isBreakOrEnd(ahead = 0): boolean {
    return this.isBreak(ahead) || this.at + ahead >= this.text.length
  }

  isGap(ahead = 0): boolean {
    return this.isBlank(ahead) || this.isBreakOrEnd(ahead)
  }

  /** `---` or `...` alone at the start of a line. */
  get isDocumentMark(): boolean {
    if (this.column !== 0) return false
    const mark = this.text.substr(this.at, 3)
    return (mark === '---' || mark === '...') && this.isGap(3)
  }

  /** Step over letters of one unit each, none of them a break. */
  skip(count = 1): void {
    this.at += count
    this.column += count
  }

  /** Step over everything that a sticky pattern finds here, none of it a break, and give it. */
  take(pattern: RegExp): string {
    const start = this.at
    pattern.lastIndex = start
    if (!pattern.test(this.text)) return ''
    this.at = pattern.lastIndex
    const found = this.text.slice(start, this.at)
    const wide = this.hasWide ? wideIn(found) : 0
    this.wide += wide
    this.column += found.length - wide
    return found
  }

  skipBreak(): void {
    this.at += this.code() === RETURN && this.code(1) === NEW_LINE ? 2 : 1
    this.line += 1
    this.column = 0
  }
}

/** How many letters of a text take two units. */
function wideIn(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code >= 0xd800 && code < 0xdc00) count += 1
  }
  return count
}
