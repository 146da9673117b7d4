import { useQuery } from '@tanstack/react-query'
import { CircleDot, Pin, PinOff, Play } from 'lucide-react'
import { taskNow } from '@/entities/run'
import { lastRunQuery } from './last-run'
import { Row } from './menu-row'
import type { Asking, Trying } from './trying'

const ICON = { size: 15, strokeWidth: 1.5 } as const

/** The rows of a task's menu with which it is tried out. */
export function TryingRows({
  path,
  flow,
  trying,
  onAsk,
}: {
  path: string
  flow: string
  trying: Trying
  onAsk: (asking: Asking) => void
}) {
  const { data: last } = useQuery(lastRunQuery(flow))
  const task = last ? taskNow(last.run, path) : undefined
  const pinned = trying.pinned.has(path)
  return (
    <>
      <Row
        name="Run this task"
        icon={<Play {...ICON} />}
        keys="shift+enter"
        onClick={() => onAsk({ how: 'only', path })}
      />
      <Row
        name={trying.breakpoints.has(path) ? 'Take the breakpoint away' : 'Set a breakpoint'}
        icon={<CircleDot {...ICON} />}
        keys="B"
        onClick={() => trying.toggle([path])}
      />
      {pinned ? (
        <Row name="Unpin" icon={<PinOff {...ICON} />} onClick={() => trying.pin(path, undefined)} />
      ) : (
        task?.status === 'completed' && (
          <Row
            name="Pin the last output"
            icon={<Pin {...ICON} />}
            onClick={() => trying.pin(path, task.output)}
          />
        )
      )}
    </>
  )
}
