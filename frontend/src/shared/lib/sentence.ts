/** How the server writes values and names inside its sentences, so that both say the same. */

const PLAIN_LETTER = /^[\p{L}\p{M}\p{N}\p{P}\p{S} ]$/u
const SHORT: Readonly<Record<string, string>> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/** A text in quotes, odd letters as escapes. */
export function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'"
  let out = mark
  for (const letter of text) {
    if (letter === mark) out += `\\${letter}`
    else if (Object.hasOwn(SHORT, letter)) out += SHORT[letter]
    else out += PLAIN_LETTER.test(letter) ? letter : escaped(letter)
  }
  return out + mark
}

function escaped(letter: string): string {
  const code = letter.codePointAt(0) ?? 0
  const digits = code.toString(16)
  if (code < 0x100) return `\\x${digits.padStart(2, '0')}`
  return code < 0x10000 ? `\\u${digits.padStart(4, '0')}` : `\\U${digits.padStart(8, '0')}`
}

/** A number with a fraction, which keeps its point: `2.0`, `1e+16`. */
export function floatText(value: number): string {
  if (Object.is(value, -0)) return '-0.0'
  const [digits = '', power = '0'] = value.toExponential().split('e')
  const exponent = Number(power)
  if (exponent < -4 || exponent >= 16) {
    const sign = exponent < 0 ? '-' : '+'
    return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`
  }
  const text = String(value)
  return text.includes('.') ? text : `${text}.0`
}

/** How many letters a text has. */
export function lettersIn(text: string): number {
  let count = 0
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (code < 0xd800 || code > 0xdbff) count += 1
  }
  return count
}

const MOST_CANDIDATES = 400
const MOST_LETTERS = 64
const LIKE = 0.6
const MOST_SHOWN = 12

/** The known name that is most like `name`, or null. */
export function nearest(name: string, known: Iterable<string>): string | null {
  const names = [...known]
  if (lettersIn(name) > MOST_LETTERS || names.length > MOST_CANDIDATES) return null
  const letters = [...name]
  let best: string | null = null
  let score = LIKE
  for (const other of names.sort()) {
    const like = likeness([...other], letters)
    if (like >= score) [best, score] = [other, like]
  }
  return best
}

/** The share of letters that two names have in common, as runs in the same order; 0 to 1. */
function likeness(a: readonly string[], b: readonly string[]): number {
  const total = a.length + b.length
  // No more letters can be shared than the shorter one has.
  if (total === 0 || (2 * Math.min(a.length, b.length)) / total < LIKE) return total === 0 ? 1 : 0
  return (2 * shared(a, 0, a.length, b, 0, b.length)) / total
}

function shared(
  a: readonly string[],
  aFrom: number,
  aTo: number,
  b: readonly string[],
  bFrom: number,
  bTo: number,
): number {
  let [aBest, bBest, size] = [aFrom, bFrom, 0]
  let before = new Map<number, number>()
  for (let i = aFrom; i < aTo; i += 1) {
    const here = new Map<number, number>()
    for (let j = bFrom; j < bTo; j += 1) {
      if (a[i] !== b[j]) continue
      const run = (before.get(j - 1) ?? 0) + 1
      here.set(j, run)
      if (run > size) [aBest, bBest, size] = [i - run + 1, j - run + 1, run]
    }
    before = here
  }
  if (size === 0) return 0
  return size + shared(a, aFrom, aBest, b, bFrom, bBest) + shared(a, aBest + size, aTo, b, bBest + size, bTo)
}

/** The end of a sentence: the nearest word, or else what is known where that is not too much. */
export function orElse(word: string | null, known: Iterable<string> = [], what = 'known'): string {
  if (word !== null) return `; did you mean ${quote(word)}?`
  const names = [...known].sort()
  return names.length === 0 || names.length > MOST_SHOWN ? '.' : `; ${what}: ${names.join(', ')}.`
}
