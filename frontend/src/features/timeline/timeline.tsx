import { useMemo } from 'react'
import { hasEnded, type RunStore, runSpan, timelineRows, useChosen, useRun } from '@/entities/run'
import type { Graph } from '@/shared/api/types'
import { clock } from '@/shared/lib/format'
import { useNow } from '@/shared/lib/now'
import { makeScale } from './scale'
import styles from './timeline.module.css'
import { TimelineRow } from './timeline-row'

type TimelineProps = {
  store: RunStore
  graph: Graph
  selected?: string | null
  onSelect?: (path: string) => void
}

/** Who worked when: one row per task, turns solid, calls paler, waits hatched. */
export function Timeline({ store, graph, selected = null, onSelect }: TimelineProps) {
  const rows = useMemo(() => timelineRows(graph), [graph])
  const run = useRun(store, (open) => open.run)
  const chosen = useChosen(run.runId)
  const going = !hasEnded(run.status)
  const now = useNow(250, going)
  const { from, to } = runSpan(run, now)
  const scale = useMemo(() => makeScale(from, to, going), [from, to, going])
  return (
    <section className={styles.timeline} aria-label="Timeline">
      <div className={styles.head}>
        <span className={styles.headName}>
          <span>Task</span>
          <span>Tokens</span>
        </span>
        <span className={styles.ruler}>
          {scale.ticks.map((tick) => (
            <span key={tick.at} className={styles.tick} style={{ left: tick.left }}>
              {scale.width < 4000 ? `${(tick.at / 1000).toFixed(1)}s` : clock(tick.at)}
            </span>
          ))}
        </span>
      </div>
      <div className={styles.body}>
        <div className={styles.lines} aria-hidden="true">
          {scale.ticks.map((tick) => (
            <i key={tick.at} style={{ left: tick.left }} />
          ))}
          {going && run.startedAt !== null && (
            <span className={styles.now} style={{ left: `${scale.left(to)}%` }}>
              <b>{clock(to - from)}</b>
            </span>
          )}
        </div>
        <ul>
          {rows.map((row) => (
            <TimelineRow
              key={row.path}
              row={row}
              run={run}
              scale={scale}
              now={now}
              chosen={chosen}
              on={row.path === selected}
              onSelect={onSelect}
            />
          ))}
        </ul>
      </div>
    </section>
  )
}

/** What the bars mean. */
export function TimelineLegend() {
  return (
    <span className={styles.legend}>
      <span>
        <i className={styles.bar} /> turn
      </span>
      <span>
        <i className={`${styles.bar} ${styles.call}`} /> call
      </span>
      <span>
        <i className={`${styles.bar} ${styles.wait}`} /> waiting
      </span>
      <span>
        <i className={`${styles.bar} ${styles.failed}`} /> failed
      </span>
    </span>
  )
}
