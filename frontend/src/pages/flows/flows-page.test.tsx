import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { MemoryRouter } from 'react-router'
import { expect, test, vi } from 'vitest'
import { FlowsPage } from './flows-page'

const flow = (name: string, status: string) => ({
  name,
  title: name,
  path: `${name}.yaml`,
  revision: '1',
  errors: 0,
  warnings: 0,
  problem: null,
  last_run: { run_id: `run_${name}`, flow: name, status, created_at: 1_790_000_000_000 },
  recent: [],
  p50_ms: null,
  p50_cost_usd: null,
  starts: 'By hand',
  edited_at: 1_790_000_000_000,
})

test('Waiting holds every flow with an open approval, whichever of its runs asks', async () => {
  const answers: { [path: string]: object } = {
    '/api/v1/flows': {
      flows: [
        flow('earlier', 'failed'),
        flow('now', 'waiting'),
        flow('timer', 'waiting'),
        flow('calm', 'completed'),
      ],
    },
    '/api/v1/approvals': {
      approvals: [
        { approval_id: 'apr_1', flow: 'earlier' },
        { approval_id: 'apr_2', flow: 'earlier' },
        { approval_id: 'apr_3', flow: 'now' },
      ],
    },
    '/api/v1/studio': { folder: '/home/ana/flows' },
  }
  vi.stubGlobal('fetch', async (request: Request) => Response.json(answers[new URL(request.url).pathname]))
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider>
        <MemoryRouter>
          <FlowsPage />
        </MemoryRouter>
      </MantineProvider>
    </QueryClientProvider>,
  )
  const asks = await screen.findByRole('link', { name: '2 approvals wait' })
  expect(asks.getAttribute('href')).toBe('/approvals/apr_1')
  await userEvent.click(screen.getByRole('tab', { name: /^Waiting/ }))
  const rows = () =>
    [...document.querySelectorAll('tr[data-flow]')].map((row) => row.getAttribute('data-flow'))
  expect(rows().sort()).toEqual(['earlier', 'now'])
  await userEvent.click(screen.getByRole('tab', { name: /^Running/ }))
  expect(rows()).toEqual(['timer'])
})
