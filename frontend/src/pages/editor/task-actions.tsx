import { statusOf, useRun, useTaskNow } from '@/entities/run'
import { TaskActs } from '@/features/run-controls/task-acts'
import { TaskTools } from '@/features/trial/task-tools'
import type { FollowedRun } from './followed'
import styles from './inspector-pane.module.css'
import type { Asking, Trying } from './trying'

/** What the inspector offers for a task besides its fields: run it alone, hold it, and what its run waits for. */
export function TaskActions({
  path,
  trying,
  following,
  onAsk,
}: {
  path: string
  trying: Trying
  following: FollowedRun
  onAsk: (asking: Asking) => void
}) {
  return (
    <>
      <TaskTools
        held={trying.breakpoints.has(path)}
        onBreakpoint={() => trying.toggle([path])}
        onRun={trying.live ? null : () => onAsk({ how: 'only', path })}
      />
      {following.store && <InRun key={path} store={following.store} text={following.run?.text} path={path} />}
    </>
  )
}

function InRun({
  store,
  text,
  path,
}: {
  store: NonNullable<FollowedRun['store']>
  text: string | undefined
  path: string
}) {
  const task = useTaskNow(store, path)
  const run = useRun(store, (open) => open.run)
  const status = statusOf(run)
  if (!task || task.status === 'running') return null
  return (
    <div className={styles.acts}>
      <TaskActs
        key={task.path}
        runId={run.runId}
        task={task}
        status={status}
        keys
        held={text === undefined ? undefined : { text, run }}
      />
    </div>
  )
}
