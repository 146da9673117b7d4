import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, render, renderHook, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'
import { openDocument } from '@/entities/document/store'
import type { RunEvent } from '@/entities/run'
import { setBreakpoints } from '@/features/trial/breakpoints'
import { api } from '@/shared/api/client'
import type { FollowedRun } from './followed'
import { RunAsked } from './run-asked'
import { type Asking, useTrying } from './trying'

const TEXT = `name: Report
tasks:
  - {id: fetch, name: Fetch, tool: echo} # the notes
  - {id: check, name: Check, tool: echo}
`
const NOTHING: FollowedRun = {
  runId: null,
  store: null,
  run: undefined,
  missing: null,
  followed: { subscribe: () => () => undefined, state: () => null },
  looks: { subscribe: () => () => undefined, look: () => null },
}

afterEach(() => {
  setBreakpoints('report', [])
  vi.restoreAllMocks()
})

function open(text = TEXT) {
  const store = openDocument({ name: 'report', text, revision: 'r1', savedAt: 0 })
  const asked: Asking[] = []
  const { result } = renderHook(() => useTrying(store, 'report', NOTHING, (one) => asked.push(one)))
  return { store, asked, trying: result }
}

/** The form that a wish opens, and what it asks of the studio. */
function form(asking: Asking, { store, trying }: Pick<ReturnType<typeof open>, 'store' | 'trying'>) {
  const started: string[] = []
  const run = vi.spyOn(api, 'startRun').mockResolvedValue({ run_id: 'run_plain' })
  const trial = vi.spyOn(api, 'tryFlow').mockResolvedValue({ run_id: 'run_trial' })
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <RunAsked
          asking={asking}
          flow="report"
          store={store}
          saver={{ flush: async () => true, retry: () => undefined, stop: () => undefined } as never}
          trying={trying.current}
          shown={null}
          onStarted={(id) => started.push(id)}
          onClose={() => undefined}
        />
      </QueryClientProvider>
    </MantineProvider>,
  )
  return { run, trial, started }
}

const press = async (name: string) => userEvent.click(await screen.findByRole('button', { name }))

test('B sets a breakpoint on the selected card; the file does not change', async () => {
  const { store, trying } = open()
  act(() => store.getState().point(['check'], 'canvas'))
  await userEvent.keyboard('b')
  expect([...trying.current.breakpoints]).toEqual(['check'])
  expect(store.getState().text).toBe(TEXT)
  await userEvent.keyboard('b')
  expect(trying.current.breakpoints.size).toBe(0)
})

test('Shift+Enter asks for the selected task alone', async () => {
  const { store, asked } = open()
  act(() => store.getState().point(['fetch'], 'canvas'))
  await userEvent.keyboard('{Shift>}{Enter}{/Shift}')
  expect(asked).toEqual([{ how: 'only', path: 'fetch' }])
})

test('a pin is one edit of the file, and one step back takes it out', () => {
  const { store, trying } = open()
  act(() => trying.current.pin('fetch', { notes: ['one'] }))
  expect(store.getState().text).toBe(TEXT.replace('tool: echo} #', 'tool: echo, pin: {notes: [one]}} #'))
  expect([...trying.current.pinned]).toEqual(['fetch'])
  act(() => trying.current.pin('fetch', undefined))
  expect(store.getState().text).toBe(TEXT)
})

test('Run is plain without breakpoints and pins', async () => {
  const { run, trial, started } = form({ how: 'run' }, open())
  await press('Run')
  await waitFor(() => expect(started).toEqual(['run_plain']))
  expect(run).toHaveBeenCalledWith('report', {}, expect.any(String))
  expect(trial).not.toHaveBeenCalled()
})

test('Run is a trial where there are breakpoints, and says so; a person can run it plainly', async () => {
  setBreakpoints('report', ['check'])
  const { run, trial } = form({ how: 'run' }, open())
  await screen.findByText('A trial stops before Check. A plain run does not.')
  await press('Run')
  expect(trial).toHaveBeenCalledWith('report', {}, { breakpoints: ['check'], development: true })
  await userEvent.click(screen.getByRole('checkbox', { name: 'Run as a trial' }))
  await press('Run')
  await waitFor(() => expect(run).toHaveBeenCalledTimes(1))
})

test('Step holds the first task', async () => {
  const { trial } = form({ how: 'step' }, open())
  await press('Step')
  await waitFor(() => expect(trial).toHaveBeenCalledWith('report', {}, { step: true, development: true }))
})

test('one task alone takes what the last run gave, and tells which run', async () => {
  vi.spyOn(api, 'runs').mockResolvedValue({
    runs: [{ run_id: 'run_abcdef', created_at: 1 }],
    next: null,
  } as never)
  const events = [
    {
      seq: 1,
      run_id: 'run_abcdef',
      ts: 1,
      type: 'task.completed',
      path: 'fetch',
      attempt: 1,
      data: { kind: 'tool', output: 'notes' },
    },
  ] as unknown as RunEvent[]
  vi.spyOn(api, 'events').mockResolvedValue({ events: events as never, last_seq: 1, done: true })
  const { trial } = form({ how: 'only', path: 'check' }, open())
  expect((await screen.findByLabelText('Outputs that stand in for a run')).textContent).toBe(
    'From run abcdefFetch',
  )
  await press('Run')
  await waitFor(() =>
    expect(trial).toHaveBeenCalledWith('report', {}, { only: 'check', pins: { fetch: 'notes' } }),
  )
})

test('one task alone works without any run: those before it are skipped, which is said', async () => {
  vi.spyOn(api, 'runs').mockResolvedValue({ runs: [], next: null })
  const { trial } = form({ how: 'only', path: 'check' }, open())
  await screen.findByText('No run has an output of Fetch: it is skipped, and Check sees null.')
  await press('Run')
  await waitFor(() => expect(trial).toHaveBeenCalledWith('report', {}, { only: 'check', pins: {} }))
})
