/** The measures of tokens.css that a layout must know, in px, and the shapes that its parts hand each other. */

import type { Position } from '@/shared/api/types'

export const MEASURES = {
  card: { width: 208, height: 68 },
  head: 30,
  inset: 12,
  lane: 12,
  step: 20,
  topStep: 28,
  branch: 36,
  bend: 18,
  pill: { height: 24, gap: 22 },
  mostLanes: 4,
  /** The label above a branch, and the room between two branches. */
  label: 20,
  between: 24,
  /** A branch without tasks. */
  stub: { width: 116, height: 68 },
  /** Between a task and the list for what goes wrong beside it. */
  aside: 24,
} as const

export interface Size {
  readonly width: number
  readonly height: number
}

/** A place inside the parent frame (or the flow). */
export interface Box extends Size {
  readonly x: number
  readonly y: number
}

/** A task with what stands beside it. Edges start and end `anchor` px from its left, at the task itself. */
export interface Footprint extends Size {
  readonly anchor: number
  readonly task: Size
}

/** Boxes of known sizes and edges between them, as the layout library is asked, and what it gives back. */
export interface Puzzle {
  readonly boxes: readonly ({ readonly id: string } & Size)[]
  readonly edges: readonly { readonly from: string; readonly to: string }[]
}
export interface Solution {
  readonly places: ReadonlyMap<string, Position>
  readonly bends: ReadonlyMap<string, readonly Position[]>
}
export type Solve = (puzzle: Puzzle) => Promise<Solution>

export const edgeKey = (from: string, to: string) => `${from}>${to}`
