/** What an expression reads, found in the data; where it is not there, what is there instead. */

import { nearest, quote } from '@/shared/lib/sentence'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type Scope = { [name: string]: Json }

/** An expression that gives nothing on this data; the message says why. */
export class ExpressionFailed extends Error {}

const MOST_SHOWN = 12

const isObject = (value: Json): value is Scope =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

export function lookUp(path: readonly string[], scope: Scope): Json {
  let value: Json = scope
  for (const [place, member] of path.entries()) {
    const known: boolean = Array.isArray(value)
      ? /^[0-9]+$/.test(member) && Number(member) < value.length
      : isObject(value) && Object.hasOwn(value, member)
    if (!known) throw new ExpressionFailed(missing(path, place, value))
    value = (value as Scope)[member] as Json
  }
  return value
}

function missing(path: readonly string[], place: number, owner: Json): string {
  const member = path[place] ?? ''
  if (place === 0) {
    const known = isObject(owner) ? Object.keys(owner).sort().join(', ') : ''
    return `There is nothing named ${quote(member)} here; there is ${known || 'nothing'}.`
  }
  const name = path.slice(0, place).join('.')
  if (isObject(owner)) {
    const names = Object.keys(owner)
    const near = nearest(member, names)
    const known = names.slice(0, MOST_SHOWN).join(', ') || 'no member at all'
    const tail = near === null ? `it has ${known}.` : `did you mean ${quote(near)}?`
    return `${name} has no member ${quote(member)}; ${tail}`
  }
  if (Array.isArray(owner) && /^[0-9]+$/.test(member))
    return `${name} has ${owner.length} items, so [${member}] is not there.`
  return `${name} is ${kindOf(owner)} and has no member ${quote(member)}.`
}

function kindOf(value: Json): string {
  if (typeof value === 'string') return 'text'
  return Array.isArray(value) ? 'a list' : JSON.stringify(value)
}
