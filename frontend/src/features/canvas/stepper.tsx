import { ChevronLeft, ChevronRight } from 'lucide-react'
import { memo, type ReactNode, useCallback } from 'react'
import { chooseIteration } from '@/entities/run/iterations'
import { taskNow } from '@/entities/run/paths'
import { mostOf, roundsOf } from '@/entities/run/rounds'
import { join } from '@/shared/lib/join'
import { StateGlyph } from '@/shared/ui/glyphs'
import styles from './branches.module.css'
import { CountBadge } from './card'
import cardStyles from './card.module.css'
import { useFollowed } from './follow'

/**
 * Where a loop is, `2/3`, and the way to its other iterations: all tasks in it show the one that is chosen.
 * The arrows of a loop that goes by a test come with the pointer; `for_each` always has them.
 */
export const Stepper = memo(function Stepper({
  path,
  name,
  rule,
}: {
  path: string
  name: string
  rule: string
}) {
  const told = useFollowed(
    useCallback(
      (run, chosen) => {
        const rounds = run && roundsOf(run, path, chosen)
        if (!rounds) return ''
        const loop = taskNow(run, path, chosen)
        const state = loop?.endedAt === null ? 'going' : loop?.status === 'completed' ? 'done' : ''
        return [run.runId, rounds.at, rounds.begun, rounds.total ?? mostOf(rule) ?? '', state].join(' ')
      },
      [path, rule],
    ),
  )
  const [runId = '', now = '', begun = '', total = '', state = ''] = told.split(' ')
  if (told === '') return null
  const [at, last] = [Number(now), Number(begun)]
  const newest = at === last
  // An ended loop has as many as it had; its limit is in its rule.
  const of = state === 'going' && total !== '' ? total : begun
  const go = (to: number) => chooseIteration(runId, path, to >= last ? null : to)
  const badge = (
    <CountBadge running={state === 'going' && newest}>
      {state === 'done' && newest && <StateGlyph state="done" size={12} className={cardStyles.done} />}
      {at}/{of}
    </CountBadge>
  )
  if (last < 2) return badge
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys on the arrows are not for the canvas
    <span
      className={join(styles.stepper, 'nodrag nopan', !rule.startsWith('for_each') && newest && styles.quiet)}
      onKeyDown={(event) => event.stopPropagation()}
      onDoubleClick={(event) => event.stopPropagation()}
    >
      <Step name={`Iteration before, of ${name}`} to={at - 1} last={last} go={go}>
        <ChevronLeft size={12} strokeWidth={2} />
      </Step>
      {badge}
      <Step name={`Next iteration of ${name}`} to={at + 1} last={last} go={go}>
        <ChevronRight size={12} strokeWidth={2} />
      </Step>
    </span>
  )
})

function Step({
  name,
  to,
  last,
  go,
  children,
}: {
  name: string
  to: number
  last: number
  go: (to: number) => void
  children: ReactNode
}) {
  return (
    <button
      type="button"
      className={styles.step}
      aria-label={name}
      disabled={to < 1 || to > last}
      onClick={() => go(to)}
    >
      {children}
    </button>
  )
}
