import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'
import { FastForward, Pause, Play, Square } from 'lucide-react'
import { useNavigate } from 'react-router'
import { api } from '@/shared/api/client'
import { sentence } from '@/shared/api/problem'
import type { JsonObject, RunStatus } from '@/shared/api/types'
import { useKeys } from '@/shared/lib/keys'
import { Button } from '@/shared/ui/button'
import styles from './run-buttons.module.css'

const ICON = { size: 14, strokeWidth: 1.5, 'aria-hidden': true } as const

/** What can be done with a run that has ended: continue it where it ended badly, run it again. */
export function EndedRun({
  runId,
  flow,
  inputs,
  status,
}: {
  runId: string
  flow: string
  inputs: JsonObject
  status: RunStatus
}) {
  const bad = status !== 'completed'
  const start = useNewRun(() => api.startRun(flow, inputs, crypto.randomUUID()))
  const goOn = useNewRun(() => api.continueRun(runId))
  const main = bad ? goOn : start
  useKeys({ 'mod+enter': () => main.mutate() }, !start.isPending && !goOn.isPending)
  const words = bad ? { look: 'plain' as const } : { look: 'ink' as const, keys: ['mod+enter'] }
  return (
    <>
      <Refused by={[start, goOn]} />
      <Button {...words} icon={<Play {...ICON} />} busy={start.isPending} onClick={() => start.mutate()}>
        Run again
      </Button>
      {bad && (
        <Button
          look="ink"
          icon={<FastForward {...ICON} />}
          keys={['mod+enter']}
          busy={goOn.isPending}
          title="A new run that keeps what this one finished"
          onClick={() => goOn.mutate()}
        >
          Continue
        </Button>
      )}
    </>
  )
}

/** What can be done with a run that goes on: pause it and let it go on, stop it. */
export function LiveRun({ runId, paused, stopping }: { runId: string; paused: boolean; stopping: boolean }) {
  const client = useQueryClient()
  const settled = { onSettled: () => client.invalidateQueries({ queryKey: ['run', runId] }) }
  const stop = useMutation({ mutationFn: () => api.cancelRun(runId), ...settled })
  const pause = useMutation({
    mutationFn: () => (paused ? api.continueRun(runId) : api.pauseRun(runId)),
    ...settled,
  })
  useKeys({ 'mod+enter': () => stop.mutate() }, !stop.isPending && !stopping)
  useKeys({ p: () => pause.mutate() }, !pause.isPending && !stopping)
  return (
    <>
      <Refused by={[stop, pause]} />
      <Button
        look={paused ? 'ink' : 'plain'}
        icon={paused ? <FastForward {...ICON} /> : <Pause {...ICON} />}
        keys={['p']}
        busy={pause.isPending}
        disabled={stopping}
        title={paused ? 'Let the run go on' : 'Begin nothing new; what is under way ends its work'}
        onClick={() => pause.mutate()}
      >
        {paused ? 'Continue' : 'Pause'}
      </Button>
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

/** Make a run and open it. */
export function useNewRun(make: () => Promise<{ run_id: string }>) {
  const go = useNavigate()
  const client = useQueryClient()
  return useMutation({
    mutationFn: make,
    onSuccess: ({ run_id }) => {
      void client.invalidateQueries({ queryKey: ['runs'] })
      void go(`/runs/${run_id}`)
    },
  })
}

function Refused({ by }: { by: readonly Pick<UseMutationResult, 'error'>[] }) {
  const error = by.map((asked) => asked.error).find((found) => found !== null)
  if (!error) return null
  return (
    <span className={styles.wrong} role="alert" title={sentence(error)}>
      {sentence(error)}
    </span>
  )
}
