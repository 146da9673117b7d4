import type { ReactNode } from 'react'
import { join } from '../lib/join'
import styles from './pane.module.css'

/** A pane with a head of 36 and a body that scrolls. */
export function Pane({
  title,
  label,
  count,
  head,
  children,
  className,
}: {
  title?: string
  label?: string
  count?: number | undefined
  head?: ReactNode
  children: ReactNode
  className?: string | undefined
}) {
  return (
    <section className={join(styles.pane, className)} aria-label={label ?? title}>
      <div className={styles.head}>
        {title && <h2>{title}</h2>}
        {count !== undefined && <span className={styles.count}>{count}</span>}
        {head}
      </div>
      {children}
    </section>
  )
}
