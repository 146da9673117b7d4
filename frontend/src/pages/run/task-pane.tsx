import { Link } from 'react-router'
import {
  printed,
  type RunStore,
  staticPath,
  taskLook,
  tokens,
  useRun,
  useTaskNow,
  vertexAt,
  whySkipped,
  words,
} from '@/entities/run'
import { ApprovalCard, useOpenApprovals } from '@/features/approvals'
import { TaskActs } from '@/features/run-controls/task-acts'
import type { Run, Json as Value } from '@/shared/api/types'
import { clock, cost, count, duration, shortId } from '@/shared/lib/format'
import { useNow } from '@/shared/lib/now'
import { Facts } from '@/shared/ui/facts'
import { KindGlyph } from '@/shared/ui/glyphs'
import { Json } from '@/shared/ui/json'
import { Empty, Wrong } from '@/shared/ui/notice'
import { Pane } from '@/shared/ui/pane'
import { State } from '@/shared/ui/state'
import styles from './task-pane.module.css'

/** The chosen task: how it went, what it said turn by turn, what it gave. */
export function TaskPane({ run, store, path }: { run: Run; store: RunStore; path: string | null }) {
  const task = useTaskNow(store, path)
  const streamed = useRun(store, (open) => (task ? open.streamed[task.path] : undefined))
  const vertex = path === null ? undefined : vertexAt(run.graph, staticPath(path))
  const complaint = useRun(store, (open) => {
    const last = open.run.calls[task?.callIds.at(-1) ?? '']
    return last ? printed(last.output) : ''
  })
  const state = useRun(store, (open) => open.run)
  const { status } = state
  const going = task?.status === 'running'
  const asked = useOpenApprovals(run.run_id).find((approval) => approval.path === (task?.path ?? path))
  const now = useNow(1000, going)
  if (!vertex)
    return (
      <Pane label="Task" title="Task" className={styles.pane}>
        <Empty>Choose a row of the timeline.</Empty>
      </Pane>
    )
  const { look, word } = taskLook(task ?? { kind: '', status: 'pending' })
  const agent = [vertex.agent, task?.turns.at(-1)?.model ?? vertex.model].filter(Boolean).join(' · ')
  const output = task && task.output !== null ? words(task.output) : ''
  const spoken =
    task?.turns.filter((turn) => turn.text.trim() !== '' && turn.text.trim() !== output.trim()) ?? []
  return (
    <Pane
      label={`Task ${vertex.path}`}
      className={styles.pane}
      head={
        <>
          <KindGlyph kind={vertex.kind} />
          <h2 className={styles.name}>{vertex.name || vertex.id}</h2>
          <span className={styles.state}>
            <State state={look}>{word}</State>
            <span className={styles.time}>
              {task &&
                task.startedAt !== null &&
                task.endedAt !== null &&
                duration(task.endedAt - task.startedAt)}
              {going && task.startedAt !== null && clock(now - task.startedAt)}
            </span>
          </span>
        </>
      }
    >
      <div className={styles.body}>
        <Facts
          facts={[
            { name: 'Path', value: vertex.path, mono: true },
            agent && { name: 'Agent', value: agent, mono: true },
            vertex.tool && { name: 'Tool', value: vertex.tool, mono: true },
            task && task.attempt > 1 && { name: 'Attempt', value: task.attempt },
            task?.usage && { name: 'Tokens', value: used(task.usage), mono: true },
            task?.worker && { name: 'Worker', value: task.worker, mono: true },
            task?.reason && { name: 'Why', value: whySkipped(task.reason) },
            task?.pinned && { name: 'Output', value: 'pinned, nothing ran' },
            task?.childRunId && { name: 'Run', value: <ChildRun runId={task.childRunId} />, mono: true },
          ]}
        />
        {task && (
          <TaskActs
            key={task.path}
            runId={run.run_id}
            task={task}
            status={status}
            held={{ text: run.text, run: state }}
          />
        )}
        {asked && <ApprovalCard key={asked.approval_id} approval={asked} className={styles.card} />}
        {task?.error && <Wrong inline>{task.error.message}</Wrong>}
        {spoken.map((turn) => (
          <section key={`${turn.attempt}-${turn.turn}`}>
            <h3 className={styles.label}>Turn {turn.turn}</h3>
            <p className={styles.words}>{turn.text}</p>
          </section>
        ))}
        {streamed && (
          <section>
            <h3 className={styles.label}>Turn {streamed.turn}</h3>
            <p className={styles.words} aria-live="polite">
              {streamed.text}
              <i className={styles.caret} />
            </p>
          </section>
        )}
        {task && task.output !== null && (
          <section>
            <h3 className={styles.label}>Output</h3>
            <Output output={task.output} />
          </section>
        )}
        {task?.error && complaint && (
          <section>
            <h3 className={styles.label}>What the last call printed</h3>
            <Json value={complaint} />
          </section>
        )}
        {task && Object.keys(task.given).length > 0 && (
          <details className={styles.given}>
            <summary>Given</summary>
            <Json value={task.given} />
          </details>
        )}
      </div>
    </Pane>
  )
}

function ChildRun({ runId }: { runId: string }) {
  return <Link to={`/runs/${runId}`}>{shortId(runId)}</Link>
}

function Output({ output }: { output: Value }) {
  if (typeof output === 'string') return <p className={styles.words}>{output}</p>
  const prints = output !== null && typeof output === 'object' && 'stdout' in output
  return <Json value={prints ? json(words(output)) : output} />
}

/** What a tool printed, as the value it is where it is JSON. */
function json(text: string): Value {
  try {
    return JSON.parse(text) as Value
  } catch {
    return text
  }
}

function used(usage: Run['usage']): string {
  const price = usage.cost_usd === null ? 'cost unknown' : cost(usage.cost_usd)
  return `${count(tokens(usage))}${usage.estimated ? ', estimated' : ''} · ${price}`
}
