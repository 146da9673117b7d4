import type { Json, JsonObject } from '@/shared/api/types'

export type DiffLine = {
  /** Its place from the top, the only name a line has. */
  at: number
  /** The argument's name, on its first line only. */
  key: string
  text: string
  sign: '' | '-' | '+'
}

/** An argument as lines, the way a person would write it down. */
export function linesOf(value: Json): string[] {
  if (typeof value === 'string') return value.replace(/\n$/, '').split('\n')
  if (value !== null && typeof value === 'object' && JSON.stringify(value).length > 60)
    return JSON.stringify(value, null, 2).split('\n')
  return [JSON.stringify(value)]
}

/** The lines of what was proposed and what will run, argument by argument; equal lines stand once. */
export function diffArgs(proposed: JsonObject, chosen: JsonObject): DiffLine[] {
  const names = [...new Set([...Object.keys(proposed), ...Object.keys(chosen)])]
  const lines = names.flatMap((name) => {
    const before = name in proposed ? linesOf(proposed[name] ?? null) : []
    const after = name in chosen ? linesOf(chosen[name] ?? null) : []
    return keyed(name, diffLines(before, after))
  })
  return lines.map((line, at) => ({ ...line, at }))
}

/** How many arguments differ. */
export function differing(proposed: JsonObject, chosen: JsonObject): number {
  const names = new Set([...Object.keys(proposed), ...Object.keys(chosen)])
  return [...names].filter((name) => JSON.stringify(proposed[name]) !== JSON.stringify(chosen[name])).length
}

type Bare = Omit<DiffLine, 'key' | 'at'>

const MOST_LINES = 400

/** The shortest way from one list of lines to another. */
export function diffLines(before: string[], after: string[]): Bare[] {
  const minus = (text: string): Bare => ({ text, sign: '-' })
  const plus = (text: string): Bare => ({ text, sign: '+' })
  if (before.length > MOST_LINES || after.length > MOST_LINES)
    return [...before.map(minus), ...after.map(plus)]
  const same = longest(before, after)
  const out: Bare[] = []
  let [left, right] = [0, 0]
  while (left < before.length || right < after.length) {
    const [one, two] = [before[left], after[right]]
    if (one !== undefined && one === two) {
      out.push({ text: one, sign: '' })
      left += 1
      right += 1
    } else if (one !== undefined && (two === undefined || same(left + 1, right) >= same(left, right + 1))) {
      out.push(minus(one))
      left += 1
    } else if (two !== undefined) {
      out.push(plus(two))
      right += 1
    }
  }
  return out
}

/** Lengths of the longest common tail of lines, asked by place. */
function longest(before: string[], after: string[]): (left: number, right: number) => number {
  const wide = after.length + 1
  const table = new Uint16Array((before.length + 1) * wide)
  for (let left = before.length - 1; left >= 0; left -= 1)
    for (let right = after.length - 1; right >= 0; right -= 1)
      table[left * wide + right] =
        before[left] === after[right]
          ? (table[(left + 1) * wide + right + 1] ?? 0) + 1
          : Math.max(table[(left + 1) * wide + right] ?? 0, table[left * wide + right + 1] ?? 0)
  return (left, right) => table[left * wide + right] ?? 0
}

function keyed(name: string, lines: Bare[]): Omit<DiffLine, 'at'>[] {
  const named = new Set<string>()
  return lines.map((line) => {
    const first = !named.has(line.sign) && !named.has('')
    named.add(line.sign)
    return { ...line, key: first ? name : '' }
  })
}
