import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { EMPTY, TEMPLATES } from '../src/pages/flows/templates.ts'
import { type Studio, startStudio } from './studio.ts'

let studio: Studio

before(async () => {
  studio = await startStudio()
})

after(() => studio?.stop())

for (const template of [EMPTY, ...TEMPLATES])
  test(`the template "${template.name}" is a flow without problems`, async () => {
    const answer = await fetch(`${studio.url}/api/v1/flows/validate`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text: template.text('A "quoted" title: 1'), name: 'x' }),
    })
    const { diagnostics } = (await answer.json()) as { diagnostics: { message: string }[] }
    assert.deepEqual(diagnostics, [])
  })
