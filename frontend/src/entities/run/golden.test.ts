import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { RunEvent } from './events'
import { foldAll } from './fold'
import { emptyRun } from './state'

const JOURNALS = join(import.meta.dirname, '../../../../schemas/corpus/journals')

type Sum = {
  status: string
  outputs: unknown
  startedAt: number | null
  endedAt: number | null
  tasks: Record<string, Record<string, unknown>>
  calls: Record<string, string>
  approvals: Record<string, string>
  tokens: [number, number]
}

describe.each(readdirSync(JOURNALS))('the journals of version %s add up as on the server', (version) => {
  const folder = join(JOURNALS, version)
  const sums = JSON.parse(readFileSync(join(folder, 'sums.json'), 'utf8')) as Record<string, Sum>

  test.each(Object.entries(sums))('%s', (file, sum) => {
    const [, ...lines] = readFileSync(join(folder, file), 'utf8').trim().split('\n')
    const events = lines.slice(0, -1).map((line) => JSON.parse(line) as RunEvent)
    const run = foldAll(emptyRun('run'), events)
    expect(run).toMatchObject({
      status: sum.status,
      outputs: sum.outputs,
      startedAt: sum.startedAt,
      endedAt: sum.endedAt,
    })
    expect(run.tasks).toMatchObject(sum.tasks)
    expect(Object.keys(run.tasks)).toEqual(Object.keys(sum.tasks))
    expect(statuses(run.calls)).toEqual(sum.calls)
    expect(statuses(run.approvals)).toEqual(sum.approvals)
    expect([run.usage.input_tokens, run.usage.output_tokens]).toEqual(sum.tokens)
  })
})

function statuses(found: Readonly<Record<string, { status: string }>>): Record<string, string> {
  return Object.fromEntries(Object.entries(found).map(([id, { status }]) => [id, status]))
}
