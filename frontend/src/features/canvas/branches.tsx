import { memo, useCallback } from 'react'
import type { Lane } from '@/entities/graph/layout'
import { seenValues, takenOf } from '@/entities/run/rounds'
import { hasEnded } from '@/entities/run/words'
import { join } from '@/shared/lib/join'
import styles from './branches.module.css'
import { useFollowed } from './follow'
import { AddInto, EmptyList } from './into'

/** The labels of a condition's branches, and what stands where a branch has no tasks. */
export const Branches = memo(function Branches({
  path,
  rule,
  lanes,
}: {
  path: string
  rule: string
  lanes: readonly Lane[]
}) {
  const told = useFollowed(
    useCallback(
      (run, chosen) => {
        if (!run) return ''
        const taken = takenOf(run, path, chosen)
        if (!taken) return hasEnded(run.status) ? 'unknown' : ''
        const value = JSON.stringify(taken.value) ?? ''
        return JSON.stringify([taken.name, seenValues(run, path, rule, chosen) ?? value])
      },
      [path, rule],
    ),
  )
  const [taken, seen] = told.startsWith('[') ? (JSON.parse(told) as [string | null, string]) : [undefined, '']
  return lanes.map(({ name, empty, box }) => {
    const hit = taken === name
    // A case says its value already.
    const value = hit && seen !== name && seen !== JSON.stringify(name) ? seen : ''
    return (
      <div key={name} className={styles.lane} style={{ left: box.x, top: box.y, width: box.width }}>
        <span className={join(styles.label, hit && styles.hit)} title={hit ? `Taken, ${name} ${seen}` : name}>
          <span className={styles.name}>{name === '' ? "''" : name}</span>
          {value && <span className={styles.value}>{value}</span>}
          <AddInto path={path} branch={name} />
        </span>
        {empty && (
          <EmptyList
            path={path}
            branch={name}
            said={taken === undefined || hit ? 'Nothing to do' : 'Not taken'}
            className={styles.stub}
            height={box.height}
          />
        )}
      </div>
    )
  })
})
