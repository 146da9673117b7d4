import { useStore } from '@xyflow/react'
import { useCallback } from 'react'
import { isWork } from '@/entities/run/paths'
import type { RunState } from '@/entities/run/state'
import { taskLook } from '@/entities/run/words'
import { Key } from '@/shared/ui/key'
import { useFollowed } from './follow'
import { StateWord } from './foot'
import { lodOf } from './lod'
import styles from './strip.module.css'

/** Far away: how many need a look, and the key that flies to them. Below 80 % only. */
export function RunStrip({ tasks }: { tasks: number }) {
  const far = useStore((state) => lodOf(state.transform[2]) !== 'all')
  const counts = useFollowed(useCallback(countsOf, []))
  if (!far) return null
  const [failed = 0, waiting = 0, running = 0] = counts.split(' ').map(Number)
  return (
    <>
      <div className={styles.strip} role="status">
        {failed > 0 && <StateWord look="failed">{failed} failed</StateWord>}
        {waiting > 0 && <StateWord look="waiting">{waiting} waiting for you</StateWord>}
        {running > 0 && <StateWord look="running">{running} running</StateWord>}
        <span className={styles.rest}>{tasks === 1 ? '1 task' : `${tasks} tasks`}</span>
        {failed + waiting + running > 0 && (
          <span className={styles.rest}>
            <Key name="." /> next
          </span>
        )}
      </div>
      <div className={styles.legend}>
        <StateWord look="done">Done</StateWord>
        <StateWord look="running">Running</StateWord>
        <StateWord look="waiting">Waiting</StateWord>
        <StateWord look="failed">Failed</StateWord>
        <StateWord look="queued">Queued</StateWord>
      </div>
    </>
  )
}

function countsOf(run: RunState | null): string {
  const looks = Object.values(run?.tasks ?? {})
    .filter(isWork)
    .map((task) => taskLook(task).look)
  const of = (look: string) => looks.filter((one) => one === look).length
  return `${of('failed')} ${of('waiting')} ${of('running')}`
}
