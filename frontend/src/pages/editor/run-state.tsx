import { Link } from 'react-router'
import {
  hasEnded,
  isWork,
  openApprovals,
  type RunState,
  type RunStore,
  runSpan,
  runWord,
  tokens,
  useRun,
} from '@/entities/run'
import { TrialMark } from '@/features/trial/trial-mark'
import { sentence } from '@/shared/api/problem'
import { clock, cost, count, duration } from '@/shared/lib/format'
import { useNow } from '@/shared/lib/now'
import { State } from '@/shared/ui/state'
import styles from './bar.module.css'

/** Nothing moves until a person answers. */
function asks(run: RunState): boolean {
  const held = Object.values(run.tasks).some((task) => task.status === 'held')
  if (hasEnded(run.status) || run.status === 'cancelling') return false
  if (openApprovals(run).length === 0 && !held) return false
  return !Object.values(run.tasks).some((task) => task.status === 'running' && isWork(task))
}

/** State, time, tokens and cost of the run that is followed. */
export function RunStateText({ store }: { store: RunStore }) {
  const run = useRun(store, (open) => open.run)
  const failed = useRun(store, (open) => (open.phase === 'failed' ? open.error : null))
  const ended = hasEnded(run.status)
  const now = useNow(1000, !ended)
  if (run.lastSeq === 0)
    return (
      <span className={failed === null ? styles.saved : styles.unsaved} role="status">
        {failed === null ? 'Reading the run' : `${sentence(failed)} Trying again.`}
      </span>
    )
  const { look, word } = runWord(asks(run) ? 'waiting' : run.status)
  const { from, to } = runSpan(run, now)
  return (
    <span className={styles.run} role="status">
      <State state={look}>{word}</State>
      <TrialMark trial={run.trial} />
      <b>{ended ? duration(to - from) : clock(to - from)}</b>
      {run.replies > 0 && (
        <span>
          {run.usage.estimated ? '~' : ''}
          {count(tokens(run.usage))} tokens
        </span>
      )}
      {run.replies > 0 && (
        <span>{run.usage.cost_usd === null ? 'cost unknown' : cost(run.usage.cost_usd)}</span>
      )}
      {failed !== null && <span className={styles.unsaved}>{sentence(failed)} Trying again.</span>}
      {run.error && <span className={styles.wrong}>{run.error.message}</span>}
      <Link to={`/runs/${run.runId}`}>Open run</Link>
    </span>
  )
}
