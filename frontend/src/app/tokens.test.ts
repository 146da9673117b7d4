import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const SRC = resolve(import.meta.dirname, '..')
const NUMBERS = ['tokens.css', 'measures.css']

const FORBIDDEN: [string, RegExp][] = [
  ['a colour', /#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab)\(\s*[\d.]/i],
  ['a time', /(?<![\w-])\d*\.?\d+m?s\b/],
  ['a font size', /font-size:\s*[\d.]+(?:px|rem|em)|font:[^;]*[\d.]+(?:px|rem)\s*\//],
]

const sheets = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.css') && !NUMBERS.some((name) => path.endsWith(name)))
  .map((path) => ({ path, text: readFileSync(join(SRC, path), 'utf8').replace(/\/\*.*?\*\//gs, '') }))

test.each(FORBIDDEN)('%s is written as a number in the token files only', (_what, pattern) => {
  const found = sheets.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line) => (pattern.test(line) ? [`${path}: ${line.trim()}`] : [])),
  )
  expect(found).toEqual([])
})
