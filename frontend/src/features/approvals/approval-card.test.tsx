import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test, vi } from 'vitest'
import type { Approval, JsonObject } from '@/shared/api/types'
import { ApprovalCard } from './approval-card'

const question: Approval = {
  approval_id: 'apr_1',
  run_id: 'run_1',
  flow: 'release',
  title: 'Release',
  path: 'risk/file_issue',
  kind: 'call',
  ask: 'File an issue?\n\nThree tests fail.',
  tool: 'github.create_issue',
  args: { title: 'Tests fail', labels: ['bug'] },
  proposed_args: { title: 'Tests fail', labels: ['bug'] },
  why: 'The tool is privileged.',
  rule: 'privileged-asks',
  to: ['lead'],
  need: 1,
  status: 'open',
  by: null,
  reason: null,
  created_at: 1_790_000_000_000,
  expires_at: null,
  decided_at: null,
}

const sent: { url: string; body: JsonObject }[] = []

beforeEach(() => {
  sent.length = 0
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push({ url: new URL(request.url).pathname, body: (await request.json()) as JsonObject })
    return Response.json({ ...question, status: 'approved' })
  })
})

function show(approval: Approval = question) {
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider>
        <ApprovalCard approval={approval} />
      </MantineProvider>
    </QueryClientProvider>,
  )
}

test('the question, its reason and its arguments stand on the card', () => {
  show()
  expect(screen.getByRole('heading', { name: 'File an issue?' })).toBeTruthy()
  expect(screen.getByText('Three tests fail.')).toBeTruthy()
  expect(screen.getByText('The tool is privileged.')).toBeTruthy()
  expect(screen.getByText('Tests fail')).toBeTruthy()
})

test('approve sends one decision, however often it is pressed', async () => {
  show()
  const approve = screen.getByRole('button', { name: /^Approve/ })
  await userEvent.dblClick(approve)
  await waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]).toEqual({
    url: '/api/v1/approvals/apr_1/decision',
    body: { decision: 'approve', reason: '' },
  })
})

test('an edited argument is sent with the approval and shown as a difference', async () => {
  show()
  await userEvent.keyboard('e')
  const title = screen.getByLabelText('title')
  await userEvent.clear(title)
  await userEvent.type(title, '3 tests fail')
  await userEvent.click(screen.getByRole('button', { name: /^Show/ }))
  expect(screen.getByText('3 tests fail').tagName).toBe('INS')
  expect(screen.getByText('Tests fail').tagName).toBe('DEL')
  await userEvent.click(screen.getByRole('button', { name: /^Approve with edit/ }))
  await waitFor(() => expect(sent[0]?.body.args).toEqual({ title: '3 tests fail', labels: ['bug'] }))
})

test('R rejects, and keys typed into a field decide nothing', async () => {
  show()
  await userEvent.keyboard('e')
  await userEvent.type(screen.getByLabelText('title'), 'ar')
  expect(sent).toHaveLength(0)
  await userEvent.click(screen.getByRole('button', { name: /^Show/ }))
  await userEvent.keyboard('r')
  await waitFor(() => expect(sent[0]?.body).toEqual({ decision: 'deny', reason: '' }))
})

test('a refusal is told on the card', async () => {
  vi.stubGlobal('fetch', async () =>
    Response.json(
      { error: 'already_decided', detail: 'Ana decided this already.', hint: '' },
      { status: 409 },
    ),
  )
  show()
  await userEvent.keyboard('a')
  expect((await screen.findByRole('alert')).textContent).toContain('Ana decided this already.')
})

test('what is decided has nothing to press', () => {
  show({ ...question, status: 'approved' })
  expect(screen.queryByRole('button', { name: /^Approve/ })).toBeNull()
})
