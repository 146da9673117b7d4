import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Play, Square } from 'lucide-react'
import { useNavigate } from 'react-router'
import { api } from '@/shared/api/client'
import { sentence } from '@/shared/api/problem'
import type { JsonObject } from '@/shared/api/types'
import { useKeys } from '@/shared/lib/keys'
import { Button } from '@/shared/ui/button'
import styles from './run-buttons.module.css'

const ICON = { size: 14, strokeWidth: 1.5, 'aria-hidden': true } as const

/** Start the flow once more with the same inputs, and open the new run. */
export function RunAgain({ flow, inputs }: { flow: string; inputs: JsonObject }) {
  const go = useNavigate()
  const client = useQueryClient()
  const start = useMutation({
    mutationFn: () => api.startRun(flow, inputs, crypto.randomUUID()),
    onSuccess: ({ run_id }) => {
      void client.invalidateQueries({ queryKey: ['runs'] })
      void go(`/runs/${run_id}`)
    },
  })
  useKeys({ 'mod+enter': () => start.mutate() }, !start.isPending)
  return (
    <>
      {start.error && (
        <span className={styles.wrong} role="alert" title={sentence(start.error)}>
          {sentence(start.error)}
        </span>
      )}
      <Button
        look="ink"
        icon={<Play {...ICON} />}
        keys={['mod+enter']}
        busy={start.isPending}
        onClick={() => start.mutate()}
      >
        Run again
      </Button>
    </>
  )
}

/** Ask a run to stop; what is already done stays done. */
export function StopRun({ runId, stopping }: { runId: string; stopping: boolean }) {
  const client = useQueryClient()
  const stop = useMutation({
    mutationFn: () => api.cancelRun(runId),
    onSettled: () => client.invalidateQueries({ queryKey: ['run', runId] }),
  })
  useKeys({ 'mod+enter': () => stop.mutate() }, !stop.isPending && !stopping)
  return (
    <>
      {stop.error && (
        <span className={styles.wrong} role="alert" title={sentence(stop.error)}>
          {sentence(stop.error)}
        </span>
      )}
      <Button
        icon={<Square {...ICON} />}
        keys={['mod+enter']}
        busy={stop.isPending || stopping}
        onClick={() => stop.mutate()}
      >
        {stopping ? 'Stopping' : 'Stop'}
      </Button>
    </>
  )
}
