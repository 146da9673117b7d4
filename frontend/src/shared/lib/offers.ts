import { useEffect, useSyncExternalStore } from 'react'

/** One thing that the open page can do right now; the palette shows it. */
export interface Offer {
  readonly name: string
  readonly keys?: string
  readonly act: () => unknown
}

/** What a page offers, under a heading. */
export interface Offers {
  readonly heading: string
  readonly offers: readonly Offer[]
}

const listeners = new Set<() => void>()
let current: Offers | null = null

function tell(next: Offers | null): void {
  current = next
  for (const listener of listeners) listener()
}

/** Offer things to do for as long as the page is open; null offers nothing. */
export function useOffers(offers: Offers | null): void {
  useEffect(() => {
    tell(offers)
    return () => tell(null)
  }, [offers])
}

/** What the open page offers. */
export function useOffered(): Offers | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    () => current,
  )
}
