/** Rules of frames as people read them: `score < 8 · max 3`, `for each file`, `3 times`. Pure, from the graph's note. */

import type { Json } from '@/shared/api/types'

/** An expression in short: no `tasks.`, and of tasks inside the frame only what is read of their output. */
export function shortRule(expression: string, inside: readonly string[]): string {
  const own = inside.map((id) => id.replace(/[-\\^$*+?.()|[\]{}]/g, '\\$&')).join('|')
  const bare =
    own === '' ? expression : expression.replace(new RegExp(`\\btasks\\.(?:${own})\\.output\\.`, 'g'), '')
  return bare.replace(/\btasks\.(?=[A-Za-z_])/g, '')
}

/** A loop's rule; `as` is what an item is called, where the text names it. */
export function loopRule(note: string, as: Json, inside: readonly string[]): string {
  const found = /^(while|for_each|times) ([\s\S]*?)(?:, max (\d+))?$/.exec(note)
  if (!found) return ''
  const [, form, rule = '', max] = found
  const most = max === undefined ? '' : ` · max ${max}`
  if (form === 'times') return `${shortRule(rule, inside)} times`
  if (form === 'while') return shortRule(rule, inside) + most
  const item = typeof as === 'string' ? `${as} in ` : ''
  return `for each ${item}${shortRule(rule, inside)}${most}`
}
