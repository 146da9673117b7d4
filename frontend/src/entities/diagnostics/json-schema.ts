/** JSON Schemas inside a flow (`inputs`, `output`, `form`): the slips people make, found early. */

import { floatText, nearest, orElse, quote } from '@/shared/lib/sentence'
import { type Findings, use } from './findings'
import { TYPES } from './language'
import { type Read, wrong } from './shape'
import { spanOf, toJson, type Yaml, type YamlMap } from './yaml/tree'

const WITH_SCHEMAS = ['properties', '$defs', 'patternProperties']
const OTHER_NAMES: Readonly<Record<string, string>> = {
  text: 'string',
  str: 'string',
  int: 'integer',
  float: 'number',
  bool: 'boolean',
  list: 'array',
  map: 'object',
  dict: 'object',
}
const WANTED = 'a JSON Schema such as {type: string}'

/** A JSON Schema: its types are checked here, all of it when a run starts. */
export function readSchema(value: Yaml, what: string, found: Findings): Read {
  if (value.is !== 'map') return wrong(value, what, WANTED, found)
  check(value, what, found)
  return toJson(value)
}

function check(value: YamlMap, what: string, found: Findings): void {
  const types = typesOf(value, what, found)
  const standard = value.values.get('default')
  if (standard && types.length > 0 && !types.some((name) => fits(standard, name))) {
    const sentence = `${what}: the default is not of type ${types.join(' or ')}.`
    found.error('bad_schema', sentence, spanOf(standard))
  }
  for (const key of WITH_SCHEMAS) {
    const parts = value.values.get(key)
    if (!parts) continue
    if (parts.is === 'map') {
      for (const [name, part] of parts.values) readPart(part, `${what}: ${name}`, found)
    } else wrong(parts, `${what}: ${key}`, 'a map of names', found)
  }
  const items = value.values.get('items')
  if (items) readPart(items, `${what}: items`, found)
}

function readPart(value: Yaml, what: string, found: Findings): void {
  if (value.is === 'map') check(value, what, found)
  else if (value.is === 'list' || typeof value.value !== 'boolean') wrong(value, what, WANTED, found)
}

function typesOf(value: YamlMap, what: string, found: Findings): string[] {
  const written = value.values.get('type')
  if (!written) return []
  const known: string[] = []
  for (const name of written.is === 'list' ? written.items : [written]) {
    const word = name.is === 'scalar' ? name.value : null
    if (typeof word === 'string' && TYPES.includes(word)) {
      known.push(word)
      continue
    }
    // `type: null` is written so often without quotes that it is worth its own word.
    const shown = word === null ? 'null' : wordOf(name, word)
    const near = word === null ? "'null'" : (nearest(shown, TYPES) ?? ownEntry(OTHER_NAMES, shown))
    const tail = orElse(near, TYPES, 'the types are')
    found.error(
      'bad_schema',
      `${what} has the type ${quote(shown)}${tail}`,
      spanOf(name),
      use(near, spanOf(name)),
    )
  }
  return known
}

function wordOf(name: Yaml, word: boolean | number | string): string {
  if (typeof word === 'boolean') return word ? 'True' : 'False'
  if (typeof word === 'number') return name.is === 'scalar' && name.float ? floatText(word) : String(word)
  return word
}

function ownEntry(table: Readonly<Record<string, string>>, key: string): string | null {
  return Object.hasOwn(table, key) ? (table[key] ?? null) : null
}

/** Whether a written value is of a JSON Schema type. */
export function fits(value: Yaml, name: string): boolean {
  if (value.is === 'list') return name === 'array'
  if (value.is === 'map') return name === 'object'
  const written = value.value
  if (typeof written === 'boolean') return name === 'boolean'
  if (typeof written === 'string') return name === 'string'
  if (written === null) return name === 'null'
  return name === 'number' || (name === 'integer' && Number.isInteger(written))
}
