import type { Approval } from '@/shared/api/types'
import { left } from '@/shared/lib/format'
import { join } from '@/shared/lib/join'
import { useNow } from '@/shared/lib/now'
import { Button } from '@/shared/ui/button'
import { Facts } from '@/shared/ui/facts'
import { StateGlyph } from '@/shared/ui/glyphs'
import { Wrong } from '@/shared/ui/notice'
import styles from './approval-card.module.css'
import { ArgsForm } from './args-form'
import { diffArgs } from './diff'
import { parts } from './question'
import { useDecision, useDecisionKeys } from './use-decision'

type CardProps = {
  approval: Approval
  /** Listen for A, R and E: only the one card in focus of a page should. */
  keys?: boolean
  onDecided?: (decided: Approval) => void
  className?: string | undefined
}

/** A question to a person, small enough to stand on the canvas: 344 wide, its Approve is the one ink button. */
export function ApprovalCard({ approval, keys = true, onDecided, className }: CardProps) {
  const decision = useDecision(approval, onDecided)
  const now = useNow(1000, approval.expires_at !== null)
  const { title, rest } = parts(approval)
  const open = approval.status === 'open'
  const canEdit = decision.args !== null
  useDecisionKeys(decision, keys && open)
  return (
    <article
      className={join(styles.card, className)}
      aria-label={`Approval: ${title}`}
      data-approval={approval.approval_id}
    >
      <header className={styles.head}>
        <StateGlyph state="waiting" size={14} />
        <strong>Waiting for you</strong>
        {approval.expires_at !== null && <span>{left(approval.expires_at, now)} left</span>}
      </header>
      <div className={styles.body}>
        <div>
          <h3 className={styles.title}>{title}</h3>
          <p className={styles.where}>{[approval.tool, approval.path].filter(Boolean).join(' · ')}</p>
        </div>
        {rest.length > 0 && (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region is reached by Tab
          <div className={styles.rest} tabIndex={0} role="group" aria-label="The whole question">
            {rest.map((paragraph) => (
              <p key={paragraph}>{paragraph}</p>
            ))}
          </div>
        )}
        {decision.args && decision.editing && <ArgsForm args={decision.args} onChange={decision.setArgs} />}
        {decision.args && !decision.editing && (
          <dl className={styles.args}>
            {diffArgs(decision.proposed ?? {}, decision.args).map((line) => (
              <div
                key={line.at}
                className={line.sign === '-' ? styles.minus : line.sign === '+' ? styles.plus : undefined}
              >
                <dt>{line.key}</dt>
                <dd>
                  {line.sign === '-' ? (
                    <del>{line.text}</del>
                  ) : line.sign === '+' ? (
                    <ins>{line.text}</ins>
                  ) : (
                    line.text
                  )}
                </dd>
              </div>
            ))}
          </dl>
        )}
        <Facts
          facts={[
            approval.why && { name: 'Why', value: approval.why },
            approval.rule && { name: 'Rule', value: approval.rule, mono: true },
            approval.need > 1 || approval.to.length > 0 ? { name: 'Needs', value: needs(approval) } : null,
          ]}
        />
        {decision.wrong && <Wrong inline>{decision.wrong}</Wrong>}
        {open && (
          <footer className={styles.foot}>
            <Button
              look="ink"
              keys={['A']}
              disabled={decision.busy}
              onClick={() => decision.decide('approve')}
            >
              {decision.edits > 0 ? 'Approve with edit' : 'Approve'}
            </Button>
            <Button keys={['R']} disabled={decision.busy} onClick={() => decision.decide('deny')}>
              Reject
            </Button>
            {canEdit && (
              <Button
                look="quiet"
                keys={['E']}
                className={styles.edit}
                onClick={() => decision.setEditing(!decision.editing)}
              >
                {decision.editing ? 'Show' : 'Edit'}
              </Button>
            )}
          </footer>
        )}
      </div>
    </article>
  )
}

/** Who has to say yes: `1 of lead`. */
export function needs(approval: Approval): string {
  const people = approval.to.length > 0 ? ` from ${approval.to.join(', ')}` : ''
  return `${approval.need} approval${approval.need === 1 ? '' : 's'}${people}`
}
