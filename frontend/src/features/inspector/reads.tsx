import type { Reading } from '@/entities/document/read'
import styles from './inspector.module.css'
import { referencesIn } from './values'

/** What the expressions of a text read; the default of an input stands beside its name. */
export function Reads({ reading, text }: { reading: Reading; text: string }) {
  const references = referencesIn(reading, text)
  if (references.length === 0) return null
  return (
    <dl className={styles.reads}>
      {references.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value ?? <span className={styles.later}>known in a run</span>}</dd>
        </div>
      ))}
    </dl>
  )
}
