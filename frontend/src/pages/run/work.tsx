import { useState } from 'react'
import { isWork, type RunStore, staticPath, useRun } from '@/entities/run'
import { Calls } from '@/features/calls/calls'
import { Timeline } from '@/features/timeline/timeline'
import type { Run } from '@/shared/api/types'
import styles from './run-page.module.css'
import { TaskPane } from './task-pane'

/** The timeline above, the calls and the chosen task below. */
export function Work({ run, store }: { run: Run; store: RunStore }) {
  const [picked, setPicked] = useState<string | null>(null)
  // Without a choice the task that says most: one that waits for a person, one that failed, the last.
  const told = useRun(store, (open) => {
    const tasks = Object.values(open.run.tasks).filter(isWork)
    const asks = tasks.find(
      (task) => task.status === 'held' || (task.status === 'waiting' && task.message !== null),
    )
    if (asks) return asks.path
    const failed = tasks.find(
      (task) => task.status === 'failed' && task.callIds.length + task.turns.length > 0,
    )
    const last = tasks
      .filter((task) => task.startedAt !== null)
      .sort((left, right) => (right.startedAt ?? 0) - (left.startedAt ?? 0))[0]
    return (failed ?? last)?.path ?? null
  })
  const path = picked ?? told
  return (
    <div className={styles.work}>
      <div className={styles.upper}>
        <Timeline
          store={store}
          graph={run.graph}
          selected={path === null ? null : staticPath(path)}
          onSelect={setPicked}
        />
      </div>
      <div className={styles.lower}>
        <Calls store={store} />
        <TaskPane run={run} store={store} path={path} />
      </div>
    </div>
  )
}
