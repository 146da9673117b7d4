import { useQuery } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useNavigate } from 'react-router'
import { hasEnded } from '@/entities/run'
import { sentence } from '@/shared/api/problem'
import { approvalsQuery, flowsQuery, studioQuery } from '@/shared/api/queries'
import type { Approval, FlowSummary } from '@/shared/api/types'
import { useKeys } from '@/shared/lib/keys'
import { useNow } from '@/shared/lib/now'
import { useTitle } from '@/shared/lib/title'
import { Button } from '@/shared/ui/button'
import { Empty, Skeleton, Wrong } from '@/shared/ui/notice'
import { Tabs } from '@/shared/ui/tabs'
import { FindButton, TopBar } from '@/shared/ui/top-bar'
import { FlowRow } from './flow-row'
import styles from './flows-page.module.css'
import { NewFlow } from './new-flow'
import { Start } from './start'
import { EMPTY } from './templates'

type Part = 'all' | 'running' | 'waiting' | 'problems'

const SHORT = 8

/** Questions that wait for a person, by flow; null until the studio has answered. */
type Asked = ReadonlyMap<string, readonly Approval[]> | null

function byFlow(open: readonly Approval[]): ReadonlyMap<string, readonly Approval[]> {
  const found = new Map<string, Approval[]>()
  for (const one of open) found.set(one.flow, [...(found.get(one.flow) ?? []), one])
  return found
}

// Any run of a flow may wait for a person, not only its last; the inbox counts them all.
const waits = ({ name, last_run }: FlowSummary, asked: Asked) =>
  asked ? asked.has(name) : last_run?.status === 'waiting'

const belongs: Record<Part, (flow: FlowSummary, asked: Asked) => boolean> = {
  all: () => true,
  running: (flow, asked) =>
    flow.last_run !== null &&
    !hasEnded(flow.last_run.status) &&
    !(flow.last_run.status === 'waiting' && waits(flow, asked)),
  waiting: waits,
  problems: ({ errors, warnings, problem }) => errors + warnings > 0 || problem !== null,
}

/** Every flow of the opened folder in one table. */
export function FlowsPage() {
  useTitle('Flows')
  const { data, error, refetch } = useQuery(flowsQuery)
  const open = useQuery(approvalsQuery('open')).data?.approvals
  const asked = useMemo(() => (open ? byFlow(open) : null), [open])
  const folder = useQuery(studioQuery).data?.folder
  const [part, setPart] = useState<Part>('all')
  const [place, setPlace] = useState(-1)
  const [making, setMaking] = useState<string | null>(null)
  const go = useNavigate()
  const now = useNow(30_000)
  const flows = [...(data?.flows ?? [])].sort((left, right) => lastSeen(right) - lastSeen(left))
  const shown = flows.filter((flow) => belongs[part](flow, asked))
  const move = (step: number) => setPlace((at) => Math.max(0, Math.min(shown.length - 1, at + step)))
  useKeys({
    n: () => setMaking(EMPTY.id),
    j: () => move(1),
    k: () => move(-1),
    enter: (event) => {
      const flow = shown[place]
      if (flow && event.target === document.body) void go(`/flows/${encodeURIComponent(flow.name)}`)
    },
  })
  const first = data !== undefined && flows.length === 0
  return (
    <main>
      <TopBar title="Flows" path={folder && <span title={folder}>{lastSteps(folder)}</span>}>
        <FindButton />
        <Button
          look="ink"
          icon={<Plus size={14} strokeWidth={1.5} />}
          keys={['N']}
          onClick={() => setMaking(EMPTY.id)}
        >
          New flow
        </Button>
      </TopBar>
      <div className={styles.page}>
        {!first && (
          <section aria-label="All flows" className={styles.list}>
            <div className={styles.bar}>
              <Tabs
                label="Which flows"
                open={part}
                onOpen={(next) => {
                  setPart(next)
                  setPlace(-1)
                }}
                tabs={PARTS.map(({ id, name }) => ({
                  id,
                  name,
                  count: flows.filter((flow) => belongs[id](flow, asked)).length,
                }))}
              />
              <span className={styles.sorted}>Sorted by last run</span>
            </div>
            <Table flows={shown} asked={asked} place={place} now={now} />
            {error && <Wrong onRetry={() => void refetch()}>{sentence(error)}</Wrong>}
            {!data && !error && <Skeleton rows={4} height="var(--row-flow)" />}
            {data && shown.length === 0 && <Empty>{NONE[part]}</Empty>}
          </section>
        )}
        {data && flows.length <= SHORT && <Start first={first} onPick={({ id }) => setMaking(id)} />}
      </div>
      <NewFlow template={making} onClose={() => setMaking(null)} />
    </main>
  )
}

const PARTS: { id: Part; name: string }[] = [
  { id: 'all', name: 'All' },
  { id: 'running', name: 'Running' },
  { id: 'waiting', name: 'Waiting' },
  { id: 'problems', name: 'With problems' },
]

const NONE: Record<Part, string> = {
  all: 'This folder has no flows.',
  running: 'No flow runs now.',
  waiting: 'No flow waits for you.',
  problems: 'No flow has problems.',
}

/** The end of a folder's path, enough to know it; the whole of it shows on hover. */
const lastSteps = (folder: string) => folder.split('/').slice(-2).join('/')

const lastSeen = (flow: FlowSummary) => flow.last_run?.created_at ?? flow.edited_at / 1e6

type TableProps = { flows: FlowSummary[]; asked: Asked; place: number; now: number }

function Table({ flows, asked, place, now }: TableProps) {
  return (
    <table className={styles.table}>
      <thead>
        <tr>
          <th>Flow</th>
          <th className={styles.wState}>Last run</th>
          <th className={styles.wBars}>Last 12</th>
          <th className={styles.wNumber}>Time, p50</th>
          <th className={styles.wNumber}>Cost, p50</th>
          <th className={styles.wStarts}>Starts</th>
          <th className={styles.wProblems}>Problems</th>
          <th className={styles.wEdited}>Edited</th>
        </tr>
      </thead>
      <tbody>
        {flows.map((flow, at) => (
          <FlowRow
            key={flow.name}
            flow={flow}
            open={asked?.get(flow.name) ?? []}
            on={at === place}
            now={now}
          />
        ))}
      </tbody>
    </table>
  )
}
