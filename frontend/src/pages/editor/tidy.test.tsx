import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { act, fireEvent, render, renderHook, screen } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { openDocument } from '@/entities/document/store'
import { api } from '@/shared/api/client'
import { useActs } from './acts'

const PLACES = { one: { x: 300, y: 40 } }

test('Tidy puts every card back, and one step brings the places again', async () => {
  const kept = vi.spyOn(api, 'saveLayout').mockResolvedValue(null)
  const text = 'tasks:\n  - id: one\n    tool: echo\n'
  const store = openDocument({ name: 'a', text, revision: 'r1', savedAt: 0 })
  render(
    <MantineProvider>
      <Notifications />
    </MantineProvider>,
  )
  const { result } = renderHook(() => useActs(store, PLACES))
  act(() => result.current.tidy())
  expect(result.current.moved).toEqual({})
  await vi.waitFor(() => expect(kept).toHaveBeenLastCalledWith('a', {}))
  fireEvent.click(await screen.findByText('Undo'))
  expect(result.current.moved).toEqual(PLACES)
  await vi.waitFor(() => expect(kept).toHaveBeenLastCalledWith('a', PLACES))
})
