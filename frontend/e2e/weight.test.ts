import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'

const UI = resolve(import.meta.dirname, '../../backend/agentry/_ui')
const MOST_KB = 300

test('what the first page has to load weighs at most 300 kB gzipped', () => {
  const page = readFileSync(join(UI, 'index.html'), 'utf8')
  const loaded = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.js)"/g)].map((found) => found[1] ?? '')
  assert.ok(loaded.length > 0, 'index.html names no script')
  const bytes = loaded.reduce((sum, path) => sum + gzipSync(readFileSync(join(UI, path))).length, 0)
  assert.ok(bytes <= MOST_KB * 1000, `${Math.round(bytes / 1000)} kB: ${loaded.join(', ')}`)
})
