import { useQuery } from '@tanstack/react-query'
import { triggersQuery } from '@/shared/api/queries'
import { when } from '@/shared/lib/format'
import styles from './triggers.module.css'

/** What starts a flow, in its row: a person, or a time and calls that are turned on. */
export function Starts({ flow, byHand, now }: { flow: string; byHand: string; now: number }) {
  const { data } = useQuery(triggersQuery)
  const on = data?.triggers.filter((trigger) => trigger.flow === flow && trigger.enabled) ?? []
  if (on.length === 0) return byHand
  const next = on.flatMap((trigger) => trigger.next_at ?? []).sort((one, other) => one - other)[0]
  return (
    <>
      By itself
      <div className={styles.next}>{next === undefined ? 'when called' : when(next, now)}</div>
    </>
  )
}
