import { Link } from 'react-router'
import { hasEnded, summaryWord, tokens } from '@/entities/run'
import type { RunSummary } from '@/shared/api/types'
import { clock, cost, count, duration, full, shortId, when } from '@/shared/lib/format'
import { join } from '@/shared/lib/join'
import { useNow } from '@/shared/lib/now'
import { State } from '@/shared/ui/state'
import table from '@/shared/ui/table.module.css'
import text from '@/shared/ui/text.module.css'
import styles from './runs-page.module.css'

/** Runs as rows of 44; time counts on while a run goes on. */
export function RunRows({ runs }: { runs: readonly RunSummary[] }) {
  const going = runs.some((run) => !hasEnded(run.status))
  const now = useNow(going ? 1000 : 30_000)
  return (
    <table className={join(table.table, table.tall, table.fixed)}>
      <thead>
        <tr>
          <th className={styles.wState}>State</th>
          <th>Flow</th>
          <th className={styles.wId}>Run</th>
          <th className={styles.wWhen}>Started</th>
          <th className={join(table.right, styles.wNumber)}>Time</th>
          <th className={join(table.right, styles.wNumber)}>Tokens</th>
          <th className={join(table.right, styles.wNumber)}>Cost</th>
          <th className={styles.wBy}>By</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <Row key={run.run_id} run={run} now={now} />
        ))}
      </tbody>
    </table>
  )
}

function Row({ run, now }: { run: RunSummary; now: number }) {
  const { look, word } = summaryWord(run)
  const used = tokens(run.usage)
  return (
    <tr className={table.row} data-run={run.run_id}>
      <td>
        <State state={look}>{word}</State>
      </td>
      <td>
        <Link to={`/runs/${run.run_id}`} className={join(table.open, table.name)}>
          {run.title}
        </Link>
        {run.error && <span className={styles.why}>{run.error.message}</span>}
      </td>
      <td className={join(table.num, text.faint)}>{shortId(run.run_id)}</td>
      <td className={text.muted} title={full(run.created_at)}>
        {when(run.created_at, now)}
      </td>
      <td className={join(table.num, table.right)}>{timeOf(run, now)}</td>
      <td className={join(table.num, table.right)}>{used > 0 ? count(used) : 'no model'}</td>
      <td className={join(table.num, table.right)}>{costOf(run)}</td>
      <td className={text.muted}>{run.by}</td>
    </tr>
  )
}

function timeOf(run: RunSummary, now: number): string {
  if (run.duration_ms !== null && hasEnded(run.status)) return duration(run.duration_ms)
  return run.started_at === null ? '' : clock(now - run.started_at)
}

function costOf(run: RunSummary): string {
  if (tokens(run.usage) === 0) return ''
  return run.usage.cost_usd === null ? 'unknown' : cost(run.usage.cost_usd)
}
