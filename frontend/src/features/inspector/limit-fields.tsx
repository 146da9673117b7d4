import { Segments, TextField } from './fields'
import styles from './inspector.module.css'
import type { TaskTabProps } from './task-fields'
import { jsonAt, readRetry, retryText, textOf } from './values'

/** How long a task may take, how often it is tried, what its failure means. */
export function LimitFields({ reading, task, onSet }: Pick<TaskTabProps, 'reading' | 'task' | 'onSet'>) {
  const onError = textOf(reading, task, 'on_error')
  const rescue = task.lists.find((list) => list.branch === 'on_error')?.tasks.length ?? 0
  return (
    <section className={styles.section}>
      <h3>Limits</h3>
      <div className={styles.two}>
        <TextField
          label="Timeout"
          stacked
          mono
          placeholder="no limit"
          value={textOf(reading, task, 'timeout')}
          onCommit={(value) => onSet(['timeout'], value.trim() === '' ? undefined : value.trim())}
        />
        <TextField
          label="Retry"
          stacked
          mono
          placeholder="2 × after 10s"
          value={retryText(jsonAt(reading, task, 'retry'))}
          onCommit={(value) => {
            const retry = readRetry(value)
            if (retry === undefined) onSet(['retry'], undefined)
            else if (retry) {
              onSet(['retry', 'attempts'], retry.attempts)
              if (retry.delay) onSet(['retry', 'delay'], retry.delay)
            }
          }}
        />
      </div>
      {rescue > 0 ? (
        <p className={styles.remark}>
          When it fails: {rescue === 1 ? 'one task' : `${rescue} tasks`}, written under <code>on_error</code>.
        </p>
      ) : (
        <Segments
          label="On error"
          value={onError === 'continue' ? 'continue' : 'fail'}
          options={[
            { value: 'fail', name: 'Fail' },
            { value: 'continue', name: 'Continue' },
          ]}
          onChoose={(value) => onSet(['on_error'], value === 'fail' && onError === '' ? undefined : value)}
        />
      )}
    </section>
  )
}
