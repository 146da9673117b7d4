import { expect, test } from 'vitest'
import { effectiveNeeds } from '../graph/build'
import { connect, disconnect } from './edges'
import { EditRefused, rawField, setField, setRawField } from './edits'
import { type Json, read } from './read'
import { renameTask } from './rename'
import { addTask, removeTask } from './structure'
import { applyEdits, type Edit, invertEdits, Lines } from './text'

const FLOW = `# a flow, with a comment
version: 1
name:   Repo report   # kept as it is

inputs:
  since: {default: 010}

agents:
  writer: {model: "a:b"}

tasks:
  - id: gather
    # side by side
    parallel:
      max: 3
      do:
        - id: commits
          agent: writer
          input: |
            Group by theme

            \${{ inputs.since }}.

        - {id: issues, agent: writer, input: 'x'}   # one line
  - id: draft
    agent: writer
    input: From \${{ tasks.gather.output.commits }} and \${{ tasks['gather'].output }}
    if: tasks.gather.status == "completed"
    retry: {attempts: 2, delay: 10s} # twice

  - tool: shell
    needs: [gather, draft]
    with: {cmd: pytest -q}
  # the end
outputs:
  text: \${{ tasks.draft.output }}
`

type Change = [name: string, make: (text: string) => Edit[]]
const field = (path: string, keys: string[], value: Json | undefined): Change => [
  `${path} ${keys.join('.')} = ${JSON.stringify(value)}`,
  (text) => setField(read(text), path, keys, value),
]
const CHANGES: Change[] = [
  field('draft', ['input'], 'Short'),
  field('draft', ['input'], 'Two\n\nlines # no comment'),
  field('draft', ['timeout'], '5m'),
  field('draft', ['retry', 'attempts'], 5),
  field('draft', ['retry', 'attempts'], undefined),
  field('draft', ['retry'], undefined),
  field('draft', ['agent'], 'yes: no'),
  field('gather', ['timeout'], '5m'),
  field('gather', ['parallel', 'max'], undefined),
  field('gather/commits', ['input'], 'Other\ntext'),
  field('gather/commits', ['input'], 'Other text'),
  field('gather/commits', ['timeout'], '1m'),
  field('gather/issues', ['timeout'], '1m'),
  field('gather/issues', ['input'], 'a, b\nc'),
  field('gather/issues', ['input'], undefined),
  field('tool-3', ['with', 'cmd'], 'ls'),
  field('tool-3', ['with', 'cmd'], undefined),
  field('tool-3', ['with', 'code'], 'a\nb'),
  field('tool-3', ['tool'], 'python'),
  ['rename gather', (text) => renameTask(read(text), 'gather', 'collect')],
  ['rename to a dashed id', (text) => renameTask(read(text), 'draft', 'a-draft')],
  ['name what has no id', (text) => renameTask(read(text), 'tool-3', 'tests')],
  ['add at the end', (text) => addTask(read(text), DRAFT, {})],
  ['add after gather', (text) => addTask(read(text), DRAFT, { after: 'gather' })],
  ['add after a lane', (text) => addTask(read(text), DRAFT, { after: 'gather/commits' })],
  ['add after an inline lane', (text) => addTask(read(text), DRAFT, { after: 'gather/issues' })],
  ['add into gather', (text) => addTask(read(text), DRAFT, { into: 'gather' })],
  ['remove gather', (text) => removeTask(read(text), 'gather')],
  ['remove draft', (text) => removeTask(read(text), 'draft')],
  ['remove the last', (text) => removeTask(read(text), 'tool-3')],
  ['remove an inline lane', (text) => removeTask(read(text), 'gather/issues')],
  ['connect', (text) => connect(read(text), 'gather/issues', 'gather/commits')],
  ['disconnect', (text) => disconnect(read(text), 'draft', 'tool-3')],
  ['arguments as letters', (text) => setRawField(read(text), 'tool-3', 'with', 'cmd: ls\nenv: [a, b]')],
]
const DRAFT: [string, Json][] = [
  ['id', 'extra'],
  ['agent', 'writer'],
  ['input', 'Do it.\nWell.'],
]

