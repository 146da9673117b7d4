import { useStore } from 'zustand'
import type { DocumentStore } from '@/entities/document/store'
import { full, when } from '@/shared/lib/format'
import { useNow } from '@/shared/lib/now'
import styles from './bar.module.css'

/** `Saved 12:03 a1b2c3`, or what keeps it from being so. */
export function SaveState({ store, onConflict }: { store: DocumentStore; onConflict: () => void }) {
  const saving = useStore(store, (state) => state.saving)
  const revision = useStore(store, (state) => state.revision)
  const savedAt = useStore(store, (state) => state.savedAt)
  const now = useNow(1000, saving.kind === 'offline')
  switch (saving.kind) {
    case 'saved':
      return (
        <span className={styles.saved} role="status" title={savedAt > 0 ? full(savedAt) : undefined}>
          Saved {savedAt > 0 && clockTime(savedAt)} <code>{short(revision)}</code>
        </span>
      )
    case 'edited':
      return (
        <span className={styles.saved} role="status">
          Edited
        </span>
      )
    case 'saving':
      return (
        <span className={styles.saved} role="status">
          Saving
        </span>
      )
    case 'offline':
      return (
        <span className={styles.unsaved} role="status">
          Not saved, retrying in {Math.max(1, Math.ceil((saving.retryAt - now) / 1000))} s. Your edits are
          kept here.
        </span>
      )
    case 'refused':
      return (
        <span className={styles.unsaved} role="alert" title={saving.why}>
          Not saved: {saving.why}
        </span>
      )
    case 'conflict':
      return (
        <button type="button" className={styles.conflict} onClick={onConflict}>
          Changed elsewhere, not saved
        </button>
      )
  }
}

/** `12:03` today, else `Nov 19, 12:03`. */
function clockTime(at: number): string {
  return when(at, Date.now()).replace('today ', '')
}

/** Six letters of a revision, without the name of its hash. */
function short(revision: string): string {
  return revision.slice(revision.indexOf(':') + 1).slice(0, 6)
}
