import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { DocumentStore } from '@/entities/document/store'
import { type TaskState, taskLook, taskNow, tokens, useTaskNow, words } from '@/entities/run'
import { Inspector } from '@/features/inspector/inspector'
import { PinRow } from '@/features/trial/pin-row'
import type { Json } from '@/shared/api/types'
import { ago, cost, count, duration } from '@/shared/lib/format'
import { Empty } from '@/shared/ui/notice'
import { State } from '@/shared/ui/state'
import type { FollowedRun } from './followed'
import styles from './inspector-pane.module.css'
import { lastRunQuery } from './last-run'
import { TaskActions } from './task-actions'
import type { Asking, Trying } from './trying'
import { ExpressionsGiven } from './values'

interface PaneProps {
  store: DocumentStore
  flow: string
  tools: readonly string[]
  privileged: ReadonlySet<string>
  following: FollowedRun
  trying: Trying
  onAsk: (asking: Asking) => void
  renaming: number
  onRename: (path: string, id: string) => string | null
  onClose: () => void
}

/** The inspector with what the task said: in the followed run, or else in the last one. */
export function InspectorPane({ flow, following, trying, onAsk, ...rest }: PaneProps) {
  return (
    <div className={styles.slot}>
      <ExpressionsGiven store={rest.store} flow={flow} followed={following.store}>
        <Inspector
          {...rest}
          actions={(path) => <TaskActions path={path} trying={trying} following={following} onAsk={onAsk} />}
          output={(path) => {
            const pin = {
              pinned: trying.pinned.has(path),
              onPin: (output: Json | undefined) => trying.pin(path, output),
            }
            return following.store ? (
              <LiveOutput key={path} store={following.store} path={path} pin={pin} />
            ) : (
              <LastOutput key={path} flow={flow} path={path} pin={pin} />
            )
          }}
        />
      </ExpressionsGiven>
    </div>
  )
}

interface Pinning {
  pinned: boolean
  onPin: (output: Json | undefined) => void
}

function LiveOutput({
  store,
  path,
  pin,
}: {
  store: NonNullable<FollowedRun['store']>
  path: string
  pin: Pinning
}) {
  const task = useTaskNow(store, path)
  return <Output task={task} when="" pin={pin} />
}

function LastOutput({ flow, path, pin }: { flow: string; path: string; pin: Pinning }) {
  const { data, isPending } = useQuery(lastRunQuery(flow))
  const when = useMemo(() => (data ? ago(data.at, Date.now()) : ''), [data])
  if (isPending) return null
  return <Output task={data ? taskNow(data.run, path) : undefined} when={when} pin={pin} />
}

function Output({ task, when, pin }: { task: TaskState | undefined; when: string; pin: Pinning }) {
  if (!task)
    return (
      <>
        <Empty>This task has not run yet.</Empty>
        {pin.pinned && (
          <div className={styles.output}>
            <PinRow output={undefined} {...pin} />
          </div>
        )}
      </>
    )
  const { look, word } = taskLook(task)
  const text = task.error?.message ?? words(task.output)
  const numbers = [
    task.startedAt !== null && task.endedAt !== null && duration(task.endedAt - task.startedAt),
    task.usage && `${task.usage.estimated ? '~' : ''}${count(tokens(task.usage))} tok`,
    task.usage && (task.usage.cost_usd === null ? 'cost unknown' : cost(task.usage.cost_usd)),
  ]
  return (
    <section className={styles.output}>
      <header>
        <State state={look}>{word}</State>
        {when && <span className={styles.when}>{when}</span>}
        <span className={styles.numbers}>{numbers.filter(Boolean).join('  ')}</span>
      </header>
      <PinRow output={task.status === 'completed' ? task.output : undefined} {...pin} />
      {text ? <pre data-failed={task.error !== null || undefined}>{text}</pre> : <p>It gave nothing.</p>}
    </section>
  )
}
