/** Shapes of values: each reads a YAML value, says what does not fit, and gives its JSON. */

import type { Fix } from '@/shared/api/types'
import { nearest, orElse, quote } from '@/shared/lib/sentence'
import { type Findings, use } from './findings'
import { readSchema } from './json-schema'
import { type FieldsShape, LIMITS, type Shape } from './language'
import { isMoment } from './moment'
import { BAD, type Read, readText, wrong } from './shape'
import { readCron, readHook, readOneTime, readZone } from './triggers'
import { isDuration } from './units'
import { firstSpan, type Json, keySpan, spanOf, toJson, type Yaml, type YamlMap } from './yaml/tree'

type Named<Is extends Shape['is']> = Shape & { readonly is: Is }
type Reader<Is extends Shape['is']> = (shape: Named<Is>, value: Yaml, what: string, found: Findings) => Read

/** Read a value in a shape. */
export function readShape(shape: Shape, value: Yaml, what: string, found: Findings): Read {
  const read = READERS[shape.is] as Reader<Shape['is']>
  return read(shape, value, what, found)
}

const plainOf = (value: Yaml) => (value.is === 'scalar' ? value.value : undefined)
const isWhole = (value: Yaml): value is Yaml & { value: number } =>
  value.is === 'scalar' && typeof value.value === 'number' && !value.float

const READERS: { readonly [Is in Shape['is']]: Reader<Is> } = {
  Text: (shape, value, what, found) => readText(value, what, found, shape.wanted),
  Flag: (_, value, what, found) => {
    const given = plainOf(value)
    return typeof given === 'boolean' ? given : wrong(value, what, 'true or false', found)
  },
  Number: readNumber,
  Duration: readDuration,
  Choice: (shape, value, what, found) => readChoice(shape.words, value, what, found),
  Anything: (_, value) => toJson(value),
  AnyMap: (shape, value, what, found) =>
    value.is === 'map' ? toJson(value) : wrong(value, what, shape.of, found),
  ListOf: readList,
  MapOf: readMapOf,
  Either: (shape, value, what, found) => {
    const inner = { scalar: shape.for_scalar, list: shape.for_list, map: shape.for_map }[value.is]
    return inner ? readShape(inner, value, what, found) : wrong(value, what, shape.wanted, found)
  },
  Fields: (shape, value, what, found) =>
    value.is === 'map' ? readFields(shape, value, what, found) : wrong(value, what, shape.of, found),
  JsonSchema: (_, value, what, found) => readSchema(value, what, found),
  Cron: (_, value, what, found) => readCron(value, what, found),
  Zone: (_, value, what, found) => readZone(value, what, found),
  OneTime: (_, value, what, found) => readOneTime(value, what, found, readShape),
  Hook: (_, value, what, found) => readHook(value, what, found, readShape),
  // Lists of tasks are read elsewhere.
  Tasks: () => null,
  Cases: (_, value, what, found) =>
    value.is === 'map' ? null : wrong(value, what, 'a map such as {high: [...], low: [...]}', found),
  OnError: (_, value, what, found) =>
    value.is === 'list' ? 'do' : readChoice(['fail', 'continue', 'a list of tasks'], value, what, found),
  Plain: (_, value, what, found) =>
    plainOf(value) ?? wrong(value, what, 'a plain value, {secret: NAME} or {from: HOST_VAR}', found),
  Version: (_, value, _what, found) => {
    if (value.is === 'scalar' && value.value === 1) return 1
    found.error('bad_version', 'This release reads flows of version 1.', spanOf(value))
    return BAD
  },
  Condition: (_, value, what, found) => {
    const given = plainOf(value)
    if (typeof given === 'string' || typeof given === 'boolean') return given
    return wrong(value, what, "an expression such as tasks.plan.output != ''", found)
  },
  ListOrExpression: (_, value, what, found) => {
    const given = plainOf(value)
    if (value.is === 'list') return toJson(value)
    if (typeof given === 'string') return given
    return wrong(value, what, 'a list, or an expression such as inputs.files', found)
  },
  CountOrExpression: (_, value, what, found) => {
    const given = plainOf(value)
    if (typeof given === 'string') return given
    return readNumber({ is: 'Number', least: 0, most: LIMITS.iterations, whole: true }, value, what, found)
  },
  Moment: (_, value, what, found) => {
    const given = plainOf(value)
    if (typeof given === 'string' && (given.includes('${{') || isMoment(given.trim()))) return given
    return wrong(value, what, 'a time such as 2027-01-31T09:00:00Z, or ${{ }}', found)
  },
  Join: (_, value, what, found) => {
    if (isWhole(value) && value.value > 0) return value.value
    return readChoice(['all', 'any', 'a number from 1'], value, what, found)
  },
}

