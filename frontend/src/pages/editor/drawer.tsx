import { useQuery } from '@tanstack/react-query'
import { ChevronDown, ChevronUp } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import type { RunStore } from '@/entities/run'
import { allCalls, runWord, tokens, useRun } from '@/entities/run'
import { Calls } from '@/features/calls/calls'
import { ProblemCounts, Problems } from '@/features/problems/problems'
import { Outputs } from '@/features/run-output/outputs'
import { Timeline } from '@/features/timeline/timeline'
import { runsQuery } from '@/shared/api/queries'
import type { Diagnostic, Graph } from '@/shared/api/types'
import { cost, count, duration, full, shortId } from '@/shared/lib/format'
import { Button } from '@/shared/ui/button'
import { State } from '@/shared/ui/state'
import { type Tab, Tabs } from '@/shared/ui/tabs'
import styles from './drawer.module.css'

export type Part = 'timeline' | 'calls' | 'output' | 'problems'

export interface DrawerProps {
  flow: string
  open: boolean
  part: Part
  onOpen: (open: boolean) => void
  onPart: (part: Part) => void
  run: RunStore | null
  graph: Graph
  findings: readonly Diagnostic[]
  selected: string | undefined
  onSelect: (path: string) => void
  onGo: (finding: Diagnostic) => void
  onFix: (finding: Diagnostic) => void
}

/** The drawer under the canvas: 32 shut, 220 open. */
export function Drawer(props: DrawerProps) {
  const { open, part, onOpen, findings, run } = props
  const loud = findings.length > 0
  const problems: Tab<Part> = {
    id: 'problems',
    name: 'Problems',
    loud,
    ...(loud ? { count: findings.length } : {}),
  }
  return (
    <section className={styles.drawer} data-open={open || undefined} aria-label="Drawer">
      <header className={styles.head}>
        {run ? (
          <RunTabs {...props} run={run} problems={problems} />
        ) : (
          <PartTabs {...props} tabs={[problems]} />
        )}
        <span className={styles.spring} />
        {part === 'problems' && open && <ProblemCounts findings={findings} />}
        {!run && !open && <LastRun flow={props.flow} />}
        <Button
          look="quiet"
          small
          aria-label={open ? 'Close the drawer' : 'Open the drawer'}
          aria-expanded={open}
          title={`${open ? 'Close' : 'Open'} the drawer · T`}
          icon={
            open ? <ChevronDown size={16} strokeWidth={1.5} /> : <ChevronUp size={16} strokeWidth={1.5} />
          }
          onClick={() => onOpen(!open)}
        />
      </header>
      {open && (
        <div className={styles.body} role="tabpanel" aria-label={part}>
          {content(props)}
        </div>
      )}
    </section>
  )
}

/** The last run in one line; it leads to the canvas as it ran. */
function LastRun({ flow }: { flow: string }) {
  const { data } = useQuery(runsQuery({ flow, limit: 1 }))
  const last = data?.runs[0]
  if (!last) return null
  const { look, word } = runWord(last.status)
  const used = tokens(last.usage)
  const numbers = [
    last.duration_ms !== null && duration(last.duration_ms),
    used > 0 && `${last.usage.estimated ? '~' : ''}${count(used)} tokens`,
    used > 0 && (last.usage.cost_usd === null ? 'cost unknown' : cost(last.usage.cost_usd)),
  ]
  return (
    <Link className={styles.last} to={`?run=${last.run_id}`} title={full(last.created_at)}>
      <span>Run {shortId(last.run_id)}</span>
      <State state={look}>{word}</State>
      <code>{numbers.filter(Boolean).join(' · ')}</code>
    </Link>
  )
}

function content({ part, run, graph, findings, selected, onSelect, onGo, onFix }: DrawerProps): ReactNode {
  if (part === 'problems' || !run) {
    return <Problems findings={findings} selected={selected} onGo={onGo} onFix={onFix} />
  }
  if (part === 'calls') return <Calls store={run} />
  if (part === 'output') return <Outputs store={run} />
  return <Timeline store={run} graph={graph} selected={selected ?? null} onSelect={onSelect} />
}

function RunTabs(props: DrawerProps & { run: RunStore; problems: Tab<Part> }) {
  const calls = useRun(props.run, (open) => allCalls(open.run).length)
  return (
    <PartTabs
      {...props}
      tabs={[
        { id: 'timeline', name: 'Timeline' },
        { id: 'calls', name: 'Calls', count: calls },
        { id: 'output', name: 'Output' },
        props.problems,
      ]}
    />
  )
}

function PartTabs({ tabs, part, open, onPart, onOpen }: DrawerProps & { tabs: readonly Tab<Part>[] }) {
  return (
    <Tabs
      label="Drawer"
      tabs={tabs}
      open={part}
      onOpen={(next) => {
        if (next === part && open) onOpen(false)
        else {
          onPart(next)
          onOpen(true)
        }
      }}
    />
  )
}
