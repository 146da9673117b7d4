import { notifications } from '@mantine/notifications'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { connect } from '@/entities/document/edges'
import { EditRefused } from '@/entities/document/edits'
import { insertTask, type Wish } from '@/entities/document/insert'
import { renameTask } from '@/entities/document/rename'
import type { DocumentStore } from '@/entities/document/store'
import { removeTask } from '@/entities/document/structure'
import type { Edit } from '@/entities/document/text'
import type { Choice } from '@/features/palette/choices'
import { api } from '@/shared/api/client'
import type { Position } from '@/shared/api/types'
import { offerBack, offerUndo } from './way-back'

type Positions = { readonly [path: string]: Position }

const LAYOUT_PAUSE_MS = 400
const NOWHERE: Positions = {}

/** What a hand on the canvas does to the flow. Refusals are said where they happen. */
export function useActs(store: DocumentStore, layout: Positions) {
  const { moved, move, tidy, rename: renamePlaces } = useMoved(store.getState().name, layout)
  const wayBack = useRef<() => void>(() => undefined)
  // A toast that outlives the editor would undo where nobody sees or saves it.
  useEffect(() => () => wayBack.current(), [])
  const attempt = useCallback(
    (make: () => Edit[], select?: readonly string[]): string | null => {
      try {
        store.getState().settle()
        store.getState().apply(make(), 'canvas', select)
        return null
      } catch (error) {
        if (error instanceof EditRefused) return error.message
        throw error
      }
    },
    [store],
  )
  return useMemo(
    () => ({
      moved,
      move,
      tidy,
      add(choice: Choice, wish: Wish): string | null {
        let path = ''
        const why = attempt(() => {
          const made = insertTask(store.getState().reading, choice.word, choice.body, wish)
          path = made.path
          return made.edits
        })
        if (why) tell(why)
        else store.getState().point([path], 'canvas')
        return why ? null : path
      },
      connect(from: string, to: string) {
        const why = attempt(() => connect(store.getState().reading, from, to))
        if (why) tell(why)
      },
      /** Take out the selected tasks, with a way back. */
      remove() {
        const { pointing, reading } = store.getState()
        const paths = pointing.paths.filter(
          (path) => !pointing.paths.some((other) => other !== path && path.startsWith(`${other}/`)),
        )
        const names = paths.flatMap((path) => reading.byPath.get(path)?.name ?? [])
        let done = 0
        for (const path of paths) {
          const why = attempt(() => removeTask(store.getState().reading, path))
          if (why) tell(why)
          else done += 1
        }
        store.getState().point([], 'canvas')
        if (done === 0) return
        const said =
          done === 1 ? `${names[0] ?? ''} is out of the flow.` : `${done} tasks are out of the flow.`
        wayBack.current = offerUndo(store, done, said)
      },
      rename(path: string, id: string): string | null {
        const to = path.includes('/') ? `${path.slice(0, path.lastIndexOf('/'))}/${id}` : id
        const why = attempt(() => renameTask(store.getState().reading, path, id), [to])
        if (!why) renamePlaces(path, to)
        return why
      },
    }),
    [attempt, moved, move, tidy, renamePlaces, store],
  )
}

function tell(message: string): void {
  notifications.show({ message })
}

/** Places that a person chose, kept beside the flow and written when the hand rests. */
function useMoved(name: string, layout: Positions) {
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
