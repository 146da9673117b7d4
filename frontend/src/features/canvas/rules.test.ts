import { expect, test } from 'vitest'
import { loopRule, shortRule } from './rules'

test.each([
  ['while tasks.critique.output.score < 8, max 3', null, 'score < 8 · max 3'],
  ['for_each inputs.files, max 4', 'file', 'for each file in inputs.files · max 4'],
  ['for_each 3 items', null, 'for each 3 items'],
  ['times 3', null, '3 times'],
  ['', null, ''],
])('%s reads %s %s', (note, as, rule) => expect(loopRule(note, as, ['critique', 'revise'])).toBe(rule))

test('a condition names other tasks without saying that they are tasks', () =>
  expect(shortRule('tasks.tests.output.failed > 0', ['file'])).toBe('tests.output.failed > 0'))
