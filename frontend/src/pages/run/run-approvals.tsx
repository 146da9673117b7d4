import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { type ApprovalState, approvalWord, type RunStore, useRun } from '@/entities/run'
import { ApprovalCard, parts } from '@/features/approvals'
import { approvalsQuery } from '@/shared/api/queries'
import { duration, stamp } from '@/shared/lib/format'
import { join } from '@/shared/lib/join'
import { Empty } from '@/shared/ui/notice'
import { State } from '@/shared/ui/state'
import table from '@/shared/ui/table.module.css'
import text from '@/shared/ui/text.module.css'
import styles from './run-page.module.css'

/** The questions of a run: the open ones as cards, all of them as rows. */
export function RunApprovals({ runId, store }: { runId: string; store: RunStore }) {
  const run = useRun(store, (open) => open.run)
  const open = useQuery(approvalsQuery('open')).data?.approvals.filter((one) => one.run_id === runId) ?? []
  const all = Object.values(run.approvals).sort((left, right) => left.askedAt - right.askedAt)
  const from = run.startedAt ?? run.createdAt ?? 0
  if (all.length === 0) return <Empty>This run asked nobody.</Empty>
  return (
    <div className={styles.approvals}>
      {open.length > 0 && (
        <div className={styles.cards}>
          {open.map((approval, at) => (
            <ApprovalCard key={approval.approval_id} approval={approval} keys={at === 0} />
          ))}
        </div>
      )}
      <table className={join(table.table, table.fixed)}>
        <thead>
          <tr>
            <th className={styles.wAt}>At</th>
            <th className={styles.wWord}>State</th>
            <th>Question</th>
            <th className={styles.wTask}>Task</th>
            <th className={styles.wBy}>By</th>
            <th className={join(table.right, styles.wAt)}>Waited</th>
            <th>Note</th>
          </tr>
        </thead>
        <tbody>
          {all.map((approval) => (
            <Row key={approval.approvalId} approval={approval} from={from} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Row({ approval, from }: { approval: ApprovalState; from: number }) {
  const { look, word } = approvalWord(approval.status)
  return (
    <tr className={table.row}>
      <td className={join(text.num, text.muted)}>{stamp(approval.askedAt - from)}</td>
      <td>
        <State state={look}>{approval.answered ? `${word}, edited` : word}</State>
      </td>
      <td>
        <Link to={`/approvals/${approval.approvalId}`} className={table.open}>
          {parts(approval).title}
        </Link>
      </td>
      <td className={text.mono}>{approval.path}</td>
      <td className={text.muted}>{approval.by}</td>
      <td className={join(text.num, table.right)}>
        {approval.decidedAt !== null && duration(approval.decidedAt - approval.askedAt)}
      </td>
      <td className={text.soft}>{approval.reason}</td>
    </tr>
  )
}
