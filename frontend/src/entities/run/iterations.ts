/** Which iterations a person looks at, shared by the canvas, the inspector and the floats of one run. */

import { createStore } from 'zustand/vanilla'
import { type Chosen, NEWEST, staticPath } from './paths'

interface Iterations {
  readonly runs: { readonly [runId: string]: Chosen }
}

export const iterations = createStore<Iterations>(() => ({ runs: {} }))

export const chosenIn = (runId: string): Chosen => iterations.getState().runs[runId] ?? NEWEST

/** Look at one iteration of a loop; null goes back to the newest, whichever that is. */
export function chooseIteration(runId: string, loop: string, iteration: number | null): void {
  iterations.setState(({ runs }) => {
    const { [loop]: _, ...rest } = runs[runId] ?? NEWEST
    return { runs: { ...runs, [runId]: iteration === null ? rest : { ...rest, [loop]: iteration } } }
  })
}

/** Look at the iterations that a runtime path lies in: `a@1/b@2/c` chooses in `a` and in `a/b`. */
export function lookAt(runId: string, path: string): void {
  for (const found of path.matchAll(/@(\d+)(?=\/|$)/g)) {
    chooseIteration(runId, staticPath(path.slice(0, found.index)), Number(found[1]))
  }
}
