/** How a trial differs from a plain run, in words. Pure. */

import type { Trial } from '@/shared/api/types'
import { shortId, some } from '@/shared/lib/format'
import type { Taken } from './outputs'

/** What a trial was asked, in short: `only review · 2 outputs given`. */
export function trialParts(trial: Trial): string[] {
  const pins = Object.keys(trial.pins ?? {}).filter((path) => !/@\d/.test(path)).length
  return [
    trial.only ? `only ${trial.only}` : '',
    pins > 0 ? `${some(pins, 'output')} given` : '',
    trial.development ? 'pinned outputs count' : '',
    trial.breakpoints && trial.breakpoints.length > 0 ? some(trial.breakpoints.length, 'breakpoint') : '',
    trial.step ? 'step by step' : '',
  ].filter((part) => part !== '')
}

/** A trial as one sentence. */
export function trialSentence(trial: Trial): string {
  const parts = trialParts(trial)
  return parts.length === 0 ? 'A trial.' : `A trial: ${parts.join(', ')}.`
}

/** `A`, `A and B`, `A, B and C`. */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names.join('')
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

/** Where what was taken came from: one group for each run, newest first, then what the flow pins. */
export function sources(
  taken: readonly Taken[],
): { readonly from: string; readonly names: readonly string[] }[] {
  const groups = new Map<string | null, string[]>()
  for (const { runId, name } of taken) groups.set(runId, [...(groups.get(runId) ?? []), name])
  return [...groups].map(([runId, names]) => ({
    from: runId === null ? 'Pinned in the flow' : `From run ${shortId(runId)}`,
    names,
  }))
}
