import { Pin, PinOff } from 'lucide-react'
import type { Json } from '@/shared/api/types'
import { Button } from '@/shared/ui/button'
import styles from './trial.module.css'

/** Keep the output that is shown in the flow, so that trials need not run the task, or take it out again. */
export function PinRow({
  output,
  pinned,
  onPin,
}: {
  /** Undefined where there is none that could be kept. */
  output: Json | undefined
  pinned: boolean
  /** Undefined takes the pin out. */
  onPin: (output: Json | undefined) => void
}) {
  if (!pinned && output === undefined) return null
  return (
    <div className={styles.pinned}>
      {pinned && <span>Trials use the pinned output; plain runs run the task.</span>}
      {pinned ? (
        <Button small icon={<PinOff size={12} strokeWidth={1.5} />} onClick={() => onPin(undefined)}>
          Unpin
        </Button>
      ) : (
        <Button
          small
          icon={<Pin size={12} strokeWidth={1.5} />}
          title="Write it into the flow as `pin:`; trials use it in place of a run"
          onClick={() => onPin(output)}
        >
          Pin this output
        </Button>
      )}
    </div>
  )
}
