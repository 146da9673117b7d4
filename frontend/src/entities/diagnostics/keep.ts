/** Findings beside the typing: ours as soon as it rests, the studio's when they arrive. Returns how to stop. */

import { api } from '@/shared/api/client'
import type { Diagnostic } from '@/shared/api/types'
import type { DocumentStore } from '../document/store'
import { openChecker } from './checker'
import type { Known } from './read'
import { areSame, combine, compare, type Told } from './told'

const OWN_MS = 60
const ASK_MS = 250

type Findings = readonly Diagnostic[]

/** `known` is asked each time: what the studio has told may grow. */
export function keepFinding(store: DocumentStore, known: () => Known): () => void {
  const checker = openChecker()
  const timers: ReturnType<typeof setTimeout>[] = []
  let asked: AbortController | null = null
  let answered: string | null = null
  let told: Told | null = null

  const show = (findings: Findings, text: string) => {
    const { diagnostics } = store.getState()
    // The same findings stay the same value, so that nothing is drawn again.
    store.getState().setDiagnostics(areSame(findings, diagnostics) ? diagnostics : findings, text)
  }
  const checkOwn = async () => {
    const { text } = store.getState()
    const ours = await checker.check(text, known())
    if (answered !== text) show(combine(text, ours, told), text)
  }
  const learn = async (theirs: Findings, text: string) => {
    told = compare(text, theirs, await checker.check(text, known()))
  }
  const ask = async () => {
    asked?.abort()
    asked = new AbortController()
    const { text, name } = store.getState()
    try {
      const { diagnostics } = await api.check(text, name, asked.signal)
      answered = text
      show(diagnostics, text)
      await learn(diagnostics, text)
    } catch {
      // Without the studio our own findings stand; saving says that it is gone.
    }
  }
  const later = (act: () => Promise<void>, ms: number) => timers.push(setTimeout(() => void act(), ms))
  const stop = store.subscribe((state, before) => {
    if (state.text === before.text) return
    for (const timer of timers.splice(0)) clearTimeout(timer)
    later(checkOwn, OWN_MS)
    later(ask, ASK_MS)
  })
  const { diagnostics, text } = store.getState()
  void learn(diagnostics, text)
  return () => {
    for (const timer of timers) clearTimeout(timer)
    asked?.abort()
    stop()
    checker.stop()
  }
}
