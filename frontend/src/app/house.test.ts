import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const SRC = resolve(import.meta.dirname, '..')
const MOST_LINES = { '.tsx': 250, '.ts': 400, '.test.ts': 300, '.test.tsx': 300 }
const BANNED = /\b(workflow|pipeline|helpers?|utils?|manager)\b/i

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
  (path) => /\.tsx?$/.test(path) && !path.endsWith('schema.d.ts'),
)

test('no file is longer than the house allows', () => {
  const long = files.flatMap((path) => {
    const kind = /(\.test)?\.tsx?$/.exec(path)?.[0] as keyof typeof MOST_LINES
    const lines = readFileSync(join(SRC, path), 'utf8').split('\n').length - 1
    return lines > MOST_LINES[kind] ? [`${path}: ${lines}`] : []
  })
  expect(long).toEqual([])
})

test('no file is named with a word that says nothing', () => {
  expect(files.filter((path) => BANNED.test(path))).toEqual([])
})
