import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { expect, test, vi } from 'vitest'
import { membersAt } from '@/entities/diagnostics/offers'
import { read } from '@/entities/document/read'
import { TaskExpressions } from './expressions'
import { TextField } from './fields'
import { Reads } from './reads'

const FLOW = `inputs: {topic: {type: string, default: tea}}
tasks:
  - {id: plan, tool: echo}
  - {id: use, tool: echo}
`
const expressions = {
  offers: (before: string) => membersAt(FLOW, 4, before),
  value: (source: string) => ({ text: `value of ${source}`, failed: source.includes('plan') }),
}

function field(bare = false) {
  const commit = vi.fn()
  render(
    <TaskExpressions value={expressions}>
      <TextField label="If" value="" bare={bare} onCommit={commit} />
    </TaskExpressions>,
  )
  return { commit, user: userEvent.setup(), input: screen.getByLabelText<HTMLInputElement>('If') }
}

test('an expression is completed in a field, and the field is not left for it', async () => {
  const { commit, user, input } = field(true)
  await user.type(input, 'tasks.p')
  expect(screen.getAllByRole('option').map((one) => one.textContent)).toEqual(['plan'])
  await user.keyboard('{Enter}')
  expect(input.value).toBe('tasks.plan')
  expect(screen.queryByRole('option')).toBeNull()
  expect(commit).not.toHaveBeenCalled()
  await user.keyboard('{Enter}')
  expect(commit).toHaveBeenCalledWith('tasks.plan')
})

test('in a text only what stands in braces is completed; arrows choose, Escape closes', async () => {
  const { commit, user, input } = field()
  await user.type(input, 'inputs.')
  expect(screen.queryByRole('option')).toBeNull()
  await user.clear(input)
  await user.type(input, '${{{{ tasks.plan.')
  expect(screen.getAllByRole('option')).toHaveLength(4)
  await user.keyboard('{ArrowDown}{Tab}')
  expect(input.value).toBe('${{ tasks.plan.output')
  await user.type(input, '.')
  await user.clear(input)
  await user.type(input, '${{{{ run.')
  await user.keyboard('{Escape}')
  expect(screen.queryByRole('option')).toBeNull()
  expect(input.value).toBe('${{ run.')
  expect(commit).not.toHaveBeenCalled()
})

test('what a text reads stands under it with its values, what it works out too', () => {
  const text = 'About ${{ inputs.topic }} and ${{ size(tasks.plan.output) + 1 }} ${{ 1 + }}'
  render(
    <TaskExpressions value={expressions}>
      <Reads reading={read(FLOW)} text={text} />
    </TaskExpressions>,
  )
  const rows = screen.getAllByRole('term').map((term) => [term.textContent, term.nextSibling?.textContent])
  expect(rows).toEqual([
    ['inputs.topic', 'value of inputs.topic'],
    ['tasks.plan.output', 'value of tasks.plan.output'],
    ['size(tasks.plan.output) + 1', 'value of  size(tasks.plan.output) + 1 '],
  ])
})

test('without a run the default of an input is told, and a computation is left out', () => {
  render(<Reads reading={read(FLOW)} text="${{ inputs.topic }} ${{ 1 + 1 }} ${{ tasks.plan.output }}" />)
  const rows = screen.getAllByRole('term').map((term) => [term.textContent, term.nextSibling?.textContent])
  expect(rows).toEqual([
    ['inputs.topic', '"tea"'],
    ['tasks.plan.output', 'known in a run'],
  ])
})
