import { runWord } from '@/entities/run'
import type { RecentRun } from '@/shared/api/types'
import { duration } from '@/shared/lib/format'
import { join } from '@/shared/lib/join'
import styles from './bars.module.css'

const TALL = 17
const LOW = 4

/** The last runs as bars: height is time, colour is anything but done. */
export function Bars({ runs }: { runs: readonly RecentRun[] }) {
  const longest = Math.max(1, ...runs.map((run) => run.duration_ms ?? 0))
  if (runs.length === 0) return null
  const told = runs.map((run) => spoken(run)).join('; ')
  return (
    <span className={styles.bars} role="img" aria-label={`Last ${runs.length} runs, oldest first: ${told}`}>
      {runs.map((run) => {
        const share = Math.sqrt((run.duration_ms ?? 0) / longest)
        const look = runWord(run.status).look
        return (
          <i
            key={run.run_id}
            title={spoken(run)}
            className={join(styles.bar, styles[look])}
            style={{ height: LOW + share * (TALL - LOW) }}
          />
        )
      })}
    </span>
  )
}

function spoken(run: RecentRun): string {
  const { word } = runWord(run.status)
  return run.duration_ms === null ? word : `${word}, ${duration(run.duration_ms)}`
}
