import { Workflow } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { approvalWord } from '@/entities/run'
import { needs } from '@/features/approvals'
import type { Approval } from '@/shared/api/types'
import { ago, full, left, shortId } from '@/shared/lib/format'
import { LinkButton } from '@/shared/ui/button'
import { Facts } from '@/shared/ui/facts'
import { State } from '@/shared/ui/state'
import styles from './approvals-page.module.css'

type ContextProps = { approval: Approval; decided: readonly Approval[]; now: number }

/** Why it asks, who decides, and how the same question was answered before. */
export function Context({ approval, decided, now }: ContextProps) {
  const before = decided.filter(
    (one) =>
      one.approval_id !== approval.approval_id &&
      one.flow === approval.flow &&
      one.path === approval.path &&
      one.tool === approval.tool,
  )
  return (
    <aside className={styles.context} aria-label="Context">
      <Section name="Why it asks">
        {approval.rule && <pre className={styles.rule}>{approval.rule}</pre>}
        <p className={styles.say}>
          {approval.why ??
            `The flow has an approval at ${approval.path}. Nothing after it starts before the answer.`}
        </p>
      </Section>
      <Section name="Who decides">
        <Facts
          facts={[
            { name: 'Needs', value: needs(approval) },
            {
              name: 'Expires',
              value:
                approval.expires_at === null ? (
                  'never'
                ) : (
                  <span title={full(approval.expires_at)}>in {left(approval.expires_at, now)}</span>
                ),
            },
          ]}
        />
      </Section>
      <Section name="Run">
        <Facts
          facts={[
            { name: 'Flow', value: approval.title },
            {
              name: 'Run',
              value: (
                <Link to={`/runs/${approval.run_id}`} className={styles.link}>
                  {shortId(approval.run_id)}
                </Link>
              ),
              mono: true,
            },
            approval.tool ? { name: 'Tool', value: approval.tool, mono: true } : null,
          ]}
        />
      </Section>
      {before.length > 0 && (
        <Section name="Same question before">
          <ul className={styles.before}>
            {before.slice(0, 5).map((one) => {
              const { look, word } = approvalWord(one.status)
              return (
                <li key={one.approval_id}>
                  <State state={look}>{word}</State>
                  <Link to={`/runs/${one.run_id}`}>
                    {one.by ?? 'nobody'}, run {shortId(one.run_id)}
                  </Link>
                  <span>{ago(one.decided_at ?? one.created_at, now)}</span>
                </li>
              )
            })}
          </ul>
        </Section>
      )}
      <div className={styles.section}>
        <LinkButton
          full
          to={`/flows/${encodeURIComponent(approval.flow)}?run=${approval.run_id}&task=${encodeURIComponent(approval.path)}`}
          icon={<Workflow size={14} strokeWidth={1.5} />}
        >
          Show on the canvas
        </LinkButton>
      </div>
    </aside>
  )
}

function Section({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section className={styles.section}>
      <h3>{name}</h3>
      {children}
    </section>
  )
}
