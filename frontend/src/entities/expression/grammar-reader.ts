/** Goes through the letters of an expression, telling mistakes and reading over them. */

import { quote } from '@/shared/lib/sentence'
import { END, type GrammarToken } from './grammar-tokens'

export type Words = ReadonlySet<string>
export const words = (...groups: (string | Iterable<string>)[]): Words =>
  new Set(groups.flatMap((group) => (typeof group === 'string' ? group.split(' ') : [...group])))

export interface Mistake {
  readonly message: string
  readonly at: number
}

export class GrammarReader {
  private at = 0
  protected readonly found: Mistake[] = []
  private stuckAt = -1
  /** A mistake was told, and nothing has fitted since. */
  private lost = false

  constructor(
    private readonly source: string,
    private readonly tokens: readonly GrammarToken[],
  ) {}

  protected get token(): GrammarToken {
    return this.tokens[this.at] as GrammarToken
  }

  protected ahead(count = 1): GrammarToken {
    return this.tokens[Math.min(this.at + count, this.tokens.length - 1)] as GrammarToken
  }

  protected is(...kinds: string[]): boolean {
    return kinds.includes(this.token.kind)
  }

  protected step(): GrammarToken {
    const { token } = this
    this.lost = false
    if (token.kind !== END) this.at += 1
    return token
  }

  protected say(problem: string, at: number): void {
    this.found.push({ message: `The expression cannot be read: ${problem}.`, at })
  }

  protected odd(token: GrammarToken, text = token.text): void {
    if (this.lost) return
    this.lost = true
    const message =
      token.kind === END && text === ''
        ? 'The expression ends too early.'
        : `${quote(text)} does not fit here in the expression.`
    this.found.push({ message, at: token.start })
  }

  /** A mark must stand here; a letter too many or a mark too few are read over. */
  protected take(kind: string, after: Words): GrammarToken | null {
    if (this.is(kind)) return this.step()
    if (this.ahead().kind === kind && this.token.kind !== END) {
      this.odd(this.token)
      this.at += 1
      return this.step()
    }
    if (!after.has(this.token.kind) || kind === END) {
      this.odd(this.token)
      return null
    }
    if (this.token.kind === END) this.odd(this.token)
    else if (!this.lost) this.say(`missing '${kind}' at '${this.token.text}'`, this.token.start)
    this.lost = true
    return this.token
  }

  /** One of some letters must stand here; one too many is read over. */
  protected sync(wanted: Words): boolean {
    if (wanted.has(this.token.kind)) return true
    this.odd(this.token)
    if (this.token.kind === END || !wanted.has(this.ahead().kind)) return false
    this.step()
    return true
  }

  /** Read over what does not fit, up to what may follow. */
  protected recover(around: Words): null {
    if (this.stuckAt === this.at && this.token.kind !== END) this.at += 1
    while (this.token.kind !== END && !around.has(this.token.kind)) this.at += 1
    this.stuckAt = this.at
    return null
  }

  protected noWay(first: GrammarToken, last: GrammarToken, around: Words): null {
    this.odd(last, this.source.slice(first.start, last.start + last.text.length))
    return this.recover(around)
  }
}
