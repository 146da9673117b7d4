import { Plus } from 'lucide-react'
import { createContext, useContext } from 'react'
import type { Position } from '@/shared/api/types'
import styles from './into.module.css'

/** Opens the palette for a task in one list of a frame; the branch is null where the frame has one list. */
export type Into = (path: string, branch: string | null, at: Position) => void

export const IntoContext = createContext<Into | null>(null)

/** A small plus beside the name of a branch. */
export function AddInto({ path, branch }: { path: string; branch: string }) {
  const add = useContext(IntoContext)
  if (!add) return null
  return (
    <button
      type="button"
      className={`${styles.plus} nodrag nopan`}
      aria-label={`Add a task to ${branch}`}
      title={`Add a task to ${branch}`}
      onClick={(event) => {
        event.stopPropagation()
        add(path, branch, { x: event.clientX, y: event.clientY })
      }}
    >
      <Plus size={12} strokeWidth={2} />
    </button>
  )
}

/** What stands in an empty list: a way to put the first task in, or that there is nothing to do. */
export function EmptyList({
  path,
  branch,
  said,
  className,
  height,
}: {
  path: string
  branch: string | null
  said: string
  className: string | undefined
  height?: number
}) {
  const add = useContext(IntoContext)
  const style = height === undefined ? undefined : { height }
  if (!add) {
    return (
      <div className={className} style={style}>
        {said}
      </div>
    )
  }
  return (
    <div className={className} style={style}>
      <button
        type="button"
        className={`${styles.empty} nodrag nopan`}
        aria-label={branch === null ? 'Add a task' : `Add the first task to ${branch}`}
        onClick={(event) => {
          event.stopPropagation()
          add(path, branch, { x: event.clientX, y: event.clientY })
        }}
      >
        <Plus size={14} strokeWidth={1.8} /> {branch === null ? 'Add a task' : 'Add'}
      </button>
    </div>
  )
}
