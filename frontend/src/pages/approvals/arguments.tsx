import { SegmentedControl } from '@mantine/core'
import { ArgsForm, type Decision, type DiffLine, diffArgs } from '@/features/approvals'
import type { Approval } from '@/shared/api/types'
import { some } from '@/shared/lib/format'
import { join } from '@/shared/lib/join'
import styles from './arguments.module.css'

type ArgumentsProps = {
  approval: Approval
  decision: Decision
  /** Turn editing on and off; left out once it is decided. */
  onEdit?: ((editing: boolean) => void) | undefined
}

/** What the task proposed beside what will run; only the right side runs. */
export function Arguments({ approval, decision, onEdit }: ArgumentsProps) {
  const { args, proposed, edits, editing } = decision
  if (!args) return null
  const lines = diffArgs(proposed ?? args, args)
  return (
    <div className={styles.arguments}>
      <div className={styles.head}>
        <h3>Arguments</h3>
        {approval.tool && <span className={styles.tag}>{approval.tool}</span>}
        {onEdit && (
          <SegmentedControl
            className={styles.look ?? ''}
            aria-label="How to show the arguments"
            value={editing ? 'form' : 'sides'}
            onChange={(next) => onEdit(next === 'form')}
            data={[
              { value: 'sides', label: edits > 0 ? 'Side by side' : 'What will run' },
              { value: 'form', label: 'Form' },
            ]}
          />
        )}
      </div>
      {editing ? (
        <div className={styles.form}>
          <ArgsForm args={args} onChange={decision.setArgs} />
        </div>
      ) : (
        <div className={join(styles.sides, edits === 0 && styles.single)}>
          {edits > 0 && (
            <Side name="Proposed by the task" lines={lines.filter((line) => line.sign !== '+')} />
          )}
          <Side
            name="What will run"
            note={edits > 0 ? 'edited by you' : ''}
            lines={lines.filter((line) => line.sign !== '-')}
          />
        </div>
      )}
      {edits > 0 && (
        <p className={styles.told}>
          {some(edits, 'argument')} {edits === 1 ? 'differs' : 'differ'}. Only the right side runs; both are
          kept in the audit.
        </p>
      )}
    </div>
  )
}

function Side({ name, note = '', lines }: { name: string; note?: string; lines: DiffLine[] }) {
  return (
    <div className={styles.side}>
      <header>
        {name}
        {note && <strong>{note}</strong>}
      </header>
      {lines.map((line, at) => (
        <div
          key={line.at}
          className={join(styles.line, line.sign === '-' && styles.minus, line.sign === '+' && styles.plus)}
        >
          <span className={styles.number}>{at + 1}</span>
          <span className={styles.sign}>{line.sign === '-' ? '−' : line.sign}</span>
          <span className={styles.text}>
            {line.key && <b>{line.key}: </b>}
            {line.sign === '-' ? (
              <del>{line.text}</del>
            ) : line.sign === '+' ? (
              <ins>{line.text}</ins>
            ) : (
              line.text
            )}
          </span>
        </div>
      ))}
    </div>
  )
}
