import { type RefObject, useMemo, useState } from 'react'
import type { Wish } from '@/entities/document/insert'
import { CONTAINERS } from '@/entities/document/read'
import type { DocumentStore } from '@/entities/document/store'
import { branchesOf } from '@/entities/graph/branches'
import type { Camera } from '@/features/canvas/camera'

interface Adding {
  readonly seat: Wish
  readonly where: string
  readonly at: { readonly x: number; readonly y: number }
  /** The branches to choose from, where the task goes into a condition. */
  readonly branches: readonly string[]
}

const BESIDE = 12

/** Where the next task will land, and where on the screen that is asked. */
export function useAdding(store: DocumentStore, camera: RefObject<Camera | null>) {
  const [wish, setWish] = useState<Adding | null>(null)
  return useMemo(
    () => ({
      wish,
      close: () => setWish(null),
      /** After the selected card, into the selected frame, or at the end. */
      openHere() {
        const { pointing, reading } = store.getState()
        const path = pointing.paths.at(-1)
        const task = path === undefined ? undefined : reading.byPath.get(path)
        const button = document.querySelector('[data-add-task]')?.getBoundingClientRect()
        const under = { x: button?.left ?? 0, y: (button?.bottom ?? 0) + BESIDE }
        const card = task ? camera.current?.screenOf(task.path) : null
        const at = card ? { x: card.x + BESIDE, y: card.y } : under
        const branches: readonly string[] = []
        if (!task) {
          const last = reading.tasks.at(-1)
          setWish({ seat: {}, where: last ? `after ${last.name}` : 'the first task', at, branches })
        } else if (task.kind === 'condition') {
          setWish(inBranch(store, task.path, null, at))
        } else if (CONTAINERS.has(task.kind)) {
          setWish({ seat: { into: task.path }, where: `in ${task.name}`, at, branches })
        } else {
          setWish({ seat: { after: task.path }, where: `after ${task.name}`, at, branches })
        }
      },
      /** Between two tasks that an edge joins. */
      openOn(from: string, to: string, at: { x: number; y: number }) {
        const name = store.getState().reading.byPath.get(from)?.name ?? from
        setWish({ seat: { after: from, before: to }, where: `after ${name}`, at, branches: [] })
      },
      /** At the end of one list of a frame. */
      openInto: (path: string, branch: string | null, at: { x: number; y: number }) =>
        setWish(inBranch(store, path, branch, at)),
      /** Into another branch of the same condition. */
      choose: (branch: string) =>
        setWish((before) => before && { ...before, seat: { ...before.seat, branch } }),
    }),
    [wish, store, camera],
  )
}

function inBranch(store: DocumentStore, path: string, branch: string | null, at: Adding['at']): Adding {
  const { graph, reading } = store.getState()
  const name = reading.byPath.get(path)?.name ?? path
  const branches = branchesOf(graph, reading).get(path) ?? []
  const chosen = branch ?? branches[0]
  const listed = chosen !== undefined && branches.includes(chosen) ? branches : []
  const where = chosen === undefined || listed.length > 0 ? `in ${name}` : `in ${chosen} of ${name}`
  return {
    seat: { into: path, ...(chosen === undefined ? {} : { branch: chosen }) },
    where,
    at,
    branches: listed,
  }
}
