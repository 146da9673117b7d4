import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { act, render, renderHook, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { beforeEach, expect, test } from 'vitest'
import { type DocumentStore, openDocument } from '@/entities/document/store'
import { type Acts, useActs } from './acts'
import { useClipboard } from './clipboard'
import { TaskMenu } from './task-menu'

const TEXT = `name: A
tasks:
  - id: one   # the first
    tool: echo
  - id: two
    tool: echo
    needs: [one]
`
let store: DocumentStore
beforeEach(() => {
  store = openDocument({ name: 'a', text: TEXT, revision: 'r1', savedAt: 0 })
})

function hold(): { current: Acts } {
  render(
    <MantineProvider>
      <Notifications />
    </MantineProvider>,
  )
  return renderHook(() => {
    const acts = useActs(store, {})
    useClipboard(acts, true)
    return acts
  }).result
}
const select = (...paths: string[]) => act(() => store.getState().point(paths, 'canvas'))
const ids = () => store.getState().reading.tasks.map((task) => task.id)

/** What the browser does when somebody presses the keys of the clipboard. */
function clip(kind: 'copy' | 'cut' | 'paste', target: EventTarget, held = ''): string {
  const data = { text: held }
  const event = new Event(kind, { bubbles: true, cancelable: true })
  Object.assign(event, {
    clipboardData: {
      getData: () => data.text,
      setData: (_: string, text: string) => {
        data.text = text
      },
    },
  })
  act(() => void target.dispatchEvent(event))
  return data.text
}

test('an act points at what it made, and is one step back', () => {
  const acts = hold()
  select('one', 'two')
  act(() => void acts.current.duplicate())
  expect(ids()).toEqual(['one', 'two', 'one_2', 'two_2'])
  expect(store.getState().pointing.paths).toEqual(['one_2', 'two_2'])
  act(() => store.getState().undo())
  expect(store.getState().text).toBe(TEXT)
})

test('tasks travel as YAML: cut here, pasted there', async () => {
  hold()
  select('one')
  const text = clip('cut', document.body)
  expect(text).toBe('- id: one   # the first\n  tool: echo\n')
  expect(ids()).toEqual(['two'])
  expect(await screen.findByText('one is cut; paste to put it back.')).toBeTruthy()
  select('two')
  clip('paste', document.body, text)
  expect(ids()).toEqual(['two', 'one'])
})

test('the clipboard of a field stays its own', () => {
  hold()
  select('one')
  const field = document.body.appendChild(document.createElement('input'))
  expect(clip('copy', field, 'as it was')).toBe('as it was')
  clip('paste', field, '- {id: three, tool: echo}')
  expect(store.getState().text).toBe(TEXT)
  field.remove()
})

test('what cannot be done is said, and nothing changes', async () => {
  const acts = hold()
  clip('paste', document.body, 'just words')
  expect(await screen.findByText('What was copied is no task. It is plain text.')).toBeTruthy()
  select('two')
  act(() => void acts.current.shift(-1))
  expect(
    await screen.findByText('Then tasks would wait for each other: two for one, one for two.'),
  ).toBeTruthy()
  expect(store.getState().text).toBe(TEXT)
})

test('the menu of a task does what its keys do', async () => {
  const acts = hold()
  const user = userEvent.setup()
  select('two')
  render(
    <MantineProvider>
      <TaskMenu
        store={store}
        acts={acts.current}
        asked={{ path: 'two', at: { x: 10, y: 10 } }}
        onAdd={() => undefined}
        onRename={() => undefined}
        onClose={() => undefined}
      />
    </MantineProvider>,
  )
  await user.click(await screen.findByRole('menuitem', { name: /^Duplicate/ }))
  expect(ids()).toEqual(['one', 'two', 'two_2'])
})
