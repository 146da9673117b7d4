import {
  type Chosen,
  leftOut,
  type Piece,
  pieces,
  type TimelineRow as Row,
  type RunState,
  type Segment,
  segments,
  type TaskState,
  taskLook,
  taskNow,
  tokensOf,
  whySkipped,
} from '@/entities/run'
import { count, duration, some } from '@/shared/lib/format'
import { join } from '@/shared/lib/join'
import { KindGlyph, StateGlyph } from '@/shared/ui/glyphs'
import { stateTone } from '@/shared/ui/state'
import text from '@/shared/ui/text.module.css'
import { NAMED, place, tone } from './bars'
import { IterationBars } from './iteration-bars'
import type { Scale } from './scale'
import styles from './timeline.module.css'

type RowProps = {
  row: Row
  run: RunState
  scale: Scale
  now: number
  /** The iterations that are looked at. */
  chosen: Chosen
  on: boolean
  onSelect?: ((path: string) => void) | undefined
}

/** One task: its state, name and tokens at the left, its pieces on the ruler. */
export function TimelineRow(props: RowProps) {
  const { row, run, chosen, on, onSelect } = props
  const task = taskNow(run, row.path, chosen)
  const left = task ? null : leftOut(run, row.path, chosen)
  const word = left
    ? taskLook({ kind: '', status: 'skipped' })
    : taskLook(task ?? { kind: '', status: 'pending' })
  const used = tokensOf(run, row.path)
  return (
    <li className={join(styles.row, on && styles.on)}>
      <button
        type="button"
        className={styles.pick}
        data-row={row.path}
        aria-pressed={on}
        title={row.name}
        style={{ paddingLeft: `calc(var(--s-12) + ${row.depth} * var(--s-16))` }}
        onClick={() => onSelect?.(row.path)}
      >
        {row.group ? (
          <KindGlyph kind={row.kind} size={12} className={styles.kind} />
        ) : (
          <StateGlyph state={word.look} size={12} className={stateTone(word.look)} />
        )}
        <span className={styles.path}>
          {row.id}
          <span className={text.hidden}>, {word.word}</span>
        </span>
        <span className={styles.tokens}>{typeof used === 'number' ? count(used) : used}</span>
      </button>
      <span className={styles.bars}>
        {task ? <Bars {...props} task={task} /> : left && <span className={styles.words}>{LEFT[left]}</span>}
      </span>
    </li>
  )
}

const LEFT = { 'not-taken': 'not taken', 'not-needed': 'not needed', skipped: 'skipped' } as const

type BarsProps = RowProps & { task: TaskState }

function Bars({ row, run, task, scale, now, onSelect }: BarsProps) {
  const times = segments(run, row.path)
  if (task.startedAt === null) {
    const word =
      task.status === 'skipped' ? `skipped${task.reason ? `: ${whySkipped(task.reason)}` : ''}` : ''
    return <span className={styles.words}>{word}</span>
  }
  const end = task.endedAt ?? run.endedAt ?? now
  const shown = row.group || times.length > 0 ? [] : pieces(run, task)
  const many = task.attempt > 1
  return (
    <>
      {times.length > 0 && !row.group ? (
        <IterationBars
          segments={times}
          run={run}
          scale={scale}
          now={now}
          shown={task.path}
          onSelect={() => onSelect?.(row.path)}
        />
      ) : row.group ? (
        groupsOf(times, task).map(({ from, to }) => (
          <i key={from} className={styles.group} style={place(scale, from, to ?? end)} />
        ))
      ) : (
        shown.map((piece) => (
          <i
            key={piece.key}
            className={join(styles.bar, tone(piece))}
            style={place(scale, piece.from, piece.to ?? now)}
            title={`${NAMED[piece.what]}, ${duration((piece.to ?? now) - piece.from)}`}
          >
            {many && piece.what !== 'wait' && <b>{piece.attempt}</b>}
          </i>
        ))
      )}
      <Words
        left={scale.left(Math.max(end, ...times.map(({ to }) => to ?? end)))}
        start={scale.left(times[0]?.from ?? task.startedAt)}
      >
        {times.length > 1 ? iterated(task, times) : told(task, shown, row.group)}
      </Words>
    </>
  )
}

function Words({ left, start, children }: { left: number; start: number; children: string }) {
  if (children === '') return null
  // Beside the bar where there is room, else before it.
  const before = left > 80 && start > 24
  return (
    <span
      className={styles.words}
      title={children}
      style={
        before
          ? { right: `${100 - start}%`, maxWidth: `${start}%` }
          : { left: `${left}%`, maxWidth: `${100 - left}%` }
      }
    >
      {children}
    </span>
  )
}

/** A container in a loop has one bracket for each iteration. */
function groupsOf(times: readonly Segment[], task: TaskState): { from: number; to: number | null }[] {
  return times.length > 0 ? [...times] : [{ from: task.startedAt ?? 0, to: task.endedAt }]
}

function iterated(task: TaskState, times: readonly Segment[]): string {
  if (task.error) return task.error.message
  return some(times.filter((one) => one.what !== 'wait').length, 'iteration')
}

function told(task: TaskState, shown: Piece[], group: boolean): string {
  if (task.error) return task.error.message
  if (group) return task.startedAt !== null && task.endedAt ? duration(task.endedAt - task.startedAt) : ''
  const parts = []
  const wait = shown.find((piece) => piece.what === 'wait')
  if (wait?.to) parts.push(`waited ${duration(wait.to - wait.from)}`)
  else if (wait) parts.push('asks you')
  if (task.turns.length > 0) {
    parts.push(some(task.turns.length, 'turn'))
    if (task.callIds.length > 0) parts.push(some(task.callIds.length, 'call'))
  }
  if (task.resumed) parts.push('resumed after a restart')
  if (parts.length === 0 && task.startedAt !== null && task.endedAt !== null)
    return duration(task.endedAt - task.startedAt)
  return parts.join(', ')
}
