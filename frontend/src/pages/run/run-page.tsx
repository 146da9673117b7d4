import { useQuery } from '@tanstack/react-query'
import { Download, Workflow } from 'lucide-react'
import { Link, useNavigate, useParams, useSearchParams } from 'react-router'
import { hasEnded, openApprovals, type RunStore, runWord, statusOf, useOpenRun, useRun } from '@/entities/run'
import { Events } from '@/features/events/events'
import { Readouts } from '@/features/run-controls/readouts'
import { EndedRun, LiveRun } from '@/features/run-controls/run-buttons'
import { Outputs } from '@/features/run-output/outputs'
import { TimelineLegend } from '@/features/timeline/timeline'
import { TrialMark } from '@/features/trial/trial-mark'
import { traceUrl } from '@/shared/api/client'
import { sentence } from '@/shared/api/problem'
import { runQuery } from '@/shared/api/queries'
import type { Run, RunStatus } from '@/shared/api/types'
import { full, shortId, when } from '@/shared/lib/format'
import { useKeys } from '@/shared/lib/keys'
import { useNow } from '@/shared/lib/now'
import { useTitle } from '@/shared/lib/title'
import { LinkButton } from '@/shared/ui/button'
import { Wrong } from '@/shared/ui/notice'
import { State } from '@/shared/ui/state'
import { Tabs } from '@/shared/ui/tabs'
import { TopBar } from '@/shared/ui/top-bar'
import { RunApprovals } from './run-approvals'
import styles from './run-page.module.css'
import { Work } from './work'

type Part = 'timeline' | 'events' | 'approvals' | 'output'

const PARTS: readonly Part[] = ['timeline', 'events', 'approvals', 'output']

/** One run: what it took, who worked when, everything it recorded, what it gave. */
export function RunPage() {
  const { runId = '' } = useParams()
  return <OneRun key={runId} runId={runId} />
}

function OneRun({ runId }: { runId: string }) {
  const store = useOpenRun(runId)
  const { data: run, error, refetch } = useQuery(runQuery(runId))
  const failed = useRun(store, (open) => (open.phase === 'failed' ? open.error : null))
  useTitle(run ? `${run.title}, run ${shortId(runId)}` : 'Run')
  return (
    <main>
      <Bar runId={runId} run={run} store={store} />
      <div className={styles.page}>
        {!error && <Readouts store={store} />}
        {error && <Wrong onRetry={() => void refetch()}>{sentence(error)}</Wrong>}
        {failed !== null && !error && <Wrong onRetry={() => location.reload()}>{sentence(failed)}</Wrong>}
        {run && <Body run={run} store={store} />}
      </div>
    </main>
  )
}

function Bar({ runId, run, store }: { runId: string; run: Run | undefined; store: RunStore }) {
  const go = useNavigate()
  const now = useNow(30_000)
  // Until its events are in, the run's own words are older than what the list knew.
  const told = useRun(store, (open) => (open.run.lastSeq > 0 ? statusOf(open.run) : null))
  const status = told ?? run?.status
  const paused = useRun(store, (open) => (open.run.lastSeq > 0 ? open.run.paused : null))
  const trial = useRun(store, (open) => open.run.trial)
  const canvas = run && `/flows/${encodeURIComponent(run.flow)}?run=${runId}`
  useKeys({ c: () => canvas && void go(canvas) })
  return (
    <TopBar
      trail={run && <Link to={`/flows/${encodeURIComponent(run.flow)}`}>{run.title}</Link>}
      title={`Run ${shortId(runId)}`}
      state={
        <>
          {status && <Standing status={status} paused={paused ?? run?.paused ?? false} />}
          <TrialMark trial={trial} />
          {run && (
            <span className={styles.by} title={full(run.created_at)}>
              {when(run.created_at, now)}, by {run.by}, revision <code>{run.revision.slice(0, 6)}</code>
              <Kin run={run} />
            </span>
          )}
        </>
      }
    >
      {run && canvas && (
        <>
          <LinkButton look="quiet" to={canvas} icon={<Workflow size={16} strokeWidth={1.5} />} keys={['C']}>
            Canvas
          </LinkButton>
          <LinkButton
            look="quiet"
            plain
            download
            to={traceUrl(runId)}
            icon={<Download size={16} strokeWidth={1.5} />}
          >
            Trace
          </LinkButton>
          {status && hasEnded(status) ? (
            <EndedRun runId={runId} flow={run.flow} inputs={run.inputs} status={status} />
          ) : (
            <LiveRun runId={runId} paused={paused ?? run.paused} stopping={status === 'cancelling'} />
          )}
        </>
      )}
    </TopBar>
  )
}

function Standing({ status, paused }: { status: RunStatus; paused: boolean }) {
  if (paused && !hasEnded(status)) return <State state="waiting">Paused</State>
  return <State state={runWord(status).look}>{runWord(status).word}</State>
}

/** Whose child or whose continuation a run is. */
function Kin({ run }: { run: Run }) {
  const of = run.parent_run_id ?? run.forked_from
  if (of === null) return null
  return (
    <>
      , {run.parent_run_id ? 'child of' : 'from'}{' '}
      <Link to={`/runs/${of}`}>
        <code>{shortId(of)}</code>
      </Link>
    </>
  )
}

function Body({ run, store }: { run: Run; store: RunStore }) {
  const [asked, setAsked] = useSearchParams()
  const part = PARTS.find((one) => one === asked.get('view')) ?? 'timeline'
  const events = useRun(store, (open) => open.events.length)
  const approvals = useRun(store, (open) => Object.keys(open.run.approvals).length)
  const waiting = useRun(store, (open) => openApprovals(open.run).length > 0)
  return (
    <div className={styles.body}>
      <div className={styles.bar}>
        <Tabs
          label="Views of the run"
          open={part}
          onOpen={(next) => setAsked(next === 'timeline' ? {} : { view: next }, { replace: true })}
          tabs={[
            { id: 'timeline', name: 'Timeline' },
            { id: 'events', name: 'Events', count: events },
            { id: 'approvals', name: 'Approvals', count: approvals, loud: waiting },
            { id: 'output', name: 'Output' },
          ]}
        />
        {part === 'timeline' && (
          <span className={styles.legend}>
            <TimelineLegend />
          </span>
        )}
      </div>
      <div className={styles.part} role="tabpanel" aria-label={part}>
        {part === 'timeline' && <Work run={run} store={store} />}
        {part === 'events' && <Events store={store} />}
        {part === 'approvals' && <RunApprovals runId={run.run_id} store={store} />}
        {part === 'output' && <Outputs store={store} />}
      </div>
    </div>
  )
}
