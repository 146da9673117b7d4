import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compose } from './compose'
import { applyEdits, type Edit, invertEdits, survivors } from './text'

/** Edits of a text of some length, none over another. */
const editsOf = (length: number): fc.Arbitrary<Edit[]> =>
  fc
    .array(fc.tuple(fc.nat({ max: length }), fc.nat({ max: length }), fc.string({ maxLength: 3 })), {
      maxLength: 4,
    })
    .map((parts) => {
      const marks = parts.flatMap((part) => part.slice(0, 2) as number[]).sort((a, b) => a - b)
      return parts.map(([, , insert], at) => ({
        from: marks[2 * at] ?? 0,
        to: marks[2 * at + 1] ?? 0,
        insert,
      }))
    })

test('two rounds of edits are one, which can be taken back', () => {
  const rounds = fc
    .string({ maxLength: 12 })
    .chain((text) =>
      editsOf(text.length).chain((first) =>
        editsOf(applyEdits(text, first).length).map((second) => ({ text, first, second })),
      ),
    )
  fc.assert(
    fc.property(rounds, ({ text, first, second }) => {
      const wanted = applyEdits(applyEdits(text, first), second)
      const both = compose(text.length, first, second)
      expect(applyEdits(text, both)).toBe(wanted)
      expect(applyEdits(wanted, invertEdits(text, both))).toBe(text)
    }),
  )
})

test('what is not taken away is found again', () => {
  const letters = 'abcdefghij'
  fc.assert(
    fc.property(editsOf(letters.length), (edits) => {
      const changed = applyEdits(
        letters,
        edits.map((edit) => ({ ...edit, insert: edit.insert.replace(/[a-j]/g, '-') })),
      )
      const follow = survivors(edits)
      for (const [at, letter] of [...letters].entries()) {
        const place = follow(at)
        if (place === null) expect(changed).not.toContain(letter)
        else expect(changed[place]).toBe(letter)
      }
    }),
  )
})
