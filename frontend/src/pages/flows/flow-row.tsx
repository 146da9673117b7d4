import { TriangleAlert, X } from 'lucide-react'
import { Link } from 'react-router'
import { summaryWord } from '@/entities/run'
import { Starts } from '@/features/triggers/starts'
import type { Approval, FlowSummary } from '@/shared/api/types'
import { ago, cost, duration, full, some } from '@/shared/lib/format'
import { join } from '@/shared/lib/join'
import { State } from '@/shared/ui/state'
import { Bars } from './bars'
import styles from './flows-page.module.css'

type RowProps = { flow: FlowSummary; open: readonly Approval[]; on: boolean; now: number }

/** One flow: its file, its last runs, its usual time and cost, its problems. */
export function FlowRow({ flow, open, on, now }: RowProps) {
  const to = `/flows/${encodeURIComponent(flow.name)}`
  return (
    <tr className={join(styles.flow, on && styles.on)} data-flow={flow.name}>
      <td>
        <Link to={to} className={styles.open}>
          {flow.title}
        </Link>
        <div className={styles.file}>{flow.path}</div>
      </td>
      <td>
        <LastRun flow={flow} />
        <Asks flow={flow} open={open} />
      </td>
      <td>
        <Bars runs={flow.recent} />
      </td>
      <td className={styles.number}>{flow.p50_ms !== null && duration(flow.p50_ms)}</td>
      <td className={styles.number}>
        {flow.p50_ms !== null && (flow.p50_cost_usd === null ? 'unknown' : cost(flow.p50_cost_usd))}
      </td>
      <td className={styles.muted}>
        <Starts flow={flow.name} byHand={flow.starts} now={now} />
      </td>
      <td>
        <Problems flow={flow} />
      </td>
      <td className={join(styles.muted, styles.right)} title={full(flow.edited_at)}>
        {ago(flow.edited_at, now)}
      </td>
    </tr>
  )
}

function LastRun({ flow }: { flow: FlowSummary }) {
  if (!flow.last_run) return <State state="queued">Never run</State>
  const { look, word } = summaryWord(flow.last_run)
  return (
    <Link to={`/runs/${flow.last_run.run_id}`} className={styles.last}>
      <State state={look}>{word}</State>
    </Link>
  )
}

/** Questions that the last run's state does not tell of: an earlier run's, or several. */
function Asks({ flow, open }: { flow: FlowSummary; open: readonly Approval[] }) {
  const [first] = open
  if (!first || (flow.last_run?.status === 'waiting' && open.length === 1)) return null
  return (
    <div>
      <Link to={`/approvals/${first.approval_id}`} className={join(styles.last, styles.asks)}>
        {some(open.length, 'approval')} {open.length === 1 ? 'waits' : 'wait'}
      </Link>
    </div>
  )
}

function Problems({ flow }: { flow: FlowSummary }) {
  if (flow.problem)
    return (
      <span className={join(styles.badge, styles.bad)} title={flow.problem}>
        <X size={12} strokeWidth={1.5} aria-hidden="true" />
        unreadable
      </span>
    )
  if (flow.errors > 0)
    return (
      <span className={join(styles.badge, styles.bad)} title={`${flow.errors} errors`}>
        <X size={12} strokeWidth={1.5} aria-hidden="true" />
        {flow.errors}
      </span>
    )
  if (flow.warnings > 0)
    return (
      <span className={styles.badge} title={`${flow.warnings} warnings`}>
        <TriangleAlert size={12} strokeWidth={1.5} aria-hidden="true" />
        {flow.warnings}
      </span>
    )
  return null
}
