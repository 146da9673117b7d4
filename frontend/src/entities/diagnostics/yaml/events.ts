/** Tokens -> events: what opens and closes, scalars and aliases, in the order of the text. */

import { Broken, type Place } from './cursor'
import { Scanner } from './scan'
import type { Token, TokenKind } from './tokens'

export interface YamlEvent {
  readonly kind: 'document' | 'map' | 'list' | 'map end' | 'list end' | 'scalar' | 'alias'
  readonly start: Place
  readonly end: Place
  readonly anchor: string | null
  readonly tag: string | null
  /** The text of a scalar. */
  readonly value: string
  /** What opens a scalar; '' = plain. */
  readonly style: string
  /** A scalar's letters say its type. */
  readonly typed: boolean
  readonly inBrackets: boolean
}

const CORE_TAG = 'tag:yaml.org,2002:'

/** Give every event of a text to `take`; throws `Broken` where the text is no YAML. */
export function parse(text: string, take: (event: YamlEvent) => void): void {
  new Parser(new Scanner(text), take).stream()
}

class Parser {
  private tags = new Map<string, string>()

  constructor(
    private readonly scanner: Scanner,
    private readonly take: (event: YamlEvent) => void,
  ) {}

  private at(one: TokenKind, two?: TokenKind, three?: TokenKind, four?: TokenKind): boolean {
    const { kind } = this.scanner.next
    return kind === one || kind === two || kind === three || kind === four
  }

  private say(kind: YamlEvent['kind'], start: Place, end: Place, more: Partial<YamlEvent> = {}): void {
    this.take({
      kind,
      start,
      end,
      anchor: null,
      tag: null,
      value: '',
      style: '',
      typed: false,
      inBrackets: false,
      ...more,
    })
  }

  private nothing(place: Place): void {
    this.say('scalar', place, place, { typed: true })
  }

  stream(): void {
    for (let first = true; !this.at('stream end'); first = false) {
      this.document(first)
      while (this.at('document end')) this.scanner.skip()
    }
  }

  /** Only the first document may start without `---`. */
  private document(first: boolean): void {
    const { start } = this.scanner.next
    const bare = first && !this.at('version', 'tag prefix', 'document start')
    if (!bare) {
      this.directives()
      if (!this.at('document start'))
        throw new Broken('did not find expected <document start>', this.scanner.next.start)
      this.say('document', start, this.scanner.next.end)
      this.scanner.skip()
    } else {
      this.tags = new Map()
      this.say('document', start, start)
    }
    if (
      !bare &&
      (this.at('version', 'tag prefix') || this.at('document start', 'document end', 'stream end'))
    )
      this.nothing(this.scanner.next.start)
    else this.value(true, false)
  }

  private directives(): void {
    this.tags = new Map()
    let versioned = false
    for (let next = this.scanner.next; this.at('version', 'tag prefix'); next = this.scanner.next) {
      if (next.kind === 'version') {
        if (versioned) throw new Broken('found duplicate %YAML directive', next.start)
        if (next.value !== '1.1' && next.value !== '1.2')
          throw new Broken('found incompatible YAML document', next.start)
        versioned = true
      } else {
        if (this.tags.has(next.value)) throw new Broken('found duplicate %TAG directive', next.start)
        this.tags.set(next.value, next.detail)
      }
      this.scanner.skip()
    }
  }

  /** Read one value; `indented`: lists and maps without brackets may start here. */
  private value(indented: boolean, besideKey: boolean): void {
    let next = this.scanner.next
    if (next.kind === 'alias') {
      this.scanner.skip()
      this.say('alias', next.start, next.end, { anchor: next.value })
      return
    }
    const { start } = next
    let end = start
    let anchor: string | null = null
    let tag: Token | null = null
    while ((anchor === null && next.kind === 'anchor') || (tag === null && next.kind === 'tag')) {
      if (next.kind === 'anchor') anchor = next.value
      else tag = next
      end = next.end
      this.scanner.skip()
      next = this.scanner.next
    }
    const named = tag === null ? null : this.tagOf(tag, start)
    const given = { anchor, tag: named }
    if (besideKey && next.kind === '-') {
      this.say('list', start, next.end, given)
      this.bareItems()
      return
    }
    if (next.kind === 'scalar') {
      this.scanner.skip()
      const typed = (next.detail === '' && named === null) || named === '!'
      this.say('scalar', start, next.end, { ...given, value: next.value, style: next.detail, typed })
      return
    }
    const act = this.collection(next.kind, indented)
    if (act) {
      const kind = next.kind === '[' || next.kind === 'list' ? 'list' : 'map'
      const inBrackets = next.kind === '[' || next.kind === '{'
      this.say(kind, start, next.end, { ...given, inBrackets })
      this.scanner.skip()
      act()
      return
    }
    if (anchor === null && tag === null)
      throw new Broken('did not find expected node content', next.start, start)
    this.say('scalar', start, end, { ...given, typed: tag === null })
  }

