import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { DocumentStore } from '@/entities/document/store'
import { type TaskState, taskNow, taskWord, tokens, useTaskNow, words } from '@/entities/run'
import { Inspector } from '@/features/inspector/inspector'
import { ago, cost, count, duration } from '@/shared/lib/format'
import { Empty } from '@/shared/ui/notice'
import { State } from '@/shared/ui/state'
import type { FollowedRun } from './followed'
import styles from './inspector-pane.module.css'
import { lastRunQuery } from './last-run'
import { ExpressionsGiven } from './values'

interface PaneProps {
  store: DocumentStore
  flow: string
  tools: readonly string[]
  privileged: ReadonlySet<string>
  following: FollowedRun
  renaming: number
  onRename: (path: string, id: string) => string | null
  onClose: () => void
}

/** The inspector with what the task said: in the followed run, or else in the last one. */
export function InspectorPane({ flow, following, ...rest }: PaneProps) {
  return (
    <div className={styles.slot}>
      <ExpressionsGiven store={rest.store} flow={flow} followed={following.store}>
        <Inspector
          {...rest}
          output={(path) =>
            following.store ? (
              <LiveOutput key={path} store={following.store} path={path} />
            ) : (
              <LastOutput key={path} flow={flow} path={path} />
            )
          }
        />
      </ExpressionsGiven>
    </div>
  )
}

function LiveOutput({ store, path }: { store: NonNullable<FollowedRun['store']>; path: string }) {
  const task = useTaskNow(store, path)
  return <Output task={task} when="" />
}

function LastOutput({ flow, path }: { flow: string; path: string }) {
  const { data, isPending } = useQuery(lastRunQuery(flow))
  const when = useMemo(() => (data ? ago(data.at, Date.now()) : ''), [data])
  if (isPending) return null
  return <Output task={data ? taskNow(data.run, path) : undefined} when={when} />
}

function Output({ task, when }: { task: TaskState | undefined; when: string }) {
  if (!task) return <Empty>This task has not run yet.</Empty>
  const { look, word } = taskWord(task.status)
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
      {text ? <pre data-failed={task.error !== null || undefined}>{text}</pre> : <p>It gave nothing.</p>}
    </section>
  )
}
