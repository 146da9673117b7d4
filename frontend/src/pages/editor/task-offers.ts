import { useMemo } from 'react'
import { useStore } from 'zustand'
import { CONTAINERS } from '@/entities/document/read'
import type { DocumentStore } from '@/entities/document/store'
import { type Offer, useOffers } from '@/shared/lib/offers'
import type { Acts } from './acts'

/** What can be done with the selected tasks, for the palette. */
export function useTaskOffers(
  store: DocumentStore,
  acts: Acts,
  enabled: boolean,
  more: readonly Offer[],
): void {
  const paths = useStore(store, (state) => state.pointing.paths)
  useOffers(
    useMemo(() => {
      const path = paths.at(-1)
      if (!enabled || path === undefined) return null
      const task = store.getState().reading.byPath.get(path)
      const alone = paths.length === 1
      const name = alone ? (task?.name ?? path) : `${paths.length} tasks`
      return {
        heading: name,
        offers: [
          { name: `Duplicate ${name}`, keys: 'mod+D', act: acts.duplicate },
          { name: `Wrap ${name} in a sequence`, act: () => acts.wrap('sequential') },
          { name: `Wrap ${name} in a parallel`, act: () => acts.wrap('parallel') },
          { name: `Wrap ${name} in a condition`, act: () => acts.wrap('condition') },
          { name: `Wrap ${name} in a loop`, act: () => acts.wrap('loop') },
          ...(alone && task && CONTAINERS.has(task.kind)
            ? [{ name: `Unwrap ${name}`, act: () => acts.unwrap(path) }]
            : []),
          { name: `Move ${name} up`, keys: 'alt+up', act: () => acts.shift(-1) },
          { name: `Move ${name} down`, keys: 'alt+down', act: () => acts.shift(1) },
          { name: `Remove ${name}`, keys: 'delete', act: acts.remove },
          ...more,
        ],
      }
    }, [store, acts, enabled, paths, more]),
  )
}
