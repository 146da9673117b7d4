/** The run form: JSON Schemas of a flow's inputs -> fields, and what was typed -> values. Pure. */

import { jsonOf, mapIn, namesIn, type Reading } from '@/entities/document/read'
import type { Json, JsonObject } from '@/shared/api/types'

export type FieldKind = 'text' | 'long' | 'number' | 'integer' | 'switch' | 'choice' | 'folder' | 'json'

export interface Field {
  readonly name: string
  readonly title: string
  readonly description: string
  readonly kind: FieldKind
  readonly required: boolean
  readonly choices: readonly string[]
  /** What stands in the field at first. */
  readonly initial: string
  /** The flow itself says what it is unless a person does. */
  readonly defaulted: boolean
}

export function fieldsOf(reading: Reading): Field[] {
  const inputs = mapIn(reading, 'inputs')
  return namesIn(reading, 'inputs').map((name) => {
    const schema = inputs ? jsonOf(reading.yaml, inputs, name) : null
    return fieldOf(name, isObject(schema) ? schema : {})
  })
}

function isObject(value: Json): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

function fieldOf(name: string, schema: JsonObject): Field {
  const kind = kindOf(schema)
  const value = schema.default
  const text = (key: string) => (typeof schema[key] === 'string' ? schema[key] : '')
  return {
    name,
    title: text('title') || name,
    description: text('description'),
    kind,
    required: value === undefined && kind !== 'switch',
    choices: Array.isArray(schema.enum) ? schema.enum.map(String) : [],
    defaulted: value !== undefined,
    initial: value === undefined ? (kind === 'switch' ? 'false' : '') : asText(value),
  }
}

/** A value as it stands in a field. */
export function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function kindOf(schema: JsonObject): FieldKind {
  if (Array.isArray(schema.enum)) return 'choice'
  switch (schema.type) {
    case 'boolean':
      return 'switch'
    case 'integer':
    case 'number':
      return schema.type
    case 'object':
    case 'array':
      return 'json'
    case 'string':
      if (schema.format === 'folder') return 'folder'
      return schema.format === 'text' || (typeof schema.default === 'string' && schema.default.includes('\n'))
        ? 'long'
        : 'text'
    default:
      return isObject(schema.default ?? null) || Array.isArray(schema.default) ? 'json' : 'text'
  }
}

/** What a folder in the form stands for, where it is relative, and what the run may do with it. */
export function folderWords(path: string): string {
  const lent = 'Lent read-only to this run.'
  const relative = path.trim() !== '' && !/^[/~]/.test(path.trim())
  return relative ? `Relative to the flow's folder. ${lent}` : lent
}

export interface Typed {
  readonly values: JsonObject
  readonly errors: { readonly [name: string]: string }
}

/** Read what was typed. An empty field that has a default is left to the default. */
export function readTyped(fields: readonly Field[], typed: { readonly [name: string]: string }): Typed {
  const values: JsonObject = {}
  const errors: { [name: string]: string } = {}
  for (const field of fields) {
    const text = typed[field.name] ?? ''
    // A default that nobody touched is the flow's choice, not the person's: the server bounds what it may be.
    if (field.defaulted && text === field.initial) continue
    if (text.trim() === '' && field.kind !== 'switch') {
      if (field.required) errors[field.name] = `${field.title} is needed.`
      // Clearing a text that has a default means an empty text.
      else if (field.initial !== '' && (field.kind === 'text' || field.kind === 'long'))
        values[field.name] = ''
      continue
    }
    const value = valueOfField(field, text)
    if (value === undefined) errors[field.name] = WRONG[field.kind] ?? 'This cannot be read.'
    else values[field.name] = value
  }
  return { values, errors }
}

const WRONG: Partial<Record<FieldKind, string>> = {
  integer: 'Write a whole number.',
  number: 'Write a number.',
  json: 'Write JSON, such as ["a", "b"].',
}

function valueOfField(field: Field, text: string): Json | undefined {
  switch (field.kind) {
    case 'switch':
      return text === 'true'
    case 'integer':
      return /^[-+]?\d+$/.test(text.trim()) ? Number(text) : undefined
    case 'number':
      return Number.isFinite(Number(text)) ? Number(text) : undefined
    case 'json':
      try {
        return JSON.parse(text) as Json
      } catch {
        return undefined
      }
    default:
      return text
  }
}
