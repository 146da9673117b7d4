/** Texts with `${{ EXPR }}` in them, as `agentry.flow.template` takes them apart. */

const OPEN = '${{'
const STRING = /^(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/

/** The one expression that is the whole text but for white space around it, or null. */
export function loneOf(text: string): string | null {
  const from = text.indexOf(OPEN)
  if (from < 0 || text.slice(0, from).trim() !== '') return null
  const start = from + OPEN.length
  const end = endOf(text, start)
  return end !== null && text.slice(end + 2).trim() === '' ? text.slice(start, end) : null
}

/** An expression closes at the first `}}` that is in no string and closes no `{` of its own. */
function endOf(text: string, start: number): number | null {
  let depth = 0
  for (let at = start; at < text.length; ) {
    if (depth === 0 && text.startsWith('}}', at)) return at
    const quoted = STRING.exec(text.slice(at))
    if (text[at] === '{') depth += 1
    else if (text[at] === '}') depth = Math.max(0, depth - 1)
    at += quoted ? quoted[0].length : 1
  }
  return null
}

/** An expression as a key such as `if` holds it, without its `${{ }}`; null for what is none. */
export function expressionOf(value: unknown): string | null {
  if (typeof value === 'boolean') return String(value)
  if (typeof value !== 'string') return null
  if (!value.includes(OPEN)) return value.trim()
  return loneOf(value)?.trim() ?? 'true'
}
