import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import type { DocumentStore } from '@/entities/document/store'
import {
  emptyRun,
  foldAll,
  type RunEvent,
  type TaskState,
  taskNow,
  taskWord,
  tokens,
  useTaskNow,
  words,
} from '@/entities/run'
import { Inspector } from '@/features/inspector/inspector'
import { api } from '@/shared/api/client'
import { ago, cost, count, duration } from '@/shared/lib/format'
import { Empty } from '@/shared/ui/notice'
import { State } from '@/shared/ui/state'
import type { FollowedRun } from './followed'
import styles from './inspector-pane.module.css'

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
    </div>
  )
}

function LiveOutput({ store, path }: { store: NonNullable<FollowedRun['store']>; path: string }) {
  const task = useTaskNow(store, path)
  return <Output task={task} when="" />
}

/** The last run of a flow, folded from its stored events when the tab is opened. */
function LastOutput({ flow, path }: { flow: string; path: string }) {
  const { data, isPending } = useQuery({
    queryKey: ['runs', 'last', flow],
    queryFn: async ({ signal }) => {
      const { runs } = await api.runs({ flow, limit: 1 }, signal)
      const last = runs[0]
      if (!last) return null
      const { events } = await api.events<RunEvent>(last.run_id, 0, 1000, signal)
      return { run: foldAll(emptyRun(last.run_id), events), at: last.created_at }
    },
  })
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
