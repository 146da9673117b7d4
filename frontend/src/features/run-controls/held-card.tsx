import { type RunStore, useRun } from '@/entities/run'
import { StateGlyph } from '@/shared/ui/glyphs'
import styles from './held-card.module.css'
import { HeldTask } from './held-task'

/** A held task beside its card on the canvas: 344 wide, its Go on is the one ink button. */
export function HeldCard({
  store,
  path,
  name,
  text,
  keys,
}: {
  store: RunStore
  /** As the run has it, with the iteration. */
  path: string
  name: string
  /** The flow as it ran; undefined until it is known. */
  text: string | undefined
  /** Listen for F8 and F10. */
  keys: boolean
}) {
  const run = useRun(store, (open) => open.run)
  const task = run.tasks[path]
  if (task?.status !== 'held') return null
  return (
    <article className={styles.card} aria-label={`Held: ${name}`}>
      <header className={styles.head}>
        <StateGlyph state="waiting" size={14} />
        <strong>Held for you</strong>
      </header>
      <div className={styles.body}>
        <div>
          <h3 className={styles.title}>{name}</h3>
          <p className={styles.where}>{task.path}</p>
        </div>
        <HeldTask
          key={task.path}
          runId={run.runId}
          task={task}
          held={text === undefined ? undefined : { text, run }}
          keys={keys}
        />
      </div>
    </article>
  )
}
