/** Text -> YAML tree under caps on depth, aliases and size; a text that is no YAML gives a finding and no tree. */

import type { Diagnostic, Span } from '@/shared/api/types'
import { lettersIn, quote } from '@/shared/lib/sentence'
import { LIMITS } from '../language'
import { BadScalar, coreValue } from './core'
import { Broken, type Place } from './cursor'
import { parse, type YamlEvent } from './events'
import { syntaxFinding } from './syntax'
import {
  list,
  map,
  placeIn,
  scalar,
  spanFrom,
  spanOf,
  type Yaml,
  type YamlList,
  type YamlMap,
  type YamlScalar,
} from './tree'

export interface Loaded {
  readonly root: Yaml | null
  readonly findings: readonly Diagnostic[]
}

const BAD_LETTER =
  /[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\u{10000}-\u{10ffff}]|[\u2028\u2029]|\r(?!\n)/gu
const PROPERTIES = /(?:[&!][^\s]*\s+)+/y
const HEADER = /^[|>][-+0-9]*/
const COLLECTION_TAGS = [null, '!', 'tag:yaml.org,2002:map', 'tag:yaml.org,2002:seq']

export function load(text: string): Loaded {
  const refused = refuse(text)
  if (refused) return { root: null, findings: [refused] }
  const builder = new Builder(text)
  try {
    parse(text, (event) => builder.take(event))
  } catch (error) {
    builder.root = null
    if (error instanceof Broken) builder.found.push(syntaxFinding(error, text))
    else if (!(error instanceof Stop)) throw error
  }
  return { root: builder.root, findings: builder.found }
}

