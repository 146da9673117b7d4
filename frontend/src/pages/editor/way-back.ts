import { notifications } from '@mantine/notifications'
import { createElement } from 'react'
import type { DocumentStore } from '@/entities/document/store'
import { Button } from '@/shared/ui/button'

/** Say why something cannot be done, or that it was. */
export function tell(message: string): void {
  notifications.show({ message })
}

/** Say what was taken away beside a button that brings it back. Returns how to take the toast away. */
export function offerBack(title: string, back: () => void): () => void {
  const id = notifications.show({
    title,
    message: createElement(
      Button,
      {
        small: true,
        onClick: () => {
          notifications.hide(id)
          back()
        },
      },
      'Undo',
    ),
  })
  return () => void notifications.hide(id)
}

/** Hold on to the newest `count` steps: `back` undoes exactly those, `lost` is told once they are not the newest. */
export function holdSteps(
  store: DocumentStore,
  count: number,
  lost: () => void,
): { back: () => void; drop: () => void } {
  const newest = store.getState().past.at(-1)
  const isNewest = () => store.getState().past.at(-1) === newest
  const drop = store.subscribe(() => {
    if (isNewest()) return
    drop()
    lost()
  })
  return {
    back() {
      drop()
      if (!isNewest()) return
      for (let step = 0; step < count; step += 1) store.getState().undo()
    },
    drop,
  }
}

/** A toast that brings deleted tasks back while the deletion is the last thing done. Returns how to take it away. */
export function offerUndo(store: DocumentStore, count: number, title: string): () => void {
  const steps = holdSteps(store, count, () => hide())
  const hide = offerBack(title, steps.back)
  return () => {
    steps.drop()
    hide()
  }
}
