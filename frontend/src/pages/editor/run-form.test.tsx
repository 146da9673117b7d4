import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test } from 'vitest'
import { read } from '@/entities/document/read'
import { RunForm } from './run-form'
import { fieldsOf } from './run-values'

test('a folder says what it is relative to and that it is lent read-only', async () => {
  const inputs =
    "repo: {type: string, format: folder, title: Repository, description: The code., default: '../..'}"
  render(
    <QueryClientProvider client={new QueryClient()}>
      <MantineProvider>
        <RunForm
          title="Run Report"
          start={async () => ({ run_id: 'run_1' })}
          fields={fieldsOf(read(`inputs:\n  ${inputs}\ntasks: []\n`))}
          before={async () => true}
          onStarted={() => undefined}
          onClose={() => undefined}
        />
      </MantineProvider>
    </QueryClientProvider>,
  )
  const field = await screen.findByRole('textbox', { name: /^Repository/ })
  const said = () => document.getElementById(field.getAttribute('aria-describedby') ?? '')?.textContent
  expect(said()).toBe("The code. Relative to the flow's folder. Lent read-only to this run.")
  await userEvent.clear(field)
  await userEvent.type(field, '/srv/code')
  expect(said()).toBe('The code. Lent read-only to this run.')
})
