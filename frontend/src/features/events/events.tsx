import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, useRef, useState } from 'react'
import { type RunEvent, type RunStore, useRun } from '@/entities/run'
import type { Json as Value } from '@/shared/api/types'
import { stamp } from '@/shared/lib/format'
import { join } from '@/shared/lib/join'
import { Json } from '@/shared/ui/json'
import { Empty } from '@/shared/ui/notice'
import styles from './events.module.css'
import { inShort } from './in-short'

const ROW = 28

/** Every event of a run as it was recorded; only the rows in view exist. */
export function Events({ store }: { store: RunStore }) {
  const events = useRun(store, (open) => open.events)
  const [seq, setSeq] = useState<number | null>(null)
  const list = useRef<HTMLDivElement>(null)
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => list.current,
    estimateSize: () => ROW,
    overscan: 12,
  })
  const chosen = seq === null ? undefined : events[seq - 1]
  const walk = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    const next = Math.max(1, Math.min(events.length, (seq ?? 0) + step))
    setSeq(next)
    rows.scrollToIndex(next - 1)
  }
  const from = events[0]?.ts ?? 0
  if (events.length === 0) return <Empty>No event yet.</Empty>
  return (
    <div className={styles.events}>
      <div className={styles.table}>
        <div className={styles.head} aria-hidden="true">
          <span>Seq</span>
          <span>At</span>
          <span>Event</span>
          <span>Task</span>
          <span>What it says</span>
        </div>
        <div
          className={styles.list}
          ref={list}
          role="listbox"
          aria-label="Events"
          aria-activedescendant={chosen ? `event-${chosen.seq}` : undefined}
          tabIndex={0}
          onKeyDown={walk}
        >
          <div style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map(({ index, start }) => {
              const event = events[index]
              if (!event) return null
              return (
                <Row
                  key={event.seq}
                  event={event}
                  from={from}
                  top={start}
                  on={event.seq === seq}
                  onOpen={() => setSeq(event.seq)}
                />
              )
            })}
          </div>
        </div>
      </div>
      <aside className={styles.detail} aria-label="Event">
        {chosen ? (
          <Json value={chosen as unknown as Value} />
        ) : (
          <Empty>Choose an event to read it whole.</Empty>
        )}
      </aside>
    </div>
  )
}

type RowProps = { event: RunEvent; from: number; top: number; on: boolean; onOpen: () => void }

function Row({ event, from, top, on, onOpen }: RowProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the list moves the choice by arrow keys
    <div
      id={`event-${event.seq}`}
      role="option"
      tabIndex={-1}
      aria-selected={on}
      className={join(styles.row, on && styles.on)}
      style={{ transform: `translateY(${top}px)` }}
      onClick={onOpen}
    >
      <span className={styles.faint}>{event.seq}</span>
      <span className={styles.faint}>{stamp(event.ts - from)}</span>
      <span>{event.type}</span>
      <span className={styles.soft}>{event.path}</span>
      <span className={styles.soft}>{inShort(event)}</span>
    </div>
  )
}
