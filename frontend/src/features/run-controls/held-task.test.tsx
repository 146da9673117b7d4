import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { fireEvent, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, expect, test, vi } from 'vitest'
import { emptyRun, freshTask } from '@/entities/run'
import { api } from '@/shared/api/client'
import { HeldTask } from './held-task'

const TEXT = `inputs:
  topic: {type: string}
tasks:
  - {id: fetch, tool: echo, with: {about: "\${{ inputs.topic }}"}}
  - {id: write, agent: writer, input: "Write about \${{ inputs.topic }}."}
`
const run = { ...emptyRun('run_1'), inputs: { topic: 'tides' } }

afterEach(() => vi.restoreAllMocks())

function show(path: string, kind: string, keys = false) {
  const release = vi.spyOn(api, 'releaseTask').mockResolvedValue({} as never)
  render(
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <HeldTask
          runId="run_1"
          task={{ ...freshTask(path, kind), status: 'held' }}
          held={{ text: TEXT, run }}
          keys={keys}
        />
      </QueryClientProvider>
    </MantineProvider>,
  )
  return release
}

const field = (name: string) => screen.getByRole<HTMLTextAreaElement>('textbox', { name })

test('the input stands there as the flow gives it; untouched it is not sent', async () => {
  const release = show('write', 'agent')
  await waitFor(() => expect(field('Input in this run').value).toBe('Write about tides.'))
  await userEvent.click(screen.getByRole('button', { name: 'Go on' }))
  await waitFor(() => expect(release).toHaveBeenCalledWith('run_1', 'write', 'go', {}))
})

test('an edited input goes with it', async () => {
  const release = show('fetch', 'tool')
  await waitFor(() => expect(field('Arguments in this run').value).toContain('"tides"'))
  fireEvent.change(field('Arguments in this run'), { target: { value: '{"about": "rivers"}' } })
  await screen.findByText('with your input')
  await userEvent.click(screen.getByRole('button', { name: 'Step' }))
  await waitFor(() =>
    expect(release).toHaveBeenCalledWith('run_1', 'fetch', 'step', { given: { args: { about: 'rivers' } } }),
  )
})

test('what is no JSON is said and holds the task', async () => {
  show('fetch', 'tool')
  fireEvent.change(field('Arguments in this run'), { target: { value: '{"about": ' } })
  await screen.findByText('This is not JSON. Check its quotes, commas and brackets.')
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Go on' }).disabled).toBe(true)
  fireEvent.change(field('Arguments in this run'), { target: { value: '[1]' } })
  await screen.findByText(/are names and values/)
  expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Skip' }).disabled).toBe(false)
})

test('one that is skipped gives the output that was typed', async () => {
  const release = show('fetch', 'tool')
  fireEvent.change(field('Output to skip with'), { target: { value: '{"found": 3}' } })
  await userEvent.click(screen.getByRole('button', { name: 'Skip' }))
  await waitFor(() =>
    expect(release).toHaveBeenCalledWith('run_1', 'fetch', 'skip', { output: { found: 3 } }),
  )
})

test('F8 lets it go on where keys are listened for', async () => {
  const release = show('write', 'agent', true)
  await userEvent.keyboard('{F8}')
  await waitFor(() => expect(release).toHaveBeenCalledWith('run_1', 'write', 'go', {}))
})
