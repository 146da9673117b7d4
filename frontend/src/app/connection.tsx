import { useIsFetching, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { feed } from '@/entities/run'
import type { StreamState } from '@/shared/api/stream'
import { useNow } from '@/shared/lib/now'
import { StateGlyph } from '@/shared/ui/glyphs'
import styles from './shell.module.css'

/** Keep lists true: whenever a run gets further, what shows it asks again. */
export function useLists(): void {
  const client = useQueryClient()
  useEffect(() => {
    feed.open()
    let waiting: ReturnType<typeof setTimeout> | null = null
    const refresh = () => {
      waiting = null
      for (const key of ['runs', 'flows', 'approvals']) void client.invalidateQueries({ queryKey: [key] })
    }
    // A busy run changes many times a second; lists follow a few times a second.
    const plan = () => {
      waiting ??= setTimeout(refresh, 250)
    }
    const stop = feed.onChanged(({ run_id }) => {
      void client.invalidateQueries({ queryKey: ['run', run_id] })
      plan()
    })
    // What changed while the stream moved or was away was told to nobody.
    const unhear = feed.onState(({ open }) => open && plan())
    return () => {
      stop()
      unhear()
      if (waiting) clearTimeout(waiting)
    }
  }, [client])
}

/** A 1 px ink line under the top bar while something is asked for the first time. */
export function LoadingLine() {
  const asking = useIsFetching({ predicate: (query) => query.state.status === 'pending' })
  if (asking === 0) return null
  return (
    <div className={styles.loading} role="progressbar" aria-label="Loading">
      <i />
    </div>
  )
}

/** Says that the studio does not answer and when it is asked again. */
export function OfflineLine() {
  const [state, setState] = useState<StreamState>({ open: true })
  const now = useNow(1000, !state.open)
  useEffect(
    () => feed.onState((next) => setState((before) => (next.open && before.open ? before : next))),
    [],
  )
  if (state.open) return null
  const seconds = Math.max(0, Math.ceil((state.retryAt - now) / 1000))
  return (
    <div className={styles.offline} role="status">
      <StateGlyph state="waiting" size={14} />
      {seconds > 0 ? `The studio does not answer, retrying in ${seconds} s.` : 'Connecting to the studio.'}
    </div>
  )
}