test.each(CHANGES)('%s: reads again, keeps every other byte, and undoes exactly', (_name, make) => {
  for (const text of [FLOW, FLOW.replaceAll('\n', '\r\n'), FLOW.trimEnd()]) {
    const edits = make(text)
    const changed = applyEdits(text, edits)
    expect(changed).not.toBe(text)
    expect(read(changed).problems).toEqual([])
    expect(applyEdits(changed, invertEdits(text, edits))).toBe(text)
    if (text.includes('\r')) expect(changed.replaceAll('\r\n', '')).not.toContain('\n')
    for (const comment of ['# a flow, with a comment', '# kept as it is', '# the end']) {
      expect(changed).toContain(comment)
    }
  }
})

const after = (change: string) => {
  const make = CHANGES.find(([name]) => name === change)?.[1]
  return applyEdits(FLOW, make?.(FLOW) ?? [])
}
/** The lines that are not the same in both, as a diff would show them. */
const hunk = (changed: string) => {
  const [old, now] = [FLOW.split('\n'), changed.split('\n')]
  let head = 0
  while (old[head] === now[head]) head += 1
  let tail = 0
  while (old.at(-1 - tail) === now.at(-1 - tail) && tail < Math.min(old.length, now.length) - head) tail += 1
  return now.slice(head, now.length - tail).join('\n')
}

test('a field that changes is one hunk', () => {
  expect(hunk(after('draft input = "Short"'))).toBe('    input: Short')
  expect(hunk(after('draft timeout = "5m"'))).toBe('    timeout: 5m')
  expect(hunk(after('draft retry.attempts = 5'))).toBe('    retry: {attempts: 5, delay: 10s} # twice')
  expect(hunk(after('draft retry.attempts = undefined'))).toBe('    retry: {delay: 10s} # twice')
  expect(hunk(after('gather timeout = "5m"'))).toBe('    timeout: 5m')
  expect(hunk(after('gather/commits input = "Other\\ntext"'))).toBe('            Other\n            text')
  expect(hunk(after('gather/issues timeout = "1m"'))).toBe(
    "        - {id: issues, agent: writer, input: 'x', timeout: 1m}   # one line",
  )
  expect(hunk(after('draft agent = "yes: no"'))).toBe('    agent: "yes: no"')
  expect(hunk(after('draft input = "Two\\n\\nlines # no comment"'))).toBe(
    '    input: |\n      Two\n\n      lines # no comment',
  )
})

test('a rename takes needs, holes and bare conditions with it', () => {
  const changed = after('rename gather')
  expect(changed).toContain('- id: collect')
  expect(changed).toContain("${{ tasks.collect.output.commits }} and ${{ tasks['collect'].output }}")
  expect(changed).toContain('if: tasks.collect.status')
  expect(changed).toContain('needs: [collect, draft]')
  expect(after('rename to a dashed id')).toContain("${{ tasks['a-draft'].output }}")
  expect(after('name what has no id')).toContain('  - id: tests\n    tool: shell\n')
})

test('a rename leaves a nearer task of the same id alone', () => {
  const text =
    'tasks:\n  - {id: a, tool: echo}\n  - id: g\n    sequential:\n      - {id: a, tool: echo}\n      - {id: b, tool: echo, with: {x: "${{ tasks.a.output }}"}}\n  - {id: c, tool: echo, with: {x: "${{ tasks.a.output }}"}}\n'
  const changed = applyEdits(text, renameTask(read(text), 'a', 'top'))
  expect(changed).toContain('{id: b, tool: echo, with: {x: "${{ tasks.a.output }}"}}')
  expect(changed).toContain('{id: c, tool: echo, with: {x: "${{ tasks.top.output }}"}}')
})

test('an edit that would leave no YAML is refused', () => {
  const text = 'tasks:\n  - {id: a, tool: echo}\n  - {id: b, tool: echo, if: tasks.a.output > 0}\n'
  expect(() => renameTask(read(text), 'a', 'a-b')).toThrow('only the source can change')
  expect(() => setField(read('tasks:\n  - {id: a, tool: echo'), 'a', ['name'], 'x')).not.toThrow()
  expect(() => removeTask(read('tasks:\n  - {id: a, tool: echo'), 'a')).toThrow('no YAML at line 2')
})

