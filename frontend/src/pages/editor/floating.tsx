import { useMemo } from 'react'
import { isFrame } from '@/entities/graph/layout'
import type { RunState, RunStore, TaskState } from '@/entities/run'
import { staticPath, useRun, useTaskNow } from '@/entities/run'
import { ApprovalCard, useOpenApprovals } from '@/features/approvals'
import type { Float } from '@/features/canvas/floats'
import { Words, wordsOf } from '@/features/canvas/words'
import { HeldCard } from '@/features/run-controls/held-card'
import type { Graph } from '@/shared/api/types'

const APPROVAL_WIDTH = 344
const WORDS_WIDTH = 312

/** There is a place at either side of the flow. */
const PLACES = 2

/**
 * What floats beside the cards of a followed run: the oldest open question, a task that is held, and the words
 * of the card under the pointer or else the selected one, and of the newest that is speaking.
 */
export function useFloats(
  store: RunStore,
  graph: Graph,
  selected: string | undefined,
  hovered: string | undefined,
  /** The flow as it ran, and the task that the inspector shows already. */
  { text, inspected }: { text: string | undefined; inspected: string | undefined },
): readonly Float[] {
  const runId = useRun(store, (open) => open.run.runId)
  const approvals = useOpenApprovals(runId)
  const open = useRun(store, (state) => openPaths(state.run.approvals))
  const held = useRun(store, (state) => heldPaths(state.run.tasks))
  const streamed = useRun(store, (state) => state.streamed)
  // The iteration of the card that is looked at.
  const shown = useTaskNow(store, selected)
  const under = useTaskNow(store, hovered)
  return useMemo(() => {
    const floats: Float[] = []
    // The journal is ahead of the list: a question that is decided there is not asked any more.
    const waiting = approvals.filter((one) => open.split('\n').includes(one.path))
    const approval = waiting.find((one) => one.path === shown?.path) ?? waiting[0]
    if (approval) {
      floats.push({
        id: approval.approval_id,
        path: approval.path,
        width: APPROVAL_WIDTH,
        tone: 'waiting',
        content: <ApprovalCard approval={approval} />,
      })
    }
    const stops = held.split('\n').filter((path) => path !== '')
    const stop = stops.find((path) => path === shown?.path) ?? stops[0]
    const stopped = stop && graph.vertices.find((one) => one.path === staticPath(stop))
    const inside = stops.some((path) => staticPath(path) === inspected)
    if (stopped && stopped.path !== inspected) {
      floats.push({
        id: `held ${stop}`,
        path: stop,
        width: APPROVAL_WIDTH,
        tone: 'waiting',
        content: <HeldCard store={store} path={stop} name={stopped.name} text={text} keys={!inside} />,
      })
    }
    const speaks = (task: TaskState | undefined) =>
      task && task.path !== approval?.path && (streamed[task.path] || wordsOf(task) !== '')
        ? task.path
        : undefined
    const looked = speaks(under) ?? speaks(shown)
    for (const path of new Set([looked, Object.keys(streamed).at(-1)])) {
      const vertex = path && graph.vertices.find((one) => one.path === staticPath(path))
      if (!vertex || isFrame(vertex) || path === approval?.path || floats.length === PLACES) continue
      const words = streamed[path]?.text ?? null
      floats.push({
        id: `words ${path}`,
        path,
        width: WORDS_WIDTH,
        tone: words === null ? 'plain' : 'running',
        passing: path === under?.path && path !== shown?.path,
        content: <Words path={path} name={vertex.name} streaming={words} />,
      })
    }
    return floats
  }, [store, approvals, open, held, streamed, under, shown, graph, text, inspected])
}

const heldPaths = (tasks: RunState['tasks']): string =>
  Object.values(tasks)
    .filter((task) => task.status === 'held')
    .map((task) => task.path)
    .join('\n')

function openPaths(approvals: { readonly [id: string]: { status: string; path: string } }): string {
  return Object.values(approvals)
    .filter((approval) => approval.status === 'open')
    .map((approval) => approval.path)
    .join('\n')
}
