/** `on:` what starts a flow: cron lines, time zones, webhooks. Checked by letters alone. */

import { nearest, orElse, quote } from '@/shared/lib/sentence'
import { type Findings, use } from './findings'
import { SCHEDULE, WEBHOOK, ZONES } from './language'
import { BAD, type Read, type ReadShape, readText } from './shape'
import { firstSpan, spanOf, type Yaml } from './yaml/tree'

interface CronField {
  readonly noun: string
  readonly least: number
  readonly most: number
  readonly names: readonly string[]
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']
const CRON: readonly CronField[] = [
  { noun: 'minute', least: 0, most: 59, names: [] },
  { noun: 'hour', least: 0, most: 23, names: [] },
  { noun: 'day', least: 1, most: 31, names: [] },
  { noun: 'month', least: 1, most: 12, names: MONTHS },
  { noun: 'weekday', least: 0, most: 7, names: DAYS },
]
const SHORT = ['@hourly', '@daily', '@weekly', '@monthly', '@yearly']

/** What is wrong with a cron line, or null: five fields; names of months and days. */
function cronSlip(line: string): string | null {
  if (line.startsWith('@')) {
    if (SHORT.includes(line)) return null
    return `there is no ${quote(line)}${orElse(nearest(line, SHORT), SHORT, 'write')}`
  }
  const words = line.split(/\s+/).filter((word) => word !== '')
  if (words.length !== CRON.length)
    return `it has ${words.length} fields, and cron has five: minute, hour, day, month and weekday.`
  for (const [at, field] of CRON.entries()) {
    const word = words[at] ?? ''
    if (!word.split(',').every((piece) => pieceFits(piece, field)))
      return `${quote(word)} is no ${field.noun}; write ${field.least} to ${field.most}, or *.`
  }
  return null
}

function pieceFits(piece: string, field: CronField): boolean {
  const [span = '', step] = split(piece, '/')
  if (step !== undefined && !(/^[0-9]{1,3}$/.test(step) && Number(step) > 0)) return false
  if (span === '*' || (span.toUpperCase() === 'L' && field.noun === 'day' && step === undefined)) return true
  const [first = '', last] = split(span, '-')
  const start = numberOf(first, field)
  if (last === undefined) return start !== null
  const end = numberOf(last, field)
  return start !== null && end !== null && start <= end
}

function split(text: string, mark: string): string[] {
  const at = text.indexOf(mark)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)]
}

function numberOf(word: string, field: CronField): number | null {
  const named = field.names.indexOf(word.toUpperCase())
  if (named >= 0) return named + field.least
  if (!/^[0-9]{1,2}$/.test(word)) return null
  const value = Number(word)
  return value >= field.least && value <= field.most ? value : null
}

export function readCron(value: Yaml, what: string, found: Findings): Read {
  const line = readText(value, what, found, "a cron line such as '0 7 * * MON-FRI'")
  const slip = typeof line === 'string' ? cronSlip(line) : null
  if (slip === null) return line
  found.error('bad_cron', `${what} cannot be read: ${slip}`, spanOf(value))
  return BAD
}

export function readZone(value: Yaml, what: string, found: Findings): Read {
  const name = readText(value, what, found, 'a time zone such as Europe/Berlin')
  if (typeof name !== 'string' || ZONES.has(name)) return name
  const near = found.full ? null : nearZone(name)
  const sentence = `There is no time zone ${quote(name)}${orElse(near)}`
  found.error('bad_timezone', sentence, spanOf(value), use(near, spanOf(value)))
  return BAD
}

let places: ReadonlyMap<string, string> | null = null

/** Place -> time zone; the name with a continent wins. */
function placesOfZones(): ReadonlyMap<string, string> {
  const order = (zone: string) => (zone.includes('/') ? '1' : '0') + zone
  const ordered = [...ZONES].sort((a, b) => (order(a) < order(b) ? -1 : 1))
  places ??= new Map(ordered.map((zone) => [placeOf(zone), zone]))
  return places
}

const placeOf = (zone: string) => zone.slice(zone.lastIndexOf('/') + 1).toLowerCase()

/** Compare with the places of the same letter only: 600 names are too many for each slip. */
function nearZone(name: string): string | null {
  const place = placeOf(name.replaceAll(' ', '_'))
  if (place === '' || place.length > 40) return null
  const known = placesOfZones()
  const near = nearest(
    place,
    [...known.keys()].filter((other) => other[0] === place[0]),
  )
  return near === null ? null : (known.get(near) ?? null)
}

/** A cron line, or a map with `cron` or `every`. */
export function readOneTime(value: Yaml, what: string, found: Findings, read: ReadShape): Read {
  const given = read(
    { is: 'Either', wanted: 'a cron line or a map', for_scalar: { is: 'Cron' }, for_map: SCHEDULE },
    value,
    what,
    found,
  )
  if (value.is === 'map' && value.values.has('cron') === value.values.has('every')) {
    found.error('bad_form', `${what} needs either cron or every.`, firstSpan(value))
    return BAD
  }
  return given
}

/** A map, or nothing at all. */
export function readHook(value: Yaml, what: string, found: Findings, read: ReadShape): Read {
  if (value.is === 'scalar' && value.value === null) return new Map()
  return read(WEBHOOK, value, what, found)
}
