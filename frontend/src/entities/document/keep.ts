/** What goes on beside a document: it is read when typing rests, and saved. Returns how to stop. */

import { api } from '@/shared/api/client'
import { Problem } from '@/shared/api/problem'
import type { DocumentStore } from './store'

const READ_MS = 120
const SAVE_MS = 800
const RETRY_MS = 5000
const MANY_LETTERS = 60_000

type Timer = ReturnType<typeof setTimeout>

/** Read the text again 120 ms after the last keystroke; a very large one waits longer. */
export function keepReading(store: DocumentStore): () => void {
  let timer: Timer | undefined
  const stop = store.subscribe((state, before) => {
    if (state.text === before.text || state.fresh) return
    clearTimeout(timer)
    timer = setTimeout(
      () => store.getState().settle(),
      state.text.length > MANY_LETTERS ? READ_MS * 3 : READ_MS,
    )
  })
  return () => {
    clearTimeout(timer)
    stop()
  }
}

const shelf = (name: string) => `agentry-unsaved:${name}`

interface Shelved {
  readonly text: string
  readonly base: string
  readonly at: number
}

/** Edits that were never saved, such as after a crash of the studio; null where there are none. */
export function unsaved(name: string): Shelved | null {
  try {
    return JSON.parse(localStorage.getItem(shelf(name)) ?? 'null') as Shelved | null
  } catch {
    return null
  }
}

export function dropUnsaved(name: string): void {
  localStorage.removeItem(shelf(name))
}

export interface Saver {
  /** Save what waits, now; resolves when it is stored or known not to be. */
  flush(): Promise<boolean>
  stop(): void
}

/** Save 800 ms after the last change. What cannot be saved is kept in the browser and tried again. */
export function keepSaving(store: DocumentStore): Saver {
  let timer: Timer | undefined
  let running: Promise<boolean> | null = null
  const plan = (ms: number) => {
    clearTimeout(timer)
    timer = setTimeout(() => void flush(), ms)
  }
  const write = async (): Promise<boolean> => {
    const { name, text, revision, savedText, saving } = store.getState()
    if (saving.kind === 'conflict') return false
    if (text === savedText) {
      dropUnsaved(name)
      return true
    }
    store.getState().setSaving({ kind: 'saving' })
    try {
      const saved = await api.saveFlow(name, text, revision)
      store.getState().saved(text, saved.revision, saved.edited_at)
      store.getState().setDiagnostics(saved.diagnostics, text)
      dropUnsaved(name)
      if (store.getState().text !== text) plan(SAVE_MS)
      return store.getState().text === text
    } catch (error) {
      refused(error)
      return false
    }
  }
  const refused = (error: unknown) => {
    const state = store.getState()
    const current = error instanceof Problem && error.status === 409 ? error.body.current : null
    if (current && typeof current === 'object' && !Array.isArray(current)) {
      const theirs = { text: String(current.text), revision: String(current.revision) }
      if (theirs.text === state.text) state.saved(state.text, theirs.revision, Date.now())
      else state.setSaving({ kind: 'conflict', theirs })
      return
    }
    const shelved: Shelved = { text: state.text, base: state.revision, at: Date.now() }
    localStorage.setItem(shelf(state.name), JSON.stringify(shelved))
    if (error instanceof Problem && error.status < 500) {
      state.setSaving({ kind: 'refused', why: error.message })
      return
    }
    state.setSaving({ kind: 'offline', retryAt: Date.now() + RETRY_MS })
    plan(RETRY_MS)
  }
  const flush = async (): Promise<boolean> => {
    clearTimeout(timer)
    // One write at a time: the next one starts from the revision that this one gives.
    if (running) await running
    running = write().finally(() => {
      running = null
    })
    return running
  }
  const unsubscribe = store.subscribe((state, before) => {
    if (state.text === before.text || state.saving.kind === 'conflict') return
    if (state.text === state.savedText) clearTimeout(timer)
    else plan(SAVE_MS)
  })
  return {
    flush,
    stop() {
      unsubscribe()
      clearTimeout(timer)
      if (store.getState().text !== store.getState().savedText) void flush()
    },
  }
}