function readNumber(shape: Named<'Number'>, value: Yaml, what: string, found: Findings): Read {
  const { least, most = Number.POSITIVE_INFINITY, whole } = shape
  const given = plainOf(value)
  const fits = typeof given === 'number' && (!whole || isWhole(value)) && given >= least && given <= most
  if (fits) return given
  const span = `from ${least}${shape.most === undefined ? '' : ` to ${shape.most}`}`
  return wrong(value, what, `a ${whole ? 'whole ' : ''}number ${span}`, found)
}

function readDuration(_: Named<'Duration'>, value: Yaml, what: string, found: Findings): Read {
  const given = plainOf(value)
  if (typeof given === 'string' && isDuration(given)) return given
  const fix = isWhole(value) ? use(`${value.value}s`, spanOf(value)) : null
  return wrong(value, what, 'a duration such as 90s, 15m, 2h or 3d', found, fix)
}

function readChoice(words: readonly string[], value: Yaml, what: string, found: Findings): Read {
  const given = plainOf(value)
  if (typeof given === 'string' && words.includes(given)) return given
  const near = typeof given === 'string' ? nearest(given, words) : null
  return wrong(value, what, words.join(' or '), found, use(near, spanOf(value)))
}

/** A lone value where a list belongs gets brackets as its fix. */
function readList(shape: Named<'ListOf'>, value: Yaml, what: string, found: Findings): Read {
  if (value.is === 'list') {
    return value.items.flatMap((item, at) => {
      const read = readShape(shape.shape, item, `${what} ${at + 1}`, found)
      return read === BAD ? [] : [read]
    })
  }
  let fix: Fix | null = null
  if (value.is === 'scalar' && typeof value.value === 'string' && value.style === '')
    fix = use(`[${value.value}]`, spanOf(value))
  return wrong(value, what, shape.of, found, fix)
}

function readMapOf(shape: Named<'MapOf'>, value: Yaml, what: string, found: Findings): Read {
  if (value.is !== 'map') return wrong(value, what, shape.of, found)
  const entries = new Map<string, Json>()
  for (const [name, entry] of value.values) {
    if (name.startsWith('x-')) continue
    const read = readShape(shape.shape, entry, `${shape.noun || what} ${quote(name)}`, found)
    if (read !== BAD) entries.set(name, read)
  }
  return entries
}

const WHOLE = 'The flow'

/** Read each key with its shape; what is unknown, missing or broken is said and left out. */
export function readFields(
  shape: FieldsShape,
  value: YamlMap,
  what: string,
  found: Findings,
): Map<string, Json> {
  const entries = new Map<string, Json>()
  for (const [name, entry] of value.values) {
    const key = Object.hasOwn(shape.keys, name) ? shape.keys[name] : undefined
    if (!key) {
      unknownKey(shape, name, value, what, found)
      continue
    }
    if (key.idle) {
      const sentence = `${quote(name)} is read, but this release does not act on it yet.`
      found.warn('not_used_yet', sentence, keySpan(value, name))
    }
    const read = readShape(key.shape, entry, what ? `${what}: ${name}` : quote(name), found)
    if (read !== BAD) entries.set(name, read)
  }
  for (const [name, key] of Object.entries(shape.keys)) {
    if (key.missing !== undefined && !value.values.has(name)) {
      const sentence = `${what || WHOLE} has no ${quote(name)}; ${key.missing}`
      found.error('missing_key', sentence, firstSpan(value))
    }
  }
  return entries
}

export function unknownKey(
  shape: FieldsShape,
  name: string,
  value: YamlMap,
  what: string,
  found: Findings,
): void {
  if (name.startsWith('x-') || found.full) return
  const span = keySpan(value, name)
  if (name === '<<') {
    const sentence = "'<<' merges nothing in YAML 1.2; write the keys out, or alias a whole value."
    found.error('unknown_key', sentence, span)
    return
  }
  const elsewhere = shape.hidden && Object.hasOwn(shape.hidden, name) ? shape.hidden[name] : undefined
  if (elsewhere !== undefined) {
    found.error('unknown_key', elsewhere, span)
    return
  }
  const names = Object.keys(shape.keys)
  const near = nearest(name, names)
  const tail = near === null ? `; the keys are ${names.join(', ')}.` : orElse(near)
  const sentence = `${what || WHOLE} has no key ${quote(name)}${tail}`
  found.error('unknown_key', sentence, span, use(near, span))
}
