import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'
import { api } from '@/shared/api/client'
import { Problem } from '@/shared/api/problem'
import type { Json, Trigger } from '@/shared/api/types'
import { Starts } from './starts'
import { TriggerSwitch } from './trigger-switch'
import { entriesIn } from './words'

const ON: Json = {
  schedule: [{ cron: '0 7 * * MON-FRI', timezone: 'Europe/Berlin' }],
  webhook: { secret: 'SHOP_HOOK' },
}
const TIME = Date.UTC(2030, 0, 7, 6)

function trigger(more: Partial<Trigger>): Trigger {
  return {
    trigger_id: 'trg_1',
    flow: 'nightly',
    name: 'schedule-1',
    kind: 'schedule',
    spec: {},
    enabled: true,
    next_at: TIME,
    coming: [],
    last_at: null,
    url: null,
    ...more,
  }
}

const TURNED_ON = [
  trigger({ spec: { cron: '0 7 * * MON-FRI', timezone: 'Europe/Berlin' }, coming: [TIME] }),
  trigger({
    trigger_id: 'trg_2',
    name: 'webhook',
    kind: 'webhook',
    spec: { secret: 'SHOP_HOOK' },
    url: '/api/v1/hooks/trg_2',
  }),
]

afterEach(() => vi.restoreAllMocks())

function show(on: Json, known: Trigger[] = [], saved = true) {
  vi.spyOn(api, 'flowTriggers').mockResolvedValue({ triggers: known })
  render(
    <MantineProvider env="test">
      <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
        <TriggerSwitch flow="nightly" on={on} before={async () => saved} />
      </QueryClientProvider>
    </MantineProvider>,
  )
}

const turn = async () => userEvent.click(await screen.findByRole('switch', { name: /Starts by itself/ }))

test('a flow that says nothing of what starts it shows no switch', async () => {
  show(null)
  await waitFor(() => expect(api.flowTriggers).toHaveBeenCalled())
  expect(screen.queryByRole('button')).toBeNull()
})

test('it is off until a person turns it on, then it tells times and address', async () => {
  const put = vi.spyOn(api, 'turnTriggers').mockResolvedValue({ triggers: TURNED_ON })
  show(ON)
  await userEvent.click(screen.getByRole('button', { name: 'By hand' }))
  expect((await screen.findByRole<HTMLInputElement>('switch')).checked).toBe(false)
  screen.getByText('Its next times show once it is on.')
  vi.mocked(api.flowTriggers).mockResolvedValue({ triggers: TURNED_ON })
  await turn()
  expect(put).toHaveBeenCalledWith('nightly', true)
  await screen.findByText(`${location.origin}/api/v1/hooks/trg_2`)
  expect(screen.getByRole('list', { name: 'Next times' }).textContent).toContain('Jan 7')
})

test('the address is copied', async () => {
  const user = userEvent.setup()
  show(ON, TURNED_ON)
  await user.click(await screen.findByRole('button', { name: 'Starts by itself' }))
  await user.click(await screen.findByRole('button', { name: 'Copy the address' }))
  await screen.findByText('Copied')
  expect(await navigator.clipboard.readText()).toBe(`${location.origin}/api/v1/hooks/trg_2`)
})

test('a refusal is said in the words of the studio', async () => {
  const detail = "Flow 'nightly' says nothing of what starts it."
  vi.spyOn(api, 'turnTriggers').mockRejectedValue(
    new Problem(409, { error: 'no_triggers', detail, hint: 'Write `on:` in it.' }),
  )
  show(ON)
  await userEvent.click(screen.getByRole('button', { name: 'By hand' }))
  await turn()
  expect((await screen.findByRole('alert')).textContent).toBe(`${detail} Write \`on:\` in it.`)
})

test('what is not saved is not turned on', async () => {
  const put = vi.spyOn(api, 'turnTriggers').mockResolvedValue({ triggers: [] })
  show(ON, [], false)
  await userEvent.click(screen.getByRole('button', { name: 'By hand' }))
  await turn()
  await screen.findByText(/is not saved yet/)
  expect(put).not.toHaveBeenCalled()
})

test('the row of a flow tells the next time, or that it starts by hand', async () => {
  vi.spyOn(api, 'triggers').mockResolvedValue({
    triggers: [...TURNED_ON, trigger({ flow: 'off', enabled: false })],
  })
  render(
    <QueryClientProvider client={new QueryClient()}>
      <p>
        <Starts flow="nightly" byHand="By hand" now={0} />
      </p>
      <p>
        <Starts flow="off" byHand="By hand" now={0} />
      </p>
    </QueryClientProvider>,
  )
  expect((await screen.findByText('By itself')).textContent).toMatch(/^By itselfJan 7, \d\d:00$/)
  screen.getByText('By hand')
})

test('a cron line alone, every so often and a bare webhook are read as written', () => {
  const entries = entriesIn({ schedule: ['0 7 * * *', { every: '15m' }], webhook: null })
  expect(entries.map(({ key, title, rest }) => [key, title, rest])).toEqual([
    ['schedule-1', '0 7 * * *', 'UTC'],
    ['schedule-2', 'Every 15m', ''],
    ['webhook', 'A call from outside', ''],
  ])
})
