/** Outputs that the text of a flow pins. Pure. */

import type { Reading, TaskReading } from '@/entities/document/read'
import { jsonOf, pairOf } from '@/entities/document/read'
import type { Json } from '@/shared/api/types'

export const PIN = 'pin'

export const isPinned = (task: TaskReading): boolean => pairOf(task.map, PIN) !== null

/** Path -> output, of every task that pins one. */
export function pinsIn(reading: Reading): ReadonlyMap<string, Json> {
  const pins = new Map<string, Json>()
  for (const [path, task] of reading.byPath)
    if (isPinned(task)) pins.set(path, jsonOf(reading.yaml, task.map, PIN))
  return pins
}
