import { lookAt, type RunState, type Segment } from '@/entities/run'
import { duration } from '@/shared/lib/format'
import { join } from '@/shared/lib/join'
import { place, tone } from './bars'
import type { Scale } from './scale'
import styles from './timeline.module.css'

/** The iterations of a task as numbered lengths of its row; one that is chosen is looked at everywhere. */
export function IterationBars({
  segments,
  run,
  scale,
  now,
  shown,
  onSelect,
}: {
  segments: readonly Segment[]
  run: RunState
  scale: Scale
  now: number
  /** The runtime path that is looked at. */
  shown: string | undefined
  onSelect: () => void
}) {
  const newest = segments.findLast((segment) => segment.what !== 'wait')?.path
  return segments.map((segment) => {
    const to = segment.to ?? run.endedAt ?? now
    const length = duration(Math.max(0, to - segment.from))
    if (segment.what === 'wait') {
      return (
        <i
          key={`${segment.path} ${segment.key}`}
          className={join(styles.bar, styles.wait)}
          style={place(scale, segment.from, to)}
          title={`Waiting, ${length}`}
        />
      )
    }
    return (
      <button
        key={segment.key}
        type="button"
        // The row's button is the way by keys; arrows on the loop choose iterations there.
        tabIndex={-1}
        aria-label={`Iteration ${segment.number}, ${length}`}
        title={`Iteration ${segment.number}, ${length}`}
        className={join(styles.bar, styles.iteration, tone(segment))}
        // The newest is looked at unless a person chose another one; only a choice is drawn in ink.
        data-shown={(segment.path === shown && segment.path !== newest) || undefined}
        style={place(scale, segment.from, to)}
        onClick={() => {
          lookAt(run.runId, segment.path)
          onSelect()
        }}
      >
        <b>{segment.number}</b>
      </button>
    )
  })
}
