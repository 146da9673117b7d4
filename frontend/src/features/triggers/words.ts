/** What starts a flow by itself, in words. Pure. */

import type { Json, JsonObject, Trigger } from '@/shared/api/types'
import { duration } from '@/shared/lib/format'

/** One entry of `on:` as people read it; `rest` is what else it says. */
export interface Entry {
  readonly key: string
  readonly kind: 'schedule' | 'webhook'
  readonly title: string
  readonly rest: string
  /** The name of the secret that signs its calls; null where it has none. */
  readonly secret: string | null
}

const isObject = (value: Json | undefined): value is JsonObject =>
  value !== null && value !== undefined && typeof value === 'object' && !Array.isArray(value)

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '')

/** What the text of a flow has under `on:`, in the order in which triggers are numbered. */
export function entriesIn(on: Json): Entry[] {
  if (!isObject(on)) return []
  const { schedule } = on
  const times = Array.isArray(schedule) ? schedule : schedule === undefined ? [] : [schedule]
  const found = times.map((time, at) => scheduled(`schedule-${at + 1}`, time))
  if ('webhook' in on) found.push(called('webhook', isObject(on.webhook) ? on.webhook : {}))
  return found
}

/** The same of a trigger that is known to the studio. */
export const entryOf = ({ kind, name, spec }: Trigger): Entry =>
  kind === 'webhook' ? called(name, spec) : scheduled(name, spec)

function scheduled(key: string, time: Json): Entry {
  const spec = isObject(time) ? time : { cron: time }
  const every =
    typeof spec.every_ms === 'number' ? duration(spec.every_ms).replace(' 00s', '') : text(spec.every)
  const cron = text(spec.cron)
  return {
    key,
    kind: 'schedule',
    title: cron === '' ? `Every ${every}` : cron,
    rest: cron === '' ? '' : text(spec.timezone) || 'UTC',
    secret: null,
  }
}

function called(key: string, spec: JsonObject): Entry {
  return { key, kind: 'webhook', title: 'A call from outside', rest: '', secret: text(spec.secret) || null }
}
