import type { Position } from '@/shared/api/types'

/** Where a menu opens; asked for by key, it has no pointer to open at. */
export function menuPlace(event: { clientX: number; clientY: number; target: EventTarget | null }): Position {
  if (event.clientX !== 0 || event.clientY !== 0) return { x: event.clientX, y: event.clientY }
  const box = (event.target as Element | null)?.getBoundingClientRect()
  return { x: box?.left ?? 0, y: box?.bottom ?? 0 }
}
