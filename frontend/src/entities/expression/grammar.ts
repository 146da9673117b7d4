/**
 * Whether letters that are each fine make an expression: the grammar of CEL, with the first mistake
 * told where and as the server's library tells it. What follows a mistake is read on, since a mistake
 * in the middle can leave something before it incomplete.
 */

import { GrammarReader, type Mistake, type Words, words } from './grammar-reader'
import { END, type GrammarToken, grammarTokens } from './grammar-tokens'
import { ExpressionSyntax } from './letters'

const LITERALS = words('true false null float int uint string bytes')
/** What an operand may start with. */
const START = words('[ { ( . - ! name', LITERALS)
const RELATIONS = words('== != in < <= >= >')
const OPERATORS = words(RELATIONS, '&& || + - * / %')
const AFTER_OPERAND = words(OPERATORS, '. [')
const NUMBERS = words('float int')
const FIELD = words('name escaped')

/** What a part of an expression is, and the letter that stands for it; null where it could not be read. */
interface Part {
  readonly is: 'name' | 'member' | 'other'
  readonly at: number
}

/** What may follow here, and what may follow anywhere around: where reading goes on after a mistake. */
interface After {
  readonly next: Words
  readonly around: Words
}

const known = new Map<string, Mistake | null>()
const MOST_KNOWN = 2048

/** Throw the first mistake of an expression, if it has one. */
export function checkGrammar(source: string): void {
  let first = known.get(source)
  if (first === undefined) {
    first = firstMistake(source)
    if (known.size >= MOST_KNOWN) known.clear()
    known.set(source, first)
  }
  if (first) throw new ExpressionSyntax(first.message, Math.max(0, Math.min(first.at, source.length - 1)))
}

function firstMistake(source: string): Mistake | null {
  const { tokens, slips } = grammarTokens(source)
  const found = [...slips, ...new Grammar(source, tokens).mistakes()]
  return found.reduce<Mistake | null>((one, other) => (one && one.at <= other.at ? one : other), null)
}

class Grammar extends GrammarReader {
  mistakes(): readonly Mistake[] {
    const end = words([END])
    this.expression({ next: end, around: end })
    this.take(END, end)
    return this.found
  }

  private expression(after: After): Part | null {
    const start = this.token
    const next = words(after.next, '?')
    const part = this.operation(OPERATORS, { next, around: words(after.around, '?') })
    if (!this.is('?')) return part
    const { start: at } = this.step()
    const inner = words(':')
    this.operation(OPERATORS, { next: inner, around: words(after.around, inner) })
    if (this.take(':', START) === null) {
      this.say('Incomplete `ExprContext` for `_?_:_` expression!', start.start)
      return this.recover(after.around)
    }
    this.expression(after)
    return { is: 'other', at }
  }

  /** Operands with what joins them. */
  private operation(operators: Words, after: After): Part | null {
    const inside: After = {
      next: words(AFTER_OPERAND, after.next),
      around: words(operators, after.around),
    }
    let part = this.unary(inside)
    while (operators.has(this.token.kind)) {
      const { start } = this.step()
      this.unary(inside)
      part = { is: 'other', at: start }
    }
    return part
  }

  private unary(after: After): Part | null {
    if (!this.sync(START)) return this.recover(after.around)
    const sign = this.token
    if (!this.is('!', '-') || (sign.kind === '-' && NUMBERS.has(this.ahead().kind))) return this.member(after)
    if (sign.kind === '-' && (!START.has(this.ahead().kind) || this.ahead().kind === '!'))
      return this.noWay(sign, this.ahead(), after.around)
    while (this.is(sign.kind) && !(sign.kind === '-' && NUMBERS.has(this.ahead().kind))) this.step()
    if (!START.has(this.token.kind)) {
      this.odd(this.token)
      this.recover(words(START, after.around))
    }
    this.member(after)
    return { is: 'other', at: sign.start }
  }

  private member(after: After): Part | null {
    const { start } = this.token
    let part = this.primary({ next: after.next, around: words(after.around, '. [') })
    while (this.is('.', '[')) {
      const more = this.is('.') ? this.select(after) : this.index(start, after)
      if (more === null) return part
      part = more
    }
    return part
  }

  private select(after: After): Part | null {
    const dot = this.token
    const field = this.ahead()
    if (field.kind !== '?' && !FIELD.has(field.kind)) return this.noWay(dot, field, after.around)
    this.step()
    if (field.kind === '?') {
      this.say("unsupported syntax '.?'", dot.start)
      this.step()
      if (!this.sync(FIELD)) return this.recover(after.around)
      this.step()
      return { is: 'member', at: dot.start }
    }
    this.step()
    if (field.kind !== 'name' || !this.is('(')) return { is: 'member', at: dot.start }
    const open = this.token
    const { given, closed } = this.parts(after)
    this.checkMacro(field.text, given)
    return closed ? { is: 'other', at: open.start } : null
  }

  private checkMacro(name: string, given: readonly Part[]): void {
    const counts: Readonly<Record<string, readonly number[]>> = {
      all: [2],
      exists: [2],
      exists_one: [2],
      filter: [2],
      map: [2, 3],
    }
    const [first] = given
    if (!Object.hasOwn(counts, name) || !counts[name]?.includes(given.length)) return
    if (first && first.is !== 'name') this.say('argument must be a simple name', first.at)
  }

  private index(start: number, after: After): Part | null {
    const open = this.step()
    if (!this.sync(words(START, '?'))) {
      this.say('Incomplete `IndexContext`!', start)
      return this.recover(after.around)
    }
    if (this.is('?')) {
      this.say("unsupported syntax '[?'", open.start)
      this.step()
    }
    const close = words(']')
    this.expression({ next: close, around: words(after.around, close) })
    if (this.take(']', after.next) === null) return this.recover(after.around)
    return { is: 'other', at: open.start }
  }

