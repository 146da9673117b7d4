import { expect, test } from 'vitest'
import { read } from '@/entities/document/read'
import { fieldsOf, readTyped } from './run-values'

const fields = fieldsOf(
  read(`inputs:
  repo: {type: string, format: folder, title: Repository, default: .}
  days: {type: integer, default: 7}
  share: {type: number}
  loud: {type: boolean, default: true}
  mood: {enum: [calm, loud], default: calm}
  list: {type: array, default: [1]}
  note: {type: string, default: ''}
tasks: []
`),
)

test('every kind of input gets its field, with its default in it', () => {
  expect(fields.map((field) => [field.name, field.kind, field.required, field.initial])).toEqual([
    ['repo', 'folder', false, '.'],
    ['days', 'integer', false, '7'],
    ['share', 'number', true, ''],
    ['loud', 'switch', false, 'true'],
    ['mood', 'choice', false, 'calm'],
    ['list', 'json', false, '[1]'],
    ['note', 'text', false, ''],
  ])
})

test('what was typed becomes values; what cannot be read is said at its field', () => {
  const typed = { repo: '/x', days: '30', share: '0.5', loud: 'false', mood: 'loud', list: '[2]', note: '' }
  expect(readTyped(fields, typed)).toEqual({
    values: { repo: '/x', days: 30, share: 0.5, loud: false, mood: 'loud', list: [2] },
    errors: {},
  })
  const wrong = readTyped(fields, { ...typed, days: '3.5', share: '', list: '[' }).errors
  expect(Object.keys(wrong)).toEqual(['days', 'share', 'list'])
  expect(wrong.share).toBe('share is needed.')
})

test('a default that nobody touched is left to the studio, which bounds what it may be', () => {
  const typed = Object.fromEntries(fields.map((field) => [field.name, field.initial]))
  expect(readTyped(fields, { ...typed, share: '1' }).values).toEqual({ share: 1 })
})

test('an emptied field leaves its default to the studio', () => {
  expect(readTyped(fields, { share: '1', days: '' }).values).not.toHaveProperty('days')
})
