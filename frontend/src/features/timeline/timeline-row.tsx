import {
  type Piece,
  pieces,
  type TimelineRow as Row,
  type RunState,
  type TaskState,
  taskWord,
  tokensOf,
} from '@/entities/run'
import { count, duration, some } from '@/shared/lib/format'
import { join } from '@/shared/lib/join'
import { KindGlyph, StateGlyph } from '@/shared/ui/glyphs'
import { stateTone } from '@/shared/ui/state'
import text from '@/shared/ui/text.module.css'
import type { Scale } from './scale'
import styles from './timeline.module.css'

type RowProps = {
  row: Row
  run: RunState
  scale: Scale
  now: number
  on: boolean
  onSelect?: ((path: string) => void) | undefined
}

/** One task: its state, name and tokens at the left, its pieces on the ruler. */
export function TimelineRow({ row, run, scale, now, on, onSelect }: RowProps) {
  const task = run.tasks[row.path]
  const word = taskWord(task?.status ?? 'pending')
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
        {task && <Bars row={row} run={run} task={task} scale={scale} now={now} />}
      </span>
    </li>
  )
}

type BarsProps = Omit<RowProps, 'on' | 'onSelect'> & { task: TaskState }

function Bars({ row, run, task, scale, now }: BarsProps) {
  if (task.startedAt === null) {
    const word = task.status === 'skipped' ? `skipped${task.reason ? `: ${task.reason}` : ''}` : ''
    return <span className={styles.words}>{word}</span>
  }
  const end = task.endedAt ?? run.endedAt ?? now
  const shown = row.group ? [] : pieces(run, task)
  const many = task.attempt > 1
  return (
    <>
      {row.group ? (
        <i className={styles.group} style={place(scale, task.startedAt, end)} />
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
      <Words left={scale.left(end)} start={scale.left(task.startedAt)}>
        {told(task, shown, row.group)}
      </Words>
    </>
  )
}

const NAMED: Record<Piece['what'], string> = { turn: 'Turn', call: 'Call', wait: 'Waiting', plain: 'Task' }

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

function tone(piece: Piece): string | undefined {
  if (piece.what === 'wait') return styles.wait
  if (piece.outcome === 'failed') return styles.failed
  if (piece.outcome === 'going') return styles.running
  return piece.what === 'call' ? styles.call : undefined
}

function place(scale: Scale, from: number, to: number) {
  const left = scale.left(from)
  return { left: `${left}%`, width: `${Math.max(0, scale.left(to) - left)}%` }
}
