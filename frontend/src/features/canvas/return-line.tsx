import { memo, useCallback } from 'react'
import type { Return } from '@/entities/graph/layout'
import { taskNow } from '@/entities/run/paths'
import styles from './branches.module.css'
import { useFollowed } from './follow'

/** How far left of the tasks the line runs: in the middle of the frame's inset. */
const LANE = 6
const RADIUS = 4
const TIP = 5

/** The line of a loop from its last task back to its first. */
export const ReturnLine = memo(function ReturnLine({ path, line }: { path: string; line: Return }) {
  const wire = useFollowed(
    useCallback(
      (run, chosen) => {
        if (!run) return 'plain'
        return (taskNow(run, path, chosen)?.iterations ?? 0) > 1 ? 'taken' : 'not-reached'
      },
      [path],
    ),
  )
  const { from, to } = line
  return (
    <svg className={styles.return} data-wire={wire} aria-hidden="true">
      <path
        d={`M${from.x} ${from.y}H${LANE + RADIUS}Q${LANE} ${from.y} ${LANE} ${from.y - RADIUS}V${to.y + RADIUS}Q${LANE} ${to.y} ${LANE + RADIUS} ${to.y}H${to.x - TIP + 1}`}
      />
      <path data-tip="" d={`M${to.x - TIP} ${to.y - 3.5}v7l${TIP} -3.5z`} />
    </svg>
  )
})
