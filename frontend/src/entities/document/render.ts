/** Values -> YAML letters, only for what is new; what stands in a text is never printed again. */

import { parseDocument } from 'yaml'
import type { Json } from './read'

/** Write one scalar on one line; `flow` where it stands between braces or brackets. */
export function inline(value: Json, flow: boolean): string {
  if (typeof value === 'string') return isPlain(value, flow) ? value : quoted(value)
  if (value === null || typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return `[${value.map((item) => inline(item, true)).join(', ')}]`
  const pairs = Object.entries(value).map(([key, item]) => `${inline(key, true)}: ${inline(item, true)}`)
  return `{${pairs.join(', ')}}`
}

/** Letters that YAML, or one of its readers, does not take as they are; a line break of any kind is one. */
const ODD = /[^\P{Cc}\n\t]|[\u2028\u2029\uFEFF\uFFFE\uFFFF]/u

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    new RegExp(ODD.source, 'gu'),
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function isPlain(text: string, flow: boolean): boolean {
  if (text === '' || text !== text.trim() || /[\n\t]/.test(text) || ODD.test(text)) return false
  const probe = parseDocument(flow ? `{a: ${text}}` : `a: ${text}`, { version: '1.2', schema: 'core' })
  return probe.errors.length === 0 && probe.warnings.length === 0 && probe.get('a') === text
}

/** A text that reads well as a `|` literal: more than one line, nothing that a literal would change. */
export function isLiteral(text: string): boolean {
  return text.replace(/\n$/, '').includes('\n') && fitsLiteral(text)
}

/** Every letter of a text can stand in a `|` literal as it is, but for the last line break. */
export function fitsLiteral(text: string): boolean {
  const body = text.replace(/\n$/, '')
  return body !== '' && body === body.trim() && !/^[ \t]+$/m.test(body) && !ODD.test(body)
}

/** The lines of a literal's body, each indented; blank lines stay empty. */
export function literalBody(text: string, indent: string, eol: string): string {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => (line.trim() === '' ? '' : indent + line))
    .join(eol)
}

/** Write `key: value` for a block map whose keys stand at `indent`; no break at the end. */
export function entry(key: string, value: Json, indent: string, eol: string): string {
  const name = inline(key, false)
  if (typeof value === 'string' && isLiteral(value)) {
    return `${name}: |${eol}${literalBody(value, `${indent}  `, eol)}`
  }
  if (Array.isArray(value) && value.length > 0 && value.every(isMapLike)) {
    const column = `${indent}  `
    const items = value.map((item) => {
      const lines = Object.entries(item).map(([inner, part]) => entry(inner, part, `${column}  `, eol))
      return `${eol}${column}- ${lines.join(`${eol}${column}  `)}`
    })
    return `${name}:${items.join('')}`
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    const keys = Object.keys(value)
    if (keys.length === 0) return `${name}: {}`
    const inner = `${indent}  `
    return `${name}:${keys.map((part) => eol + inner + entry(part, value[part] ?? null, inner, eol)).join('')}`
  }
  return `${name}: ${inline(value, false)}`
}

function isMapLike(value: Json): value is { [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

export function eolOf(text: string): string {
  const at = text.indexOf('\n')
  return at > 0 && text[at - 1] === '\r' ? '\r\n' : '\n'
}
