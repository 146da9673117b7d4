import { useCallback, useEffect, useRef, useState } from 'react'
import { api } from '@/shared/api/client'
import type { Position } from '@/shared/api/types'
import { offerBack, tell } from './way-back'

export type Positions = { readonly [path: string]: Position }

const LAYOUT_PAUSE_MS = 400
const NOWHERE: Positions = {}

/** Places that a person chose, kept beside the flow and written when the hand rests. */
export function useMoved(name: string, layout: Positions) {
  const [moved, setMoved] = useState<Positions>(layout)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const keep = useCallback(
    (change: (before: Positions) => Positions) => {
      setMoved((before) => {
        const next = change(before)
        clearTimeout(timer.current)
        timer.current = setTimeout(() => {
          api.saveLayout(name, next).catch(() => tell('The places of the cards could not be kept.'))
        }, LAYOUT_PAUSE_MS)
        return next
      })
    },
    [name],
  )
  const wayBack = useRef<() => void>(() => undefined)
  useEffect(() => () => wayBack.current(), [])
  const move = useCallback(
    (places: Positions) => {
      wayBack.current()
      keep((before) => ({ ...before, ...places }))
    },
    [keep],
  )
  /** Give every card the place that the layout has for it, with a way back. */
  const tidy = useCallback(() => {
    if (Object.keys(moved).length === 0) return
    keep(() => NOWHERE)
    wayBack.current = offerBack('Every card is where the layout puts it.', () => keep(() => moved))
  }, [keep, moved])
  const rename = useCallback(
    (from: string, to: string) => {
      wayBack.current()
      setMoved((before) => {
        const touched = Object.keys(before).some((path) => path === from || path.startsWith(`${from}/`))
        if (!touched) return before
        keep((all) =>
          Object.fromEntries(
            Object.entries(all).map(([path, place]) => [
              path === from || path.startsWith(`${from}/`) ? to + path.slice(from.length) : path,
              place,
            ]),
          ),
        )
        return before
      })
    },
    [keep],
  )
  return { moved, move, tidy, rename }
}
