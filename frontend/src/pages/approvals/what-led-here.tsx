import { useQuery } from '@tanstack/react-query'
import { brief, emptyRun, foldAll, gist, isWork, type RunEvent } from '@/entities/run'
import { api } from '@/shared/api/client'
import type { Approval } from '@/shared/api/types'
import { stamp } from '@/shared/lib/format'
import { join } from '@/shared/lib/join'
import type { GlyphState } from '@/shared/ui/glyphs'
import { State } from '@/shared/ui/state'
import table from '@/shared/ui/table.module.css'
import text from '@/shared/ui/text.module.css'
import styles from './question-pane.module.css'

type Step = { at: number; path: string; state: GlyphState; word: string; says: string }

const MOST = 5

/** The last things the run did before it asked. */
export function WhatLedHere({ approval }: { approval: Approval }) {
  const events = useQuery({
    queryKey: ['run', approval.run_id, 'before', approval.approval_id],
    queryFn: ({ signal }) => api.events<RunEvent>(approval.run_id, 0, 1000, signal),
    staleTime: Number.POSITIVE_INFINITY,
  }).data?.events
  if (!events) return null
  const steps = stepsBefore(events, approval)
  const from = events[0]?.ts ?? 0
  return (
    <section className={styles.led} aria-label="What led here">
      <h3>What led here</h3>
      <table className={join(table.table, table.fixed)}>
        <tbody>
          {steps.map((step) => (
            <tr key={`${step.path}-${step.at}`}>
              <td className={join(text.num, text.muted)}>{stamp(step.at - from)}</td>
              <td className={text.mono} title={step.path}>
                {step.path}
              </td>
              <td>
                <State state={step.state}>{step.word}</State>
              </td>
              <td className={text.soft}>{step.says}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function stepsBefore(events: RunEvent[], approval: Approval): Step[] {
  const before = events.filter((event) => event.ts <= approval.created_at)
  const run = foldAll(emptyRun(approval.run_id), before)
  const steps = Object.values(run.tasks)
    .filter((task) => task.endedAt !== null && isWork(task))
    .map((task): Step => {
      const call = run.calls[task.callIds.at(-1) ?? '']
      const done = task.status === 'completed'
      const said =
        task.error?.message ??
        task.reason ??
        (call && task.turns.length === 0 ? gist(call) : brief(task.output))
      return {
        at: task.endedAt ?? 0,
        path: task.path,
        state: done ? 'done' : task.status === 'skipped' ? 'skipped' : 'failed',
        word: done ? 'Returned' : task.status === 'skipped' ? 'Skipped' : 'Failed',
        says: said.split('\n')[0] ?? '',
      }
    })
    .sort((left, right) => left.at - right.at)
    .slice(-MOST)
  const why = approval.rule ? `${approval.rule} said ask` : 'the flow asks here'
  return [
    ...steps,
    { at: approval.created_at, path: approval.path, state: 'waiting', word: 'Asked', says: why },
  ]
}
