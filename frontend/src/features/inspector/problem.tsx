import styles from './inspector.module.css'
import type { TaskTabProps } from './task-fields'

/** The first finding of some codes, with its fix as a button. */
export function problem({ findings, onFix }: TaskTabProps, ...codes: string[]) {
  const finding = findings.find((one) => codes.includes(one.code))
  if (!finding) return undefined
  return (
    <>
      {finding.message}{' '}
      {finding.fix && (
        <button type="button" className={styles.mend} onClick={() => onFix(finding)}>
          {finding.fix.title}
        </button>
      )}
    </>
  )
}
