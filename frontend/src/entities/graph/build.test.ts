import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { read } from '../document/read'
import { build } from './build'

const CORPUS = join(import.meta.dirname, '../../../../schemas/corpus')
const cases = existsSync(CORPUS)
  ? readdirSync(CORPUS)
      .filter((file) => file.endsWith('.graph.json'))
      .map((file) => file.replace('.graph.json', ''))
  : []

describe('the corpus that Python and TypeScript share', () => {
  test('has cases', () => expect(cases.length).toBeGreaterThan(0))

  test.each(cases)('%s draws the same graph', (name) => {
    const text = readFileSync(join(CORPUS, `${name}.flow.yaml`), 'utf8')
    const expected = JSON.parse(readFileSync(join(CORPUS, `${name}.graph.json`), 'utf8')) as unknown
    expect(build(read(text), name)).toEqual(expected)
  })
})

test('a list in order chains by itself; a parallel one starts together; `needs` speaks over both', () => {
  const text = `
tasks:
  - {id: a, tool: echo}
  - id: p
    parallel:
      - {id: x, tool: echo}
      - {id: y, tool: echo, needs: [x, nobody]}
  - {id: c, tool: echo, needs: []}
  - tool: echo
`
  expect(build(read(text), 'flow').edges).toEqual([
    { from: 'a', to: 'p' },
    { from: 'p/x', to: 'p/y' },
    { from: 'c', to: 'tool-4' },
  ])
})
