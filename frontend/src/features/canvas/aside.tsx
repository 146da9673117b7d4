import type { Node, NodeProps } from '@xyflow/react'
import { memo, useCallback } from 'react'
import { runtimePath } from '@/entities/run/paths'
import styles from './branches.module.css'
import { useFollowed } from './follow'
import { AddInto } from './into'

export type AsideNode = Node<{ owner: string; list: string }, 'aside'>

const SAYS: Readonly<Record<string, string>> = { on_error: 'on error', on_expire: 'on expire' }

/** The ground of what is done when a task fails or nobody answers, tied to the task at its left. */
export const Aside = memo(function Aside({ data: { owner, list } }: NodeProps<AsideNode>) {
  const hit = useFollowed(
    useCallback(
      (run, chosen) => run !== null && `${runtimePath(run, owner, chosen)}/${list}` in run.tasks,
      [owner, list],
    ),
  )
  return (
    <div className={styles.aside} data-hit={hit || undefined}>
      <i className={styles.tether} />
      <div className={styles.asideHead}>
        {SAYS[list] ?? list}
        <AddInto path={owner} branch={list} />
      </div>
    </div>
  )
})
