import { Textarea } from '@mantine/core'
import { approvalWord } from '@/entities/run'
import { type Decision, parts, useDecision, useDecisionKeys } from '@/features/approvals'
import type { Approval } from '@/shared/api/types'
import { ago, full } from '@/shared/lib/format'
import { Button } from '@/shared/ui/button'
import { Wrong } from '@/shared/ui/notice'
import { State } from '@/shared/ui/state'
import { Arguments } from './arguments'
import styles from './question-pane.module.css'
import { WhatLedHere } from './what-led-here'

type PaneProps = { approval: Approval; place: number; count: number; now: number; onDecided: () => void }

/** The whole question with what would run, and the decision at the foot. */
export function QuestionPane({ approval, place, count, now, onDecided }: PaneProps) {
  const decision = useDecision(approval, onDecided)
  const { title, rest } = parts(approval)
  const { look, word } = approvalWord(approval.status)
  const open = approval.status === 'open'
  const canEdit = decision.args !== null
  useDecisionKeys(decision, open)
  return (
    <section className={styles.detail} aria-label="Question" data-approval={approval.approval_id}>
      <div className={styles.scroll}>
        <header className={styles.head}>
          <div className={styles.meta}>
            <State state={look}>{word}</State>
            <span className={styles.dot}>·</span>
            <span title={full(approval.created_at)}>
              asked {ago(approval.created_at, now)} by <code>{approval.path}</code>
            </span>
            {place >= 0 && (
              <span className={styles.place}>
                {place + 1} of {count}
              </span>
            )}
          </div>
          <h2 className={styles.title}>{title}</h2>
          {rest.length > 0 && (
            <div className={styles.rest}>
              {rest.map((paragraph) => (
                <p key={paragraph}>{paragraph}</p>
              ))}
            </div>
          )}
        </header>
        {decision.args && (
          <Arguments
            approval={approval}
            decision={decision}
            onEdit={open ? decision.setEditing : undefined}
          />
        )}
        {open ? <Note decision={decision} /> : <Settled approval={approval} now={now} />}
        <WhatLedHere approval={approval} />
      </div>
      {open && <Foot decision={decision} canEdit={canEdit} />}
    </section>
  )
}

function Note({ decision }: { decision: Decision }) {
  return (
    <Textarea
      label="Note to the run"
      placeholder="The next tasks and the audit can read it."
      className={styles.note ?? ''}
      minRows={1}
      maxRows={8}
      value={decision.reason}
      onChange={(event) => decision.setReason(event.currentTarget.value)}
    />
  )
}

function Settled({ approval, now }: { approval: Approval; now: number }) {
  const { word } = approvalWord(approval.status)
  return (
    <p className={styles.settled}>
      {word}
      {approval.by && ` by ${approval.by}`}
      {approval.decided_at !== null && `, ${ago(approval.decided_at, now)}`}
      {approval.reason ? `: “${approval.reason}”` : '.'}
    </p>
  )
}

function Foot({ decision, canEdit }: { decision: Decision; canEdit: boolean }) {
  return (
    <footer className={styles.foot}>
      <Button look="ink" keys={['A']} disabled={decision.busy} onClick={() => decision.decide('approve')}>
        {decision.edits > 0 ? 'Approve with edits' : 'Approve'}
      </Button>
      <Button keys={['R']} disabled={decision.busy} onClick={() => decision.decide('deny')}>
        Reject
      </Button>
      {canEdit && (
        <Button keys={['E']} onClick={() => decision.setEditing(!decision.editing)}>
          {decision.editing ? 'Show what will run' : 'Edit'}
        </Button>
      )}
      {decision.wrong && <Wrong inline>{decision.wrong}</Wrong>}
    </footer>
  )
}
