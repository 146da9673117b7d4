import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter } from 'react-router'
import { afterEach, expect, test } from 'vitest'
import type { TaskState } from '@/entities/run'
import { freshTask } from '@/entities/run/state'
import type { RunStatus } from '@/shared/api/types'
import { payloadOf } from './payload'
import { TaskActs } from './task-acts'

const fetched = globalThis.fetch
const asked: { url: string; body: unknown }[] = []

function show(task: Partial<TaskState>, status: RunStatus) {
  globalThis.fetch = async (input) => {
    const request = input as Request
    asked.push({ url: new URL(request.url).pathname, body: await request.json() })
    return new Response(JSON.stringify({ run_id: 'run_2', repeated: false }), {
      status: 202,
      headers: { 'content-type': 'application/json' },
    })
  }
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <MemoryRouter>
          <TaskActs runId="run_1" task={{ ...freshTask('a', 'tool'), ...task }} status={status} />
        </MemoryRouter>
      </QueryClientProvider>
    </MantineProvider>,
  )
}

afterEach(() => {
  asked.length = 0
  globalThis.fetch = fetched
})

test('a held task is let go, stepped over or skipped', async () => {
  show({ status: 'held' }, 'waiting')
  await userEvent.click(screen.getByRole('button', { name: 'Step' }))
  await waitFor(() =>
    expect(asked).toEqual([{ url: '/api/v1/runs/run_1/release', body: { path: 'a', how: 'step' } }]),
  )
})

test('a task that waits for a message can be sent one, once', async () => {
  show({ status: 'waiting', message: 'payment' }, 'waiting')
  await userEvent.click(screen.getByLabelText(/Waits for the message/))
  await userEvent.paste('{"amount": 3}')
  await userEvent.click(screen.getByRole('button', { name: 'Send' }))
  await waitFor(() => expect(asked).toHaveLength(1))
  expect(asked[0]?.body).toMatchObject({ name: 'payment', payload: { amount: 3 } })
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Send' }).disabled).toBe(true)
})

test('an ended run goes again from a task', async () => {
  show({ status: 'completed', startedAt: 1 }, 'completed')
  await userEvent.click(screen.getByRole('button', { name: 'Run from here' }))
  await waitFor(() => expect(asked).toEqual([{ url: '/api/v1/runs/run_1/forks', body: { from_path: 'a' } }]))
})

test('a task that goes on offers nothing', () => {
  show({ status: 'running', startedAt: 1 }, 'running')
  expect(screen.queryAllByRole('button')).toEqual([])
})

test('what is no JSON is sent as text', () => {
  expect([payloadOf('7'), payloadOf('{"a":1}'), payloadOf('hello')]).toEqual([7, { a: 1 }, 'hello'])
})
