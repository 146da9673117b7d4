import { useMemo } from 'react'
import { isFrame } from '@/entities/graph/layout'
import type { RunStore } from '@/entities/run'
import { staticPath, useRun, useTaskNow } from '@/entities/run'
import { ApprovalCard, useOpenApprovals } from '@/features/approvals'
import type { Float } from '@/features/canvas/floats'
import { Words } from '@/features/canvas/words'
import type { Graph } from '@/shared/api/types'

const APPROVAL_WIDTH = 344
const WORDS_WIDTH = 312

/** What floats beside the cards of a followed run: the oldest open question, and the words that are said. */
export function useFloats(store: RunStore, graph: Graph, selected: string | undefined): readonly Float[] {
  const runId = useRun(store, (open) => open.run.runId)
  const approvals = useOpenApprovals(runId)
  const open = useRun(store, (state) => openPaths(state.run.approvals))
  const streamed = useRun(store, (state) => state.streamed)
  const live = useRun(store, (state) => liveWith(Object.keys(state.streamed)))
  // The iteration of the selected card that is looked at.
  const task = useTaskNow(store, selected)
  const shown = task?.path
  const said =
    task !== undefined &&
    (task.error !== null || task.output !== null || task.turns.some((turn) => turn.text !== ''))
  return useMemo(() => {
    const floats: Float[] = []
    // The journal is ahead of the list: a question that is decided there is not asked any more.
    const waiting = approvals.filter((one) => open.split('\n').includes(one.path))
    const approval = waiting.find((one) => one.path === shown) ?? waiting[0]
    if (approval) {
      floats.push({
        id: approval.approval_id,
        path: approval.path,
        width: APPROVAL_WIDTH,
        tone: 'waiting',
        content: <ApprovalCard approval={approval} />,
      })
    }
    const path = shown !== undefined && (said || streamed[shown]) ? shown : live
    const vertex = path && graph.vertices.find((one) => one.path === staticPath(path))
    if (vertex && path !== approval?.path && !isFrame(vertex)) {
      const words = streamed[path]?.text ?? null
      floats.push({
        id: `words ${path}`,
        path,
        width: WORDS_WIDTH,
        tone: words === null ? 'plain' : 'running',
        content: <Words path={path} name={vertex.name} streaming={words} />,
      })
    }
    return floats
  }, [approvals, open, streamed, live, said, shown, graph])
}

function openPaths(approvals: { readonly [id: string]: { status: string; path: string } }): string {
  return Object.values(approvals)
    .filter((approval) => approval.status === 'open')
    .map((approval) => approval.path)
    .join('\n')
}

function liveWith(paths: readonly string[]): string | undefined {
  return paths.at(-1)
}
