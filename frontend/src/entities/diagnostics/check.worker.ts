/** Checks texts beside the page, so that typing never waits for it. */

import type { Diagnostic } from '@/shared/api/types'
import { check, type Known } from './read'

export interface Question {
  readonly number: number
  readonly text: string
  readonly known: Known
}

export interface Answer {
  readonly number: number
  readonly findings: readonly Diagnostic[]
}

self.addEventListener('message', ({ data }: MessageEvent<Question>) => {
  const { findings } = check(data.text, data.known)
  self.postMessage({ number: data.number, findings } satisfies Answer)
})
