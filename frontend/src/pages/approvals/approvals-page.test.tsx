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
    if (pathname.endsWith('/apr_old'))
      return Response.json({ ...open[0], approval_id: 'apr_old', ask: 'Old?', status: 'denied' })
    if (/approvals\/apr_/.test(pathname))
      return Response.json({ error: 'not_found', detail: 'There is no approval apr_x.' }, { status: 404 })
    return Response.json({ approvals: searchParams.get('status') === 'open' ? open : [] })
  })
})

function show(address: string) {
  const router = createMemoryRouter([{ path: 'approvals/:approvalId?', element: <ApprovalsPage /> }], {
    initialEntries: [address],
  })
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
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

test('an address that names no question says so, opens no other, and A decides nothing', async () => {
  const router = show('/approvals/apr_x')
  expect(await screen.findByRole('heading', { name: 'No such approval.' })).toBeTruthy()
  expect(screen.queryByRole('heading', { name: 'Ship it?' })).toBeNull()
  await userEvent.keyboard('a')
  expect(posted).toEqual([])
  await userEvent.click(screen.getByRole('link', { name: 'Open the inbox' }))
  await waitFor(() => expect(router.state.location.pathname).toBe('/approvals'))
  expect(await screen.findByRole('heading', { name: 'Ship it?' })).toBeTruthy()
})

test('a decided question that has left the lists still opens at its address', async () => {
  show('/approvals/apr_old')
  expect(await screen.findByRole('heading', { name: 'Old?' })).toBeTruthy()
  expect(screen.queryByRole('button', { name: /^Approve/ })).toBeNull()
})
