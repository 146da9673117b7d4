import type { ReactNode } from 'react'
import {
  hasEnded,
  isTask,
  type RunState,
  type RunStore,
  runSpan,
  tokens,
  useRun,
  waitedMs,
} from '@/entities/run'
import { clock, cost, count, duration } from '@/shared/lib/format'
import { useNow } from '@/shared/lib/now'
import styles from './readouts.module.css'

/** What a run took: time, tokens, cost, calls, approvals, in one strip of 60. */
export function Readouts({ store }: { store: RunStore }) {
  const run = useRun(store, (open) => open.run)
  const ended = hasEnded(run.status)
  const now = useNow(1000, !ended)
  const { from, to } = runSpan(run, now)
  const waited = waitedMs(run, now)
  const calls = Object.values(run.calls)
  const approvals = Object.values(run.approvals)
  const resumed = Object.values(run.tasks).filter((task) => task.resumed).length
  return (
    <dl className={styles.strip}>
      <Readout name="Time" rest={waited > 500 && `${duration(waited)} of it waiting`}>
        {ended ? duration(to - from) : clock(to - from)}
      </Readout>
      <Readout name="Tokens" rest={tokensRest(run)}>
        {run.replies === 0 ? 'no model' : count(tokens(run.usage))}
      </Readout>
      <Readout name="Cost" rest={run.usage.estimated && run.replies > 0 && 'tokens are estimates'}>
        {run.replies === 0 ? 'none' : run.usage.cost_usd === null ? 'unknown' : cost(run.usage.cost_usd)}
      </Readout>
      <Readout name="Calls" rest={callsRest(calls)}>
        {calls.length}
      </Readout>
      <Readout name="Approvals" rest={approvalsRest(approvals)}>
        {approvals.length}
      </Readout>
      <Readout name="Tasks" rest={resumed > 0 && `${resumed} resumed`}>
        {tasksDone(run)}
      </Readout>
    </dl>
  )
}

function Readout({ name, rest, children }: { name: string; rest?: ReactNode; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {children}
        {rest && <small>{rest}</small>}
      </dd>
    </div>
  )
}

function tokensRest(run: RunState): string {
  if (run.replies === 0) return ''
  const { input_tokens, output_tokens, cached_tokens } = run.usage
  const cached = cached_tokens > 0 ? ` · cached ${count(cached_tokens)}` : ''
  return `in ${count(input_tokens)} · out ${count(output_tokens)}${cached}`
}

function callsRest(calls: RunState['calls'][string][]): string {
  const failed = calls.filter((call) => call.status === 'failed').length
  const refused = calls.filter((call) => call.status === 'denied').length
  return [failed > 0 && `${failed} failed`, refused > 0 && `${refused} refused`].filter(Boolean).join(', ')
}

function approvalsRest(approvals: RunState['approvals'][string][]): string {
  const open = approvals.filter((one) => one.status === 'open').length
  const edited = approvals.filter((one) => one.answered !== null).length
  return [open > 0 && `${open} open`, edited > 0 && `${edited} edited`].filter(Boolean).join(', ')
}

function tasksDone(run: RunState): string {
  const tasks = Object.values(run.tasks).filter(isTask)
  const done = tasks.filter((task) => task.status === 'completed').length
  return done === tasks.length ? String(done) : `${done} of ${tasks.length}`
}
