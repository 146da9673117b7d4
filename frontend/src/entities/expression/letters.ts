/** The letters of an expression: what it reads, what it calls, and the caps on its shape, as `agentry.flow.letters`. */

import { quote } from '@/shared/lib/sentence'
import { MACROS, MAX_LETTERS, MAX_MACROS, MAX_NESTING } from './names'
import { scan, type Token } from './tokens'

/** What an expression reads, such as `tasks.plan.output`; `parts` = the letters of each member. */
export interface Reference {
  readonly path: readonly string[]
  readonly parts: readonly (readonly [start: number, end: number])[]
  readonly macroDepth: number
}

export interface Call {
  readonly name: string
  readonly start: number
}

/** `isPath`: it is one reference and nothing else. */
export interface Letters {
  readonly references: readonly Reference[]
  readonly calls: readonly Call[]
  readonly isPath: boolean
  readonly macros: number
  readonly macroDepth: number
}

/** An expression that no data can make right; `at` is the letter it goes wrong at, from 0. */
export class ExpressionSyntax extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message)
  }
}

const WORDS = new Set(['true', 'false', 'null', 'in'])
const known = new Map<string, Letters | ExpressionSyntax>()
const MOST_KNOWN = 4096

/** What `source` reads and calls; throws `ExpressionSyntax` where it breaks a cap. */
export function readLetters(source: string): Letters {
  let found = known.get(source)
  if (!found) {
    found = readAnew(source)
    if (known.size >= MOST_KNOWN) known.clear()
    known.set(source, found)
  }
  if (found instanceof ExpressionSyntax) throw found
  return found
}

function readAnew(source: string): Letters | ExpressionSyntax {
  try {
    const letters = source.length > MAX_LETTERS ? [...source].length : 0
    if (letters > MAX_LETTERS)
      throw new ExpressionSyntax(`An expression may have ${MAX_LETTERS} letters; this has ${letters}.`, 0)
    const tokens = tokensIn(source)
    if (tokens.length === 0) throw new ExpressionSyntax('The expression is empty.', 0)
    return new Walk(tokens).read()
  } catch (error) {
    if (error instanceof ExpressionSyntax) return error
    throw error
  }
}

/** Every token; throws where no token starts. */
export function tokensIn(source: string): Token[] {
  const { tokens, end } = scan(source)
  if (end < source.length) {
    const letter = String.fromCodePoint(source.codePointAt(end) ?? 0)
    throw new ExpressionSyntax(oddLetter(letter), end)
  }
  return tokens
}

function oddLetter(letter: string): string {
  if (letter === '"' || letter === "'") return `The quote ${letter} is never closed.`
  if (letter === '=') return "'=' is no comparison; write '=='."
  if (letter === '&' || letter === '|') return `Write '${letter}${letter}'.`
  if (/\p{L}/u.test(letter))
    return `Names have the letters a to z; write the one with ${quote(letter)} as ['NAME'].`
  return `The letter ${quote(letter)} has no meaning in an expression.`
}

interface Member {
  readonly name: string
  readonly start: number
  readonly end: number
  readonly next: number
}

class Walk {
  private readonly references: Reference[] = []
  private readonly calls: Call[] = []
  /** One for each bracket that is open: the variable of its macro, or null. */
  private readonly opened: (string | null)[] = []
  private macros = 0
  private macroDepth = 0

  constructor(private readonly tokens: readonly Token[]) {}

  read(): Letters {
    let whole = 0
    for (let at = 0; at < this.tokens.length; ) {
      if (this.tokens[at]?.kind === 'name') {
        const after = this.name(at)
        if (at === 0) whole = after
        at = after
      } else {
        this.bracket(at)
        at += 1
      }
    }
    const { references, calls, macros, macroDepth } = this
    const isPath = whole === this.tokens.length && references.length === 1 && calls.length === 0
    return { references, calls, isPath, macros, macroDepth }
  }

  private mark(at: number): string {
    const token = this.tokens[at]
    return token?.kind === 'mark' ? token.text : ''
  }

  /** Follow nesting; the bracket of a macro brings its variable into view. */
  private bracket(at: number): void {
    const mark = this.mark(at)
    if (mark !== '' && '([{'.includes(mark)) {
      if (this.opened.length >= MAX_NESTING)
        throw new ExpressionSyntax(`Brackets may be nested ${MAX_NESTING} deep.`, this.tokens[at]?.start ?? 0)
      this.opened.push(this.macroVariable(at))
      this.macroDepth = Math.max(this.macroDepth, this.variables().length)
    } else if (mark !== '' && ')]}'.includes(mark)) this.opened.pop()
  }

  private variables(): string[] {
    return this.opened.filter((name) => name !== null)
  }

  /** The variable of the macro whose '(' is at `at`. */
  private macroVariable(at: number): string | null {
    if (this.mark(at) !== '(' || this.mark(at - 2) !== '.' || this.mark(at + 2) !== ',') return null
    const [macro, variable] = [this.tokens[at - 1], this.tokens[at + 1]]
    if (!macro || !MACROS.has(macro.text) || variable?.kind !== 'name') return null
    this.macros += 1
    if (this.macros > MAX_MACROS)
      throw new ExpressionSyntax(
        `An expression may use ${MAX_MACROS} of map, filter, all, exists, exists_one.`,
        macro.start,
      )
    return variable.text
  }

  /** Take a name and the members after it; the place of the next token. */
  private name(at: number): number {
    const token = this.tokens[at] as Token
    if (this.mark(at + 1) === '(') {
      this.calls.push({ name: token.text, start: token.start })
      return at + 1
    }
    if (WORDS.has(token.text) || this.mark(at - 1) === '.') return at + 1
    const path = [token.text]
    const parts: [number, number][] = [[token.start, token.start + token.text.length]]
    let next = at + 1
    for (let member = this.member(next); member; member = this.member(next)) {
      path.push(member.name)
      parts.push([member.start, member.end])
      next = member.next
    }
    const variables = this.variables()
    if (!variables.includes(token.text)) {
      this.references.push({ path, parts, macroDepth: variables.length })
    }
    return next
  }

  /** `.name`, `['name']` or `[0]`. */
  private member(at: number): Member | null {
    const following = this.tokens[at + 1]
    if (!following) return null
    const { text, start } = following
    if (this.mark(at) === '.' && following.kind === 'name' && this.mark(at + 2) !== '(')
      return { name: text, start, end: start + text.length, next: at + 2 }
    if (this.mark(at) !== '[' || this.mark(at + 2) !== ']') return null
    const end = (this.tokens[at + 2]?.start ?? 0) + 1
    const quote = text[0] ?? ''
    if (following.kind === 'string' && !text.includes('\\') && (quote === '"' || quote === "'"))
      return { name: stripped(text, quote), start: start - 1, end, next: at + 3 }
    if (following.kind === 'number' && /^[0-9]+$/.test(text))
      return { name: String(BigInt(text)), start: start - 1, end, next: at + 3 }
    return null
  }
}

function stripped(text: string, quote: string): string {
  let [from, to] = [0, text.length]
  while (from < to && text[from] === quote) from += 1
  while (to > from && text[to - 1] === quote) to -= 1
  return text.slice(from, to)
}
