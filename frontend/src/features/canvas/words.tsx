import type { TaskState } from '@/entities/run/state'
import type { Json } from '@/shared/api/types'
import { some } from '@/shared/lib/format'
import { KindGlyph } from '@/shared/ui/glyphs'
import styles from './floats.module.css'
import { useTaskRun } from './follow'

const MOST = 900
const MOST_LINE = 120

/** The first lines of what a task said, or what it is saying right now. */
export function Words({ path, name, streaming }: { path: string; name: string; streaming: string | null }) {
  const task = useTaskRun(path)
  if (!task) return null
  const said = streaming ?? wordsOf(task)
  const failed = streaming === null && task.error !== null
  return (
    <article className={styles.words} aria-label={`Output of ${name}`}>
      <header className={styles.head}>
        <KindGlyph kind={task.kind} size={16} />
        <b>{name}</b>
        <span className={styles.path}>{path}</span>
        {task.turns.length > 0 && <span className={styles.turn}>turn {task.turns.length}</span>}
      </header>
      <div
        className={styles.text}
        data-mono={task.kind === 'tool' || undefined}
        data-failed={failed || undefined}
      >
        {said.slice(0, MOST)}
        {streaming !== null && <span className={styles.caret} />}
      </div>
    </article>
  )
}

/** The words worth showing of a task: its error, its answer, what its tool printed. */
export function wordsOf(task: TaskState): string {
  if (task.error) return task.error.message
  const last = task.turns.findLast((turn) => turn.text !== '')
  return textOf(task.output) || last?.text || ''
}

function textOf(output: Json): string {
  if (output === null) return ''
  if (typeof output === 'string') return output.trim()
  if (typeof output === 'object' && !Array.isArray(output)) {
    const { stdout, stderr } = output
    if (typeof stdout === 'string') return stdout.trim() || (typeof stderr === 'string' ? stderr.trim() : '')
  }
  return JSON.stringify(output, null, 1)
}

const lines = new WeakMap<TaskState, string>()

/** The first line of what a task said, for its foot; a record gives its first words, '' where there is none. */
export function firstLine(task: TaskState): string {
  const known = lines.get(task)
  if (known !== undefined) return known
  const { output } = task
  const record = output !== null && typeof output === 'object' && !('stdout' in output)
  const line = lineOf(task.error || !record ? plain(wordsOf(task)) : inRecord(output))
  lines.set(task, line)
  return line
}

/** Text that is itself a record, as many tools print, is read as one. */
function plain(text: string): string {
  if (!/^[[{]/.test(text)) return text
  try {
    return inRecord(JSON.parse(text) as Json) || text
  } catch {
    return text
  }
}

/** The first words in a record, however deep; of a list its length. */
function inRecord(value: Json): string {
  if (typeof value === 'string') return value
  if (Array.isArray(value)) return some(value.length, 'item')
  if (value === null || typeof value !== 'object') return ''
  for (const one of Object.values(value)) {
    const words = one === undefined ? '' : inRecord(one)
    if (words) return words
  }
  return ''
}

/** The first line with something on it, at a length that a foot could hold. */
export function lineOf(text: string): string {
  return /\S.*/.exec(text)?.[0].slice(0, MOST_LINE).trimEnd() ?? ''
}