function refuse(text: string): Diagnostic | null {
  const letters = text.length > LIMITS.text_letters ? lettersIn(text) : 0
  if (letters > LIMITS.text_letters) {
    const sentence = `This text has ${letters} letters; a flow may have ${LIMITS.text_letters}.`
    return finding('too_large', sentence, { line: 1, column: 1, end_line: 1, end_column: 1 })
  }
  BAD_LETTER.lastIndex = text.startsWith('\ufeff') ? 1 : 0
  const bad = BAD_LETTER.exec(text)
  if (!bad) return null
  const start = placeIn(text, { line: 1, column: 1, at: 0 }, bad.index)
  const code = (bad[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const instead = '\0\r'.includes(bad[0]) ? 'take it out' : `write it as \\u${code} in double quotes`
  const span = spanFrom(start, { ...start, column: start.column + 1 })
  return finding('bad_letter', `The letter U+${code} is not allowed in a flow; ${instead}.`, span)
}

function finding(code: string, message: string, span: Span): Diagnostic {
  return { code, severity: 'error', message, span, path: '', fix: null }
}

/** The text cannot be read further. */
class Stop extends Error {}

/** A list or map whose end is not seen yet; `key` waits for its value. */
interface Open {
  readonly tree: YamlList | YamlMap
  readonly anchor: string | null
  key: YamlScalar | null
  badKey: boolean
}

class Builder {
  root: Yaml | null = null
  readonly found: Diagnostic[] = []
  private readonly stack: Open[] = []
  private readonly anchors = new Map<string, Yaml>()
  private documents = 0

  constructor(private readonly text: string) {}

  take(event: YamlEvent): void {
    if (event.kind === 'scalar') this.scalar(event)
    else if (event.kind === 'alias') this.alias(event)
    else if (event.kind === 'map' || event.kind === 'list') this.open(event)
    else if (event.kind === 'document') this.document(event)
    else this.close(event)
  }

  private say(code: string, message: string, span: Span): void {
    if (this.found.length < LIMITS.findings) this.found.push(finding(code, message, span))
  }

  private stop(code: string, message: string, span: Span): Stop {
    this.say(code, message, span)
    return new Stop()
  }

  private document(event: YamlEvent): void {
    this.documents += 1
    if (this.documents === 1) return
    const sentence =
      "A file holds one flow; take out this '---' and what follows, or make it a file of its own."
    throw this.stop('second_document', sentence, spanFrom(event.start, event.end))
  }

  private scalar(event: YamlEvent): void {
    let { start, end } = event
    if (event.anchor !== null || event.tag !== null) start = this.afterProperties(start, end)
    if (event.style === '|' || event.style === '>') end = this.literalEnd(start, end)
    const tree = scalar(event.value, start, end, event.style)
    if (event.typed || event.tag !== null) {
      try {
        Object.assign(tree, coreValue(event.value, event.typed, event.tag))
      } catch (error) {
        if (!(error instanceof BadScalar)) throw error
        const span = error.code === 'unknown_tag' ? this.tagSpan(event) : spanOf(tree)
        this.say(error.code, error.message, span)
      }
    }
    if (event.anchor !== null) this.anchors.set(event.anchor, tree)
    this.add(tree, end)
  }

  /** Step over `&anchor` and `!tag`, which the parser counts as part of the value. */
  private afterProperties(start: Place, end: Place): Place {
    const letters = properties(this.text.slice(start.at, end.at), 0)
    return letters === '' ? start : placeIn(this.text, start, start.at + letters.length)
  }

  /** The letters of a value's anchor and tag. */
  private tagSpan({ start }: YamlEvent): Span {
    const letters = properties(this.text, start.at).trimEnd()
    return spanFrom(start, placeIn(this.text, start, start.at + letters.length))
  }

  /** A `|` or `>` text ends at its last letter: the parser ends it after the blank lines. */
  private literalEnd(start: Place, end: Place): Place {
    const source = this.text.slice(start.at, end.at)
    const lineEnd = source.indexOf('\n')
    const body = lineEnd < 0 ? '' : source.slice(lineEnd + 1).trimEnd()
    const letters = body === '' ? (HEADER.exec(source)?.[0].length ?? 1) : lineEnd + 1 + body.length
    return placeIn(this.text, start, start.at + letters)
  }

  private open(event: YamlEvent): void {
    const { start, end, inBrackets } = event
    if (this.stack.length >= LIMITS.text_depth) throw this.tooDeep(event)
    if (!COLLECTION_TAGS.includes(event.tag)) {
      const sentence = `The tag ${quote(event.tag ?? '')} is not allowed here; take it out.`
      this.say('unknown_tag', sentence, this.tagSpan(event))
    }
    const tree = event.kind === 'map' ? map(start, end, inBrackets) : list(start, end, inBrackets)
    this.stack.push({ tree, anchor: event.anchor, key: null, badKey: false })
  }

  private tooDeep(event: YamlEvent): Stop {
    const sentence = `This is nested more than ${LIMITS.text_depth} levels deep.`
    return this.stop('too_deep', sentence, spanFrom(event.start, event.end))
  }

  private close(event: YamlEvent): void {
    const done = this.stack.pop()
    if (!done) return
    if (done.tree.inBrackets) done.tree.end = event.end
    if (done.anchor !== null) this.anchors.set(done.anchor, done.tree)
    this.add(done.tree, done.tree.end)
  }

  private alias(event: YamlEvent): void {
    const name = event.anchor ?? ''
    const span = spanFrom(event.start, event.end)
    if (this.stack.some((waiting) => waiting.anchor === name))
      throw this.stop('alias_cycle', `'*${name}' stands inside what it names.`, span)
    let target = this.anchors.get(name)
    if (!target) {
      this.say('unknown_anchor', `'*${name}' names no anchor; write '&${name}' before it.`, span)
      target = scalar(null, event.start, event.end)
    }
    if (this.stack.length + target.height > LIMITS.text_depth) throw this.tooDeep(event)
    this.add(target, event.end)
  }

  private add(tree: Yaml, end: Place): void {
    const top = this.stack.at(-1)
    if (!top) {
      this.root = tree
      return
    }
    const owner = top.tree
    if (owner.is === 'map') {
      if (top.key === null && !top.badKey) {
        this.takeKey(top, tree)
        return
      }
      this.pair(top, owner, tree, end)
    } else owner.items.push(tree)
    if (!owner.inBrackets) owner.end = end
    owner.size += tree.size
    if (tree.height >= owner.height) owner.height = tree.height + 1
    if (owner.size > LIMITS.text_values) {
      const sentence = `With its aliases written out, this holds more than ${LIMITS.text_values} values.`
      throw this.stop('too_many_values', sentence, spanOf(owner))
    }
  }

  private takeKey(top: Open, tree: Yaml): void {
    if (tree.is === 'scalar') {
      top.key = tree
      return
    }
    top.badKey = true
    this.say('bad_key', 'A key must be text.', spanOf(tree))
  }

  private pair(top: Open, owner: YamlMap, tree: Yaml, end: Place): void {
    const { key } = top
    top.key = null
    top.badKey = false
    owner.lastEnd = end
    if (key === null) return
    const name = typeof key.value === 'string' ? key.value : this.text.slice(key.start.at, key.end.at)
    const first = owner.keys.get(name)
    if (first) {
      const sentence = `The key ${quote(name)} stands here again; the first is on line ${first.start.line}.`
      this.say('duplicate_key', sentence, spanOf(key))
      return
    }
    owner.keys.set(name, key)
    owner.values.set(name, tree)
  }
}

function properties(text: string, at: number): string {
  PROPERTIES.lastIndex = at
  return PROPERTIES.exec(text)?.[0] ?? ''
}
