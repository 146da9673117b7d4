import type { ReactNode } from 'react'
import styles from './facts.module.css'

export type Fact = { name: string; value: ReactNode; mono?: boolean }

/** Names and values, one a line; a value that is missing leaves its line out. */
export function Facts({ facts }: { facts: readonly (Fact | null | false | undefined | '' | 0)[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map(
        (fact) =>
          fact && (
            <div key={fact.name}>
              <dt>{fact.name}</dt>
              <dd className={fact.mono ? styles.mono : undefined}>{fact.value}</dd>
            </div>
          ),
      )}
    </dl>
  )
}
