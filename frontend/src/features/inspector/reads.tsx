import { useContext } from 'react'
import type { Reading } from '@/entities/document/read'
import { TaskExpressions } from './expressions'
import styles from './inspector.module.css'
import { readsIn } from './values'

/** What the expressions of a text read and give: in a run, or else what the flow itself tells. */
export function Reads({ reading, text }: { reading: Reading; text: string }) {
  const { value } = useContext(TaskExpressions)
  const rows = readsIn(reading, text).flatMap(({ name, source, standard, computed }) => {
    const given = value(source)
    // Nothing is to be said of a computation that no run knows.
    return computed && !given ? [] : [{ name, standard, given }]
  })
  if (rows.length === 0) return null
  return (
    <dl className={styles.reads}>
      {rows.map(({ name, standard, given }) => (
        <div key={name} data-failed={given?.failed || undefined}>
          <dt title={name}>{name}</dt>
          <dd title={given?.text} data-failed={given?.failed || undefined}>
            {given?.text ?? standard ?? <span className={styles.later}>known in a run</span>}
          </dd>
        </div>
      ))}
    </dl>
  )
}
