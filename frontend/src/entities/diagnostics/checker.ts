/** Asks for the findings of texts: in a worker, or right here where there is none. */

import type { Diagnostic } from '@/shared/api/types'
import type { Answer, Question } from './check.worker'
import type { Known } from './read'

export interface Checker {
  check(text: string, known: Known): Promise<readonly Diagnostic[]>
  stop(): void
}

interface Waiting {
  readonly question: Question
  readonly answer: (findings: readonly Diagnostic[]) => void
}

export function openChecker(): Checker {
  let worker = openWorker()
  const waiting = new Map<number, Waiting>()
  let number = 0
  worker?.addEventListener('message', ({ data }: MessageEvent<Answer>) => {
    waiting.get(data.number)?.answer(data.findings)
    waiting.delete(data.number)
  })
  // A worker that cannot be loaded is done without.
  worker?.addEventListener('error', () => {
    worker = null
    for (const { question, answer } of waiting.values()) void checkHere(question).then(answer)
    waiting.clear()
  })
  return {
    check(text, known) {
      number += 1
      const question: Question = { number, text, known }
      if (!worker) return checkHere(question)
      const asked = worker
      return new Promise((answer) => {
        waiting.set(question.number, { question, answer })
        asked.postMessage(question)
      })
    },
    stop: () => worker?.terminate(),
  }
}

async function checkHere({ text, known }: Question): Promise<readonly Diagnostic[]> {
  return (await import('./read')).check(text, known).findings
}

function openWorker(): Worker | null {
  if (typeof Worker === 'undefined') return null
  return new Worker(new URL('./check.worker.ts', import.meta.url), { type: 'module' })
}
