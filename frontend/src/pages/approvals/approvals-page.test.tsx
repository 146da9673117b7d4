import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { createMemoryRouter, RouterProvider } from 'react-router'
import { beforeEach, expect, test, vi } from 'vitest'
import type { Approval } from '@/shared/api/types'
import { ApprovalsPage } from './approvals-page'

const question = (id: string, ask: string): Approval => ({
  approval_id: id,
  run_id: 'run_1',
  flow: 'release',
  title: 'Release',
  path: 'ship',
  kind: 'approval',
  ask,
  tool: null,
  args: null,
  proposed_args: null,
  why: null,
  rule: null,
  to: [],
  need: 1,
  status: 'open',
  by: null,
  reason: null,
  created_at: 1_790_000_000_000,
  expires_at: null,
  decided_at: null,
})

const posted: string[] = []

beforeEach(() => {
  posted.length = 0
  const open = [question('apr_1', 'Ship it?'), question('apr_2', 'Tell the team?')]
  vi.stubGlobal('fetch', async (request: Request) => {
    const { pathname, searchParams } = new URL(request.url)
    if (request.method === 'POST') posted.push(pathname)
    if (pathname.endsWith('/events')) return Response.json({ events: [], last_seq: 0, done: false })
    return Response.json({ approvals: searchParams.get('status') === 'open' ? open : [] })
  })
})

function show(address: string) {
  const router = createMemoryRouter([{ path: 'approvals/:approvalId?', element: <ApprovalsPage /> }], {
    initialEntries: [address],
  })
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider>
        <RouterProvider router={router} />
      </MantineProvider>
    </QueryClientProvider>,
  )
  return router
}

test('J and K move between several open questions', async () => {
  show('/approvals')
  expect(await screen.findByRole('heading', { name: 'Ship it?' })).toBeTruthy()
  await userEvent.keyboard('j')
  expect(await screen.findByRole('heading', { name: 'Tell the team?' })).toBeTruthy()
  await userEvent.keyboard('k')
  expect(await screen.findByRole('heading', { name: 'Ship it?' })).toBeTruthy()
})
