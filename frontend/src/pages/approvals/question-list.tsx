import { useEffect, useRef } from 'react'
import { approvalWord } from '@/entities/run'
import { parts } from '@/features/approvals'
import type { Approval } from '@/shared/api/types'
import { ago, left, shortId } from '@/shared/lib/format'
import { join } from '@/shared/lib/join'
import { State } from '@/shared/ui/state'
import styles from './approvals-page.module.css'

type ListProps = {
  approvals: readonly Approval[]
  chosen: string | null
  now: number
  onChoose: (approval: Approval) => void
}

/** Questions in groups: those that expire soon come first. */
export function QuestionList({ approvals, chosen, now, onChoose }: ListProps) {
  const on = useRef<HTMLButtonElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: follows the chosen question as it moves
  useEffect(() => {
    // In braces: newer browsers answer with a promise, which React would call as a clean-up.
    on.current?.scrollIntoView({ block: 'nearest' })
  }, [chosen])
  return (
    <div className={styles.list}>
      {groups(approvals, now).map(([name, rows]) => (
        <section key={name} aria-label={name}>
          <h3 className={styles.group}>{name}</h3>
          <ul>
            {rows.map((approval) => {
              const isOn = approval.approval_id === chosen
              return (
                <li key={approval.approval_id}>
                  <button
                    type="button"
                    ref={isOn ? on : undefined}
                    className={join(styles.item, isOn && styles.on)}
                    aria-current={isOn}
                    onClick={() => onChoose(approval)}
                  >
                    <Row approval={approval} now={now} />
                  </button>
                </li>
              )
            })}
          </ul>
        </section>
      ))}
    </div>
  )
}

function Row({ approval, now }: { approval: Approval; now: number }) {
  const { look, word } = approvalWord(approval.status)
  return (
    <>
      <span className={styles.line}>
        <span className={styles.ask}>{parts(approval).title}</span>
        {approval.status === 'open' ? (
          approval.expires_at !== null && (
            <span className={join(styles.time, soon(approval, now) && styles.soon)}>
              {left(approval.expires_at, now)}
            </span>
          )
        ) : (
          <State state={look}>{word}</State>
        )}
      </span>
      <span className={styles.where}>{[approval.tool, approval.path].filter(Boolean).join(' · ')}</span>
      <span className={styles.line}>
        <span className={styles.run}>
          {approval.title}, run {shortId(approval.run_id)}
        </span>
        <span>{ago(approval.decided_at ?? approval.created_at, now)}</span>
      </span>
    </>
  )
}

const HOUR = 3_600_000

const soon = (approval: Approval, now: number) =>
  approval.expires_at !== null && approval.expires_at - now < HOUR

function groups(approvals: readonly Approval[], now: number): [string, Approval[]][] {
  const named = new Map<string, Approval[]>()
  for (const approval of approvals) {
    const name = groupOf(approval, now)
    named.set(name, [...(named.get(name) ?? []), approval])
  }
  return [...named].sort(([one], [two]) => ORDER.indexOf(one) - ORDER.indexOf(two))
}

const ORDER = ['Expires within the hour', 'Expires today', 'Expires later', 'No time limit', 'Decided']

function groupOf(approval: Approval, now: number): string {
  if (approval.status !== 'open') return 'Decided'
  if (approval.expires_at === null) return 'No time limit'
  if (soon(approval, now)) return 'Expires within the hour'
  return approval.expires_at - now < 24 * HOUR ? 'Expires today' : 'Expires later'
}
