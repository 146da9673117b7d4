/** Anchors, aliases, tags and `%` lines. */

import { Broken, type Cursor, type Place } from './cursor'
import { type Token, token } from './tokens'

const WORD = /[A-Za-z0-9_-]*/y
const BLANKS = /[ \t]*/y
const COMMENT = /#[^\r\n]*/y
const DIGITS = /[0-9]*/y
const URI = /(?:[A-Za-z0-9_\-;/?:@&=+$.!~*'()]|%[\s\S]{0,2})*/y
const WHOLE_URI = /(?:[A-Za-z0-9_\-;/?:@&=+$.!~*'(),[\]]|%[\s\S]{0,2})*/y
const MOST_DIGITS = 9

/** `&name` or `*name`. */
export function anchor(cursor: Cursor): Token {
  const start = cursor.place
  const kind = cursor.is('*') ? 'alias' : 'anchor'
  cursor.skip()
  const name = cursor.take(WORD)
  if (name === '' || !(cursor.isGap() || cursor.isOneOf('?:,]}%@`')))
    throw new Broken('did not find expected alphabetic or numeric character', cursor.place, start)
  return token(kind, start, cursor.place, name)
}

/** `!name`, `!!name`, `!short!name` or `!<uri>`. */
export function tag(cursor: Cursor, inBrackets: boolean): Token {
  const start = cursor.place
  let handle = ''
  let suffix = ''
  if (cursor.is('<', 1)) {
    cursor.skip(2)
    suffix = uri(cursor, WHOLE_URI, '', start)
    if (!cursor.is('>')) throw new Broken("did not find the expected '>'", cursor.place, start)
    cursor.skip()
  } else {
    handle = tagHandle(cursor, start, false)
    if (handle.length > 1 && handle.endsWith('!')) suffix = uri(cursor, URI, '', start)
    else {
      suffix = uri(cursor, URI, handle, start)
      handle = '!'
      if (suffix === '') [handle, suffix] = ['', '!']
    }
  }
  if (!cursor.isGap() && !(inBrackets && cursor.is(',')))
    throw new Broken('did not find expected whitespace or line break', cursor.place, start)
  return token('tag', start, cursor.place, handle, suffix)
}

function tagHandle(cursor: Cursor, start: Place, inDirective: boolean): string {
  if (!cursor.is('!')) throw new Broken("did not find expected '!'", cursor.place, start)
  cursor.skip()
  const handle = `!${cursor.take(WORD)}`
  if (cursor.is('!')) {
    cursor.skip()
    return `${handle}!`
  }
  if (inDirective && handle !== '!') throw new Broken("did not find expected '!'", cursor.place, start)
  return handle
}

/** The letters of a tag behind its handle; `head` is a handle that turned out to be their start. */
function uri(cursor: Cursor, pattern: RegExp, head: string, start: Place): string {
  const [line, column, at] = [cursor.line, cursor.column, cursor.at]
  const letters = cursor.take(pattern)
  const bad = badEscape(letters)
  if (bad) {
    Object.assign(cursor, { line, column, at })
    cursor.skip(bad.at)
    throw new Broken(bad.problem, cursor.place, start)
  }
  if (letters === '' && head === '') throw new Broken('did not find expected tag URI', cursor.place, start)
  return head.slice(1) + (letters.includes('%') ? decodeURIComponent(letters) : letters)
}

/** The first `%XX` that is no letter: what is wrong with it, and where. */
function badEscape(letters: string): { problem: string; at: number } | null {
  for (let at = letters.indexOf('%'); at >= 0; at = letters.indexOf('%', at)) {
    let width = 0
    for (let left = 1; left > 0; left -= 1) {
      const octet = /^%([0-9A-Fa-f]{2})/.exec(letters.slice(at))
      if (!octet) return { problem: 'did not find URI escaped octet', at }
      const value = Number.parseInt(octet[1] ?? '', 16)
      if (width === 0) {
        width = value < 0x80 ? 1 : value >> 5 === 6 ? 2 : value >> 4 === 14 ? 3 : value >> 3 === 30 ? 4 : 0
        if (width === 0) return { problem: 'found an incorrect leading UTF-8 octet', at }
        left = width
      } else if (value >> 6 !== 2) return { problem: 'found an incorrect trailing UTF-8 octet', at }
      at += 3
    }
  }
  return null
}

/** A `%YAML` or `%TAG` line. */
export function directive(cursor: Cursor): Token {
  const start = cursor.place
  const fail = (problem: string) => new Broken(problem, cursor.place, start)
  cursor.skip()
  const name = cursor.take(WORD)
  if (name === '') throw fail('could not find expected directive name')
  if (!cursor.isGap()) throw fail('found unexpected non-alphabetical character')
  let found: Token
  if (name === 'YAML') found = version(cursor, start)
  else if (name === 'TAG') found = tagPrefix(cursor, start)
  else throw fail('found unknown directive name')
  cursor.take(BLANKS)
  cursor.take(COMMENT)
  if (!cursor.isBreakOrEnd()) throw fail('did not find expected comment or line break')
  if (cursor.isBreak()) cursor.skipBreak()
  return found
}

function version(cursor: Cursor, start: Place): Token {
  cursor.take(BLANKS)
  const major = digits(cursor, start)
  if (!cursor.is('.')) throw new Broken("did not find expected digit or '.' character", cursor.place, start)
  cursor.skip()
  const minor = digits(cursor, start)
  return token('version', start, cursor.place, `${major}.${minor}`)
}

function digits(cursor: Cursor, start: Place): number {
  const place = cursor.place
  const found = cursor.take(DIGITS)
  if (found === '') throw new Broken('did not find expected version number', cursor.place, start)
  if (found.length > MOST_DIGITS) {
    const at = { ...place, column: place.column + MOST_DIGITS, at: place.at + MOST_DIGITS }
    throw new Broken('found extremely long version number', at, start)
  }
  return Number(found)
}

function tagPrefix(cursor: Cursor, start: Place): Token {
  cursor.take(BLANKS)
  const handle = tagHandle(cursor, start, true)
  if (!cursor.isBlank()) throw new Broken('did not find expected whitespace', cursor.place, start)
  cursor.take(BLANKS)
  const prefix = uri(cursor, WHOLE_URI, '', start)
  if (!cursor.isGap()) throw new Broken('did not find expected whitespace or line break', cursor.place, start)
  return token('tag prefix', start, cursor.place, handle, prefix)
}