  /** `( … )` behind a name: what stands in it. */
  private parts(after: After): { given: Part[]; closed: boolean } {
    this.step()
    const given: Part[] = []
    const next = words(', )')
    const inside = { next, around: words(after.around, next) }
    const part = () => {
      const { start } = this.token
      given.push(this.expression(inside) ?? { is: 'other', at: start })
    }
    let closed = this.sync(words(START, ')'))
    if (closed && !this.is(')')) {
      part()
      while (this.is(',')) {
        this.step()
        part()
      }
    }
    closed &&= this.take(')', after.next) !== null
    if (!closed) this.recover(after.around)
    return { given, closed }
  }

  private primary(after: After): Part | null {
    const { token } = this
    if (token.kind === '(') return this.nested(after)
    if (token.kind === '[') return this.list(after)
    if (token.kind === '{') return this.map(after)
    if (token.kind === 'name' || token.kind === '.') return this.named(after)
    return this.literal(after)
  }

  private nested(after: After): Part | null {
    this.step()
    const close = words(')')
    const part = this.expression({ next: close, around: words(after.around, close) })
    return this.take(')', after.next) === null ? this.recover(after.around) : part
  }

  private literal(after: After): Part | null {
    const sign = this.token
    if (sign.kind === '-') {
      if (!NUMBERS.has(this.ahead().kind)) return this.noWay(sign, this.ahead(), after.around)
      this.step()
    }
    if (!LITERALS.has(this.token.kind)) {
      this.odd(this.token)
      return this.recover(after.around)
    }
    const value = this.step()
    const limit = sign.kind === '-' ? 2n ** 63n : 2n ** 63n - 1n
    if (value.kind === 'int' && BigInt(value.text) > limit) this.say('invalid int literal', value.start)
    if (value.kind === 'uint' && BigInt(value.text.slice(0, -1)) >= 2n ** 64n)
      this.say('invalid uint literal', value.start)
    if (value.kind === 'float' && !Number.isFinite(Number(value.text)))
      this.say('invalid double literal', value.start)
    return { is: 'other', at: value.start }
  }

  private named(after: After): Part | null {
    const first = this.token
    if (first.kind === '.') {
      if (this.ahead().kind !== 'name') return this.noWay(first, this.ahead(), after.around)
      this.step()
    }
    const name = this.token
    if (this.opensMessage()) return this.message(after)
    this.step()
    if (!this.is('(')) {
      if (RESERVED.has(name.text)) this.say(`reserved identifier: ${name.text}`, name.start)
      return { is: 'name', at: name.start }
    }
    const open = this.token
    const { given, closed } = this.parts(after)
    const [only] = given
    const isHas = name.text === 'has' && first.kind !== '.' && given.length === 1
    if (isHas && only && only.is !== 'member') this.say('invalid argument to has() macro', only.at)
    return closed ? { is: 'other', at: open.start } : null
  }

  /** A name with its members, and then `{`. */
  private opensMessage(): boolean {
    let count = 1
    while (this.ahead(count).kind === '.' && this.ahead(count + 1).kind === 'name') count += 2
    return this.ahead(count).kind === '{'
  }

  private message(after: After): Part | null {
    while (!this.is('{')) this.step()
    const open = this.step()
    if (!this.sync(words(FIELD, '? , }'))) return this.recover(after.around)
    const inside = words(', }')
    while (this.is('name', 'escaped', '?')) {
      this.optional()
      if (!this.sync(FIELD)) break
      this.step()
      if (this.take(':', START) === null) break
      this.expression({ next: inside, around: words(after.around, inside) })
      if (!this.is(',') || !(FIELD.has(this.ahead().kind) || this.ahead().kind === '?')) break
      this.step()
    }
    return this.close('}', open, after)
  }

  private list(after: After): Part | null {
    const open = this.step()
    if (!this.sync(words(START, '? , ]'))) return this.recover(after.around)
    const next = words(', ]')
    while (!this.is(',', ']')) {
      this.optional()
      this.expression({ next, around: words(after.around, next) })
      if (!this.goesOn()) break
      this.step()
    }
    return this.close(']', open, after)
  }

  private map(after: After): Part | null {
    const open = this.step()
    if (!this.sync(words(START, '? , }'))) return this.recover(after.around)
    const [colon, next] = [words(':'), words(', }')]
    while (!this.is(',', '}')) {
      this.optional()
      this.expression({ next: colon, around: words(after.around, colon, next) })
      if (this.take(':', START) === null) {
        this.recover(words(after.around, next))
        break
      }
      this.expression({ next, around: words(after.around, next) })
      if (!this.goesOn()) break
      this.step()
    }
    return this.close('}', open, after)
  }

  private optional(): void {
    if (!this.is('?')) return
    this.say("unsupported syntax '?'", this.token.start)
    this.step()
  }

  /** Another item follows behind the comma. */
  private goesOn(): boolean {
    return this.is(',') && (START.has(this.ahead().kind) || this.ahead().kind === '?')
  }

  private close(mark: string, open: GrammarToken, after: After): Part | null {
    if (!this.sync(words([',', mark]))) return this.recover(after.around)
    if (this.is(',')) this.step()
    if (this.take(mark, after.next) === null) return this.recover(after.around)
    return { is: 'other', at: open.start }
  }
}

const RESERVED = words(
  'as break const continue else for function if import let package namespace return var void while',
)