  private tagOf(tag: Token, start: Place): string {
    if (tag.value === '') return tag.detail
    const known = tag.value === '!!' ? CORE_TAG : tag.value === '!' ? '!' : undefined
    const prefix = this.tags.get(tag.value) ?? known
    if (prefix === undefined) throw new Broken('found undefined tag handle', tag.start, start)
    return prefix + tag.detail
  }

  private collection(kind: TokenKind, indented: boolean): (() => void) | null {
    if (kind === '[') return () => this.bracketList()
    if (kind === '{') return () => this.bracketMap()
    if (kind === 'list' && indented) return () => this.items()
    if (kind === 'map' && indented) return () => this.entries()
    return null
  }

  private close(kind: 'map end' | 'list end'): void {
    const { start, end } = this.scanner.next
    this.say(kind, start, end)
    this.scanner.skip()
  }

  private items(): void {
    while (this.at('-')) this.oneItem('-', 'end')
    if (!this.at('end')) throw new Broken("did not find expected '-' indicator", this.scanner.next.start)
    this.close('list end')
  }

  /** The items of a list that stands as far left as its key. */
  private bareItems(): void {
    while (this.at('-')) this.oneItem('-', '?', ':', 'end')
    const { start } = this.scanner.next
    this.say('list end', start, start)
  }

  private oneItem(one: TokenKind, two: TokenKind, three?: TokenKind, four?: TokenKind): void {
    const { end } = this.scanner.next
    this.scanner.skip()
    if (this.at(one, two, three, four)) this.nothing(end)
    else this.value(true, false)
  }

  private entries(): void {
    while (!this.at('end')) {
      if (!this.at('?')) throw new Broken('did not find expected key', this.scanner.next.start)
      this.entryPart()
      if (this.at(':')) this.entryPart()
      else this.nothing(this.scanner.next.start)
    }
    this.close('map end')
  }

  private entryPart(): void {
    const { end } = this.scanner.next
    this.scanner.skip()
    if (this.at('?', ':', 'end')) this.nothing(end)
    else this.value(true, true)
  }

  private bracketList(): void {
    for (let first = true; !this.at(']'); first = false) {
      if (!first) {
        this.comma("did not find expected ',' or ']'")
        if (this.at(']')) break
      }
      if (this.at('?')) this.pairInList()
      else this.value(false, false)
    }
    this.close('list end')
  }

  private comma(problem: string): void {
    if (!this.at(',')) throw new Broken(problem, this.scanner.next.start)
    this.scanner.skip()
  }

  private pairInList(): void {
    const { start, end } = this.scanner.next
    this.say('map', start, end, { inBrackets: true })
    this.scanner.skip()
    if (!this.at(':', ',', ']')) this.value(false, false)
    else {
      const at = this.scanner.next.end
      this.scanner.skip()
      this.nothing(at)
    }
    if (this.at(':')) {
      this.scanner.skip()
      if (!this.at(',', ']')) this.value(false, false)
      else this.nothing(this.scanner.next.start)
    } else this.nothing(this.scanner.next.start)
    const place = this.scanner.next.start
    this.say('map end', place, place)
  }

  private bracketMap(): void {
    for (let first = true; !this.at('}'); first = false) {
      if (!first) {
        this.comma("did not find expected ',' or '}'")
        if (this.at('}')) break
      }
      if (this.at('?')) {
        this.scanner.skip()
        if (!this.at(':', ',', '}')) this.value(false, false)
        else this.nothing(this.scanner.next.start)
        this.bracketValue()
      } else {
        this.value(false, false)
        this.nothing(this.scanner.next.start)
      }
    }
    this.close('map end')
  }

  private bracketValue(): void {
    const given = this.at(':')
    if (given) this.scanner.skip()
    if (given && !this.at(',', '}')) this.value(false, false)
    else this.nothing(this.scanner.next.start)
  }
}
