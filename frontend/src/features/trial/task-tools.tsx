import { Play } from 'lucide-react'
import { Button } from '@/shared/ui/button'
import styles from './trial.module.css'

/** What one task offers while a flow is tried out: run it alone, hold a trial before it. */
export function TaskTools({
  held,
  onBreakpoint,
  onRun,
}: {
  /** A breakpoint stands on it. */
  held: boolean
  /** Null where the shown run can no longer be held. */
  onBreakpoint: (() => void) | null
  /** Null while a run goes on. */
  onRun: (() => void) | null
}) {
  if (!onRun && !onBreakpoint) return null
  return (
    <div className={styles.tools} role="toolbar" aria-label="Try this task out">
      {onRun && (
        <Button
          small
          icon={<Play size={12} strokeWidth={1.8} />}
          keys={['shift+enter']}
          title="A trial of this task alone"
          onClick={onRun}
        >
          Run this task
        </Button>
      )}
      {onBreakpoint && (
        <Button
          small
          look={held ? 'on' : 'plain'}
          aria-pressed={held}
          icon={<i className={styles.dot} data-on={held || undefined} aria-hidden="true" />}
          keys={['B']}
          title={held ? 'Trials stop before it' : 'Let trials stop before it'}
          onClick={onBreakpoint}
        >
          Breakpoint
        </Button>
      )}
    </div>
  )
}
