import type { ReactNode } from 'react'
import { join } from '../lib/join'
import { Button } from './button'
import { StateGlyph } from './glyphs'
import styles from './notice.module.css'

/** An empty list: one sentence, perhaps what to do. No drawing, no apology. */
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className={styles.empty}>
      <p>{children}</p>
      {action}
    </div>
  )
}

/** What went wrong, where it happened, and the way to try again. */
export function Wrong({
  children,
  onRetry,
  inline = false,
}: {
  children: ReactNode
  onRetry?: () => void
  inline?: boolean
}) {
  return (
    <div className={join(styles.wrong, inline && styles.inline)} role="alert">
      <StateGlyph state="failed" size={14} />
      <p>{children}</p>
      {onRetry && (
        <Button small onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  )
}

/** Rows that keep a table's shape while it loads; shown only after the patience of 200 ms. */
export function Skeleton({ rows, height }: { rows: number; height: string }) {
  return (
    <div className={styles.skeleton} aria-hidden="true">
      {Array.from({ length: rows }, (_, place) => place).map((place) => (
        <div key={place} className={styles.bone} style={{ height }}>
          <i style={{ width: `${34 - ((place * 7) % 16)}%` }} />
        </div>
      ))}
    </div>
  )
}
