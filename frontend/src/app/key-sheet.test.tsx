import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { MantineProvider } from '@mantine/core'
import { render, screen } from '@testing-library/react'
import { expect, test } from 'vitest'
import { Key } from '@/shared/ui/key'
import { KeySheet } from './key-sheet'

const SRC = resolve(import.meta.dirname, '..')
const source = (path: string) => readFileSync(join(SRC, path), 'utf8')

/** What each `useKeys({ … })` of a source listens for. */
function heard(text: string): string[] {
  return [...text.matchAll(/useKeys\(\s*\{([\s\S]*?)\}\s*(?:,[^,;]*)?\)\n/g)].flatMap(([, body = '']) =>
    [...body.matchAll(/(?:^|[\s{])(?:'([^']+)'|([a-z]\d?|enter)):\s/g)].map(
      ([, quoted, bare]) => quoted ?? bare ?? '',
    ),
  )
}

function shown(): Set<string> {
  render(
    <MantineProvider>
      <KeySheet open onClose={() => undefined} />
    </MantineProvider>,
  )
  const rows = [...screen.getByRole('dialog').querySelectorAll('dd')]
  const keys = rows.map((row) =>
    [...row.querySelectorAll('kbd')].map((key) => key.dataset.key?.toLowerCase() ?? ''),
  )
  return new Set(keys.flatMap((row) => [...row, row.join(' ')]))
}

// `=` is `+` without Shift.
const SAME = new Set(['='])

test('every key that a page listens for stands on the sheet', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => /\.tsx?$/.test(path))
  const wanted = files.filter((path) => !path.includes('.test.')).flatMap((path) => heard(source(path)))
  expect(wanted).toEqual(
    expect.arrayContaining(['n', '/', 'f2', 'mod+shift+z', 'g f', 'f', 'c', 'mod+enter']),
  )
  const sheet = shown()
  expect(wanted.filter((key) => !sheet.has(key) && !SAME.has(key))).toEqual([])
})

test('every key that the canvas itself listens for stands on the sheet', () => {
  const text = source('features/canvas/keys.ts')
  const named = [...text.matchAll(/event\.key(?:\.toLowerCase\(\))? === '([^']+)'|Arrow(\w+):/g)]
  const wanted = named.map(([, key, way]) => (way ?? (key === ' ' ? 'space' : key) ?? '').toLowerCase())
  expect(wanted).toEqual(expect.arrayContaining(['up', 'delete', 'escape', 'space', 'a']))
  const sheet = shown()
  expect(wanted.filter((key) => !sheet.has(key === 'a' ? 'mod+a' : key))).toEqual([])
})

test('a plus between names parts keys, and alone it is one', () => {
  render(
    <>
      <Key name="+" />
      <Key name="alt+enter" />
    </>,
  )
  expect([...document.querySelectorAll('kbd')].map((key) => key.textContent)).toEqual(['+', 'Alt ↵'])
})
