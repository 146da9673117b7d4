import { lazy, Suspense } from 'react'
import type { SourcePaneProps } from '@/features/source/source-pane'
import styles from './studio.module.css'

const SourcePane = lazy(() => import('@/features/source/source-pane'))

/** The source pane, loaded when it is first shown. */
export function SourceSlot(props: SourcePaneProps) {
  return (
    <div className={styles.source}>
      <Suspense fallback={null}>
        <SourcePane {...props} />
      </Suspense>
    </div>
  )
}
