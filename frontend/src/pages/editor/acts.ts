import { useCallback, useEffect, useMemo, useRef } from 'react'
import { copyTasks } from '@/entities/document/copy'
import { connect, disconnect } from '@/entities/document/edges'
import { EditRefused } from '@/entities/document/edits'
import { insertTask, type Wish } from '@/entities/document/insert'
import { type Act, moveTask, shiftTasks } from '@/entities/document/move'
import { duplicateTasks, pasteTasks } from '@/entities/document/paste'
import type { Reading } from '@/entities/document/read'
import { renameTask } from '@/entities/document/rename'
import type { DocumentStore } from '@/entities/document/store'
import { removeTasks, type Seat } from '@/entities/document/structure'
import type { Edit } from '@/entities/document/text'
import { unwrapTask } from '@/entities/document/unwrap'
import { type Wrapping, wrapTasks } from '@/entities/document/wrap'
import type { Choice } from '@/features/palette/choices'
import { type Positions, useMoved } from './places'
import { offerUndo, tell } from './way-back'

/** What a hand on the canvas does to the flow. Refusals are said where they happen. */
export function useActs(store: DocumentStore, layout: Positions) {
  const { moved, move, tidy, rename: renamePlaces } = useMoved(store.getState().name, layout)
  const wayBack = useRef<() => void>(() => undefined)
  // A toast that outlives the editor would undo where nobody sees or saves it.
  useEffect(() => () => wayBack.current(), [])
  const attempt = useCallback(
    (make: (reading: Reading) => readonly Edit[], select?: readonly string[]): string | null => {
      try {
        store.getState().settle()
        store.getState().apply(make(store.getState().reading), 'canvas', select)
        return null
      } catch (error) {
        if (error instanceof EditRefused) return error.message
        throw error
      }
    },
    [store],
  )
  /** Do an act and point at the tasks that it is about; null where it was refused, which is said. */
  const perform = useCallback(
    (make: (reading: Reading) => Act): readonly string[] | null => {
      let paths: readonly string[] = []
      const why = attempt((reading) => {
        const act = make(reading)
        paths = act.paths
        return act.edits
      })
      if (why) tell(why)
      else store.getState().point(paths, 'canvas')
      return why ? null : paths
    },
    [attempt, store],
  )
  const selected = useCallback(() => store.getState().pointing.paths, [store])
  const takeOut = useCallback(
    (said: (what: string, many: boolean) => string): boolean => {
      const paths = selected()
      const outer = paths.filter((path) => !paths.some((other) => path.startsWith(`${other}/`)))
      const name = store.getState().reading.byPath.get(outer[0] ?? '')?.name ?? ''
      if (outer.length === 0) return false
      const why = attempt((reading) => removeTasks(reading, paths))
      if (why) {
        tell(why)
        return false
      }
      store.getState().point([], 'canvas')
      const many = outer.length > 1
      wayBack.current = offerUndo(store, 1, said(many ? `${outer.length} tasks` : name, many))
      return true
    },
    [attempt, selected, store],
  )
  return useMemo(
    () => ({
      moved,
      move,
      tidy,
      add: (choice: Choice, wish: Wish) =>
        perform((reading) => {
          const { edits, path } = insertTask(reading, choice.word, choice.body, wish)
          return { edits, paths: [path] }
        })?.[0] ?? null,
      connect(from: string, to: string) {
        const why = attempt((reading) => connect(reading, from, to))
        if (why) tell(why)
      },
      disconnect(from: string, to: string) {
        const why = attempt((reading) => disconnect(reading, from, to))
        if (why) tell(why)
      },
      /** Take out the selected tasks, with a way back. */
      remove: () => takeOut((what, many) => `${what} ${many ? 'are' : 'is'} out of the flow.`),
      /** The selected tasks as YAML, or null where there is nothing to copy. */
      copy(): string | null {
        try {
          store.getState().settle()
          return copyTasks(store.getState().reading, selected()) || null
        } catch (error) {
          if (!(error instanceof EditRefused)) throw error
          tell(error.message)
          return null
        }
      },
      cut: () =>
        takeOut(
          (what, many) => `${what} ${many ? 'are' : 'is'} cut; paste to put ${many ? 'them' : 'it'} back.`,
        ),
      /** Put YAML tasks in: behind the selected one, or at a seat. */
      paste(text: string, seat?: Seat) {
        const last = selected().at(-1)
        return perform((reading) =>
          pasteTasks(reading, text, seat ?? (last === undefined ? {} : { after: last })),
        )
      },
      duplicate: () =>
        selected().length > 0 ? perform((reading) => duplicateTasks(reading, selected())) : null,
      wrap: (kind: Wrapping) => perform((reading) => wrapTasks(reading, selected(), kind)),
      unwrap: (path: string) => perform((reading) => unwrapTask(reading, path)),
      moveTo: (path: string, seat: Seat) => perform((reading) => moveTask(reading, path, seat)),
      /** The selected tasks one place up or down in their list. */
      shift: (by: -1 | 1) =>
        selected().length > 0 ? perform((reading) => shiftTasks(reading, selected(), by)) : null,
      rename(path: string, id: string): string | null {
        const to = path.includes('/') ? `${path.slice(0, path.lastIndexOf('/'))}/${id}` : id
        const why = attempt((reading) => renameTask(reading, path, id), [to])
        if (!why) renamePlaces(path, to)
        return why
      },
    }),
    [attempt, perform, takeOut, selected, moved, move, tidy, renamePlaces, store],
  )
}

export type Acts = ReturnType<typeof useActs>