test('in a text between single quotes a dashed id is named between double ones', () => {
  const text =
    "tasks:\n  - {id: a, tool: echo}\n  - {id: b, tool: echo, with: {x: '${{ tasks.a.output }}'}}\n"
  expect(applyEdits(text, renameTask(read(text), 'a', 'a-b'))).toContain(`'${'${{'} tasks["a-b"].output }}'`)
})

test('a task that goes is healed over', () => {
  expect(after('remove draft')).toContain('needs: [gather]')
  expect(after('remove draft')).not.toContain('id: draft')
  expect(read(after('remove an inline lane')).byPath.has('gather/issues')).toBe(false)
})

test('a new task lands where it was put and reads back', () => {
  const ids = (text: string) => read(text).tasks.map((task) => task.id)
  expect(ids(after('add after gather'))).toEqual(['gather', 'extra', 'draft', 'tool-4'])
  expect(ids(after('add at the end'))).toEqual(['gather', 'draft', 'tool-3', 'extra'])
  expect(after('add at the end').indexOf('id: extra')).toBeLessThan(
    after('add at the end').indexOf('# the end'),
  )
  const first = applyEdits('name: New\n', addTask(read('name: New\n'), DRAFT, {}))
  expect(ids(first)).toEqual(['extra'])
  const empty = applyEdits('tasks: []\n', addTask(read('tasks: []\n'), DRAFT, {}))
  expect(empty).toBe('tasks:\n  - id: extra\n    agent: writer\n    input: |\n      Do it.\n      Well.\n')
})

test('the last task leaves an empty list behind', () => {
  const text = 'tasks:\n  - id: a\n    tool: echo\noutputs: {}\n'
  expect(applyEdits(text, removeTask(read(text), 'a'))).toBe('tasks: []\noutputs: {}\n')
})

test('an edge is a `needs`', () => {
  const reading = read(FLOW)
  expect(effectiveNeeds(reading.tasks, 1)).toEqual(['gather'])
  expect(after('connect')).toContain('          needs: [issues]\n')
  expect(() => connect(reading, 'tool-3', 'gather')).toThrow('would wait for each other')
  expect(after('disconnect')).toContain('needs: [gather]')
})

test('letters that are no YAML are refused, and what did not change makes no edit', () => {
  expect(() => setRawField(read(FLOW), 'tool-3', 'with', '{a: ')).toThrow(EditRefused)
  expect(rawField(read(FLOW), 'tool-3', 'with')).toBe('{cmd: pytest -q}')
  expect(setRawField(read(FLOW), 'tool-3', 'with', '{cmd: pytest -q}')).toEqual([])
})

test('random edits, all undone, give the same bytes', () => {
  let seed = 7
  const chance = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648
    return seed % below
  }
  for (let round = 0; round < 40; round += 1) {
    let text = round % 2 ? FLOW : FLOW.replaceAll('\n', '\r\n')
    const origin = text
    const undo: Edit[][] = []
    for (let step = 0; step < 8; step += 1) {
      const make = CHANGES[chance(CHANGES.length)]?.[1]
      try {
        const edits = make?.(text) ?? []
        undo.push(invertEdits(text, edits))
        text = applyEdits(text, edits)
        expect(read(text).problems).toEqual([])
      } catch (error) {
        if (!(error instanceof EditRefused)) throw error
      }
    }
    for (const edits of undo.reverse()) text = applyEdits(text, edits)
    expect(text).toBe(origin)
  }
})

test('columns count code points, both ways', () => {
  const lines = new Lines('a: "👋 x"\r\nb: 2\n')
  const place = { from: 7, to: 8 }
  expect(lines.span(place)).toEqual({ line: 1, column: 7, end_line: 1, end_column: 8 })
  expect(lines.place(lines.span(place))).toEqual(place)
})
