/** What a card says of its task while editing: the first line of what it asks, is given, or follows. */

import { isMap, isScalar, type Scalar, type YAMLMap } from 'yaml'
import { durationText, parseDuration } from '../document/duration'
import { type Json, jsonOf, nodeAt, type Reading, type TaskReading, toJson } from '../document/read'
import { expressionOf, loneOf } from '../document/template'

const LETTERS = 120
const MOST_ITERATIONS = 100_000
const MOST_PARALLEL = 1000
const MOMENT = /^\d{4}-?\d\d-?\d\d[T ]\d\d(?::?\d\d(?::?\d\d(?:[.,]\d+)?)?)?(?:Z|[+-]\d\d(?::?\d\d){0,2})$/

export function noteOf(reading: Reading, task: TaskReading): string {
  const value = mainOf(reading, task)
  if (value === null || typeof value === 'object') return ''
  const lines = String(value)
    .split('\n')
    .map((line) => line.trim())
  const line = lines.find((letters) => letters !== '') ?? ''
  return [...line].slice(0, LETTERS).join('').trimEnd()
}

function mainOf(reading: Reading, task: TaskReading): Json {
  const { yaml } = reading
  const value = nodeAt(yaml, task.map, task.kind)
  const get = (key: string): Json => (isMap(value) ? jsonOf(yaml, value as YAMLMap, key) : null)
  switch (task.kind) {
    case 'agent':
      return jsonOf(yaml, task.map, 'input')
    case 'tool': {
      const args = nodeAt(yaml, task.map, 'with')
      const first = isMap(args) ? args.items[0]?.value : null
      return isScalar(first) ? (exactly(first) ?? toJson(yaml, first)) : null
    }
    case 'approval':
      return get('ask')
    case 'condition':
      return expressionOf(get('if')) ?? expressionOf(get('on'))
    case 'loop':
      return loopRule(get)
    case 'wait':
      return waitRule(get)
    case 'flow': {
      const path = value === null ? null : toJson(yaml, value)
      return typeof path === 'string' ? path : ''
    }
    default:
      return null
  }
}

/** The digits of a whole number that is too large for a number here; null for everything else. */
function exactly(scalar: Scalar): string | null {
  const large = typeof scalar.value === 'number' && Math.abs(scalar.value) > Number.MAX_SAFE_INTEGER
  return large && /^[-+]?\d+$/.test(scalar.source ?? '') ? BigInt(scalar.source ?? 0).toString() : null
}

function loopRule(get: (key: string) => Json): string | null {
  const each = get('for_each')
  const listed = Array.isArray(each) ? `${each.length} items` : textual(each)
  if (listed !== null) return `for_each ${listed}${most(get('max_parallel'), 2, MOST_PARALLEL)}`
  const test = expressionOf(get('while'))
  if (test !== null) return `while ${test}${most(get('max_iterations'), 1, MOST_ITERATIONS)}`
  const times = get('times')
  if (typeof times === 'number') return whole(times, 0, MOST_ITERATIONS) ? `times ${times}` : null
  return textual(times) === null ? null : `times ${textual(times)}`
}

function waitRule(get: (key: string) => Json): string | null {
  const length = get('for')
  const ms = typeof length === 'string' ? parseDuration(length) : null
  if (ms !== null) return `for ${durationText(ms)}`
  const until = get('until')
  if (typeof until === 'string' && (until.includes('${{') || MOMENT.test(until.trim()))) {
    return `until ${loneOf(until)?.trim() ?? until}`
  }
  const message = get('message')
  return typeof message === 'string' ? `message ${message}` : null
}

const textual = (value: Json): string | null => (typeof value === 'string' ? expressionOf(value) : null)
const whole = (value: number, least: number, limit: number) =>
  Number.isInteger(value) && value >= least && value <= limit
const most = (value: Json, least: number, limit: number): string =>
  typeof value === 'number' && whole(value, least, limit) ? `, max ${value}` : ''
