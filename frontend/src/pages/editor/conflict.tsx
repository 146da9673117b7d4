import { Modal } from '@mantine/core'
import { useStore } from 'zustand'
import type { Saver } from '@/entities/document/keep'
import type { DocumentStore } from '@/entities/document/store'
import { Button } from '@/shared/ui/button'
import styles from './conflict.module.css'

/** Two wrote the same flow: both texts side by side, and a person says which one stays. */
export function Conflict({
  store,
  saver,
  opened,
  onClose,
}: {
  store: DocumentStore
  saver: Saver
  opened: boolean
  onClose: () => void
}) {
  const saving = useStore(store, (state) => state.saving)
  const mine = useStore(store, (state) => state.text)
  if (saving.kind !== 'conflict') return null
  const { theirs } = saving
  const keep = () => {
    // Mine is written on top of theirs: theirs is the revision that it now replaces.
    store.getState().saved(theirs.text, theirs.revision, Date.now())
    void saver.flush()
    onClose()
  }
  const take = () => {
    store.getState().replace(theirs.text, theirs.revision, Date.now())
    onClose()
  }
  const rows = pairUp(mine.split('\n'), theirs.text.split('\n'))
  return (
    <Modal opened={opened} onClose={onClose} title="This flow was changed elsewhere" size="auto">
      <div className={styles.conflict}>
        <div className={styles.sides}>
          <b>Mine, not saved</b>
          <b>Theirs, saved</b>
        </div>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region is reached by Tab */}
        <div className={styles.texts} tabIndex={0} role="group" aria-label="Both texts">
          {rows.map((row) => (
            <div key={row.key} className={styles.row} data-differs={row.mine !== row.theirs || undefined}>
              <pre data-side="mine">{row.mine ?? ''}</pre>
              <pre data-side="theirs">{row.theirs ?? ''}</pre>
            </div>
          ))}
        </div>
        <footer>
          <Button look="ink" data-autofocus onClick={keep}>
            Keep mine
          </Button>
          <Button onClick={take}>Take theirs</Button>
          <span>Taking theirs can be undone.</span>
        </footer>
      </div>
    </Modal>
  )
}

interface Row {
  readonly key: number
  readonly mine: string | null
  readonly theirs: string | null
}

/** Pair equal lines at the head and the tail; what lies between differs. */
function pairUp(mine: readonly string[], theirs: readonly string[]): Row[] {
  let head = 0
  while (head < mine.length && head < theirs.length && mine[head] === theirs[head]) head += 1
  let tail = 0
  const most = Math.min(mine.length, theirs.length) - head
  while (tail < most && mine.at(-1 - tail) === theirs.at(-1 - tail)) tail += 1
  const middle = Math.max(mine.length, theirs.length) - head - tail
  const rows: Row[] = []
  const near = 3
  for (let at = Math.max(0, head - near); at < head; at += 1) {
    rows.push({ key: rows.length, mine: mine[at] ?? '', theirs: theirs[at] ?? '' })
  }
  for (let at = 0; at < middle; at += 1) {
    rows.push({
      key: rows.length,
      mine: head + at < mine.length - tail ? (mine[head + at] ?? '') : null,
      theirs: head + at < theirs.length - tail ? (theirs[head + at] ?? '') : null,
    })
  }
  for (let at = 0; at < Math.min(near, tail); at += 1) {
    const line = mine[mine.length - tail + at] ?? ''
    rows.push({ key: rows.length, mine: line, theirs: line })
  }
  return rows
}
