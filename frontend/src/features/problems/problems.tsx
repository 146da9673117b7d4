import { TriangleAlert, X } from 'lucide-react'
import { Fragment } from 'react'
import type { Diagnostic } from '@/shared/api/types'
import { join } from '@/shared/lib/join'
import { Button } from '@/shared/ui/button'
import { Empty } from '@/shared/ui/notice'
import styles from './problems.module.css'

/** The rows of the drawer's tab: what is wrong, where, and the edit that mends it. */
export function Problems({
  findings,
  selected,
  onGo,
  onFix,
}: {
  findings: readonly Diagnostic[]
  /** The path of the task that is pointed at. */
  selected: string | undefined
  onGo: (finding: Diagnostic) => void
  onFix: (finding: Diagnostic) => void
}) {
  if (findings.length === 0) return <Empty>No problems in this flow.</Empty>
  return (
    <ul className={styles.list} aria-label="Problems">
      {findings.map((finding) => (
        <li
          key={`${finding.code}:${finding.span.line}:${finding.span.column}:${finding.message}`}
          className={join(styles.row, finding.path !== '' && finding.path === selected && styles.on)}
        >
          <button type="button" className={styles.go} onClick={() => onGo(finding)}>
            <span className={styles.icon} data-severity={finding.severity}>
              {finding.severity === 'error' ? (
                <X size={14} strokeWidth={2.1} />
              ) : (
                <TriangleAlert size={14} strokeWidth={1.8} />
              )}
              <span className={styles.spoken}>{finding.severity}</span>
            </span>
            <span className={styles.sentence} title={finding.message}>
              <Sentence text={finding.message} />
            </span>
            <span className={styles.path} title={finding.code}>
              {finding.path || 'flow'}
            </span>
            <span className={styles.place}>
              {finding.span.line}:{finding.span.column}
            </span>
          </button>
          <span className={styles.fix}>
            {finding.fix && (
              <Button small onClick={() => onFix(finding)}>
                {finding.fix.title}
              </Button>
            )}
          </span>
        </li>
      ))}
    </ul>
  )
}

/** The quoted names of a sentence stand out. */
function Sentence({ text }: { text: string }) {
  const parts = text.split(/'([^']{1,60})'/)
  return parts.map((part, at) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one sentence never change places
    at % 2 === 1 ? <b key={at}>{part}</b> : <Fragment key={at}>{part}</Fragment>,
  )
}

/** How many of each, for the drawer's head. */
export function ProblemCounts({ findings }: { findings: readonly Diagnostic[] }) {
  const errors = findings.filter((finding) => finding.severity === 'error').length
  const warnings = findings.filter((finding) => finding.severity === 'warning').length
  return (
    <>
      {errors > 0 && (
        <span className={styles.count} data-severity="error">
          <X size={14} strokeWidth={2.1} />
          {errors === 1 ? '1 error' : `${errors} errors`}
        </span>
      )}
      {warnings > 0 && (
        <span className={styles.count} data-severity="warning">
          <TriangleAlert size={14} strokeWidth={1.8} />
          {warnings === 1 ? '1 warning' : `${warnings} warnings`}
        </span>
      )}
    </>
  )
}
