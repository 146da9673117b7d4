import type { Json, Reading, TaskReading } from '@/entities/document/read'
import type { Diagnostic } from '@/shared/api/types'

/** What every group of fields is given: the task as it reads, and how to write it. */
export interface TaskTabProps {
  reading: Reading
  task: TaskReading
  findings: readonly Diagnostic[]
  tools: readonly string[]
  privileged: ReadonlySet<string>
  /** Write a field; undefined takes it out. */
  onSet: (keys: readonly string[], value: Json | undefined) => void
  /** Write a field as YAML letters; returns why it cannot be. */
  onSetRaw: (key: string, letters: string) => void
  onFix: (finding: Diagnostic) => void
}
