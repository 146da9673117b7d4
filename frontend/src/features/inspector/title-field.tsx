import { useEffect, useRef, useState } from 'react'
import type { TaskReading } from '@/entities/document/read'
import styles from './inspector.module.css'

/** The task's name as a title that can be typed over; F2 edits the id, and references follow. */
export function TitleField({
  task,
  renaming,
  onRename,
  onName,
}: {
  task: TaskReading
  renaming: number
  onRename: (id: string) => string | null
  onName: (name: string) => void
}) {
  const [mode, setMode] = useState<'rest' | 'name' | 'id'>('rest')
  const [draft, setDraft] = useState('')
  const [refused, setRefused] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const seen = useRef(renaming)
  useEffect(() => {
    if (renaming === seen.current) return
    seen.current = renaming
    setDraft(task.id)
    setMode('id')
  }, [renaming, task.id])
  useEffect(() => {
    if (mode === 'rest') return
    field.current?.focus()
    field.current?.select()
  }, [mode])

  if (mode === 'rest') {
    return (
      <button
        type="button"
        className={styles.name}
        title="Type a name. F2 changes the id."
        onClick={() => {
          setDraft(task.name)
          setMode('name')
        }}
      >
        <h2>{task.name}</h2>
      </button>
    )
  }
  const done = (keep: boolean) => {
    if (keep && mode === 'id' && draft !== task.id) {
      const why = onRename(draft)
      if (why) {
        setRefused(why)
        return
      }
    }
    if (keep && mode === 'name' && draft !== task.name) onName(draft === task.id ? '' : draft)
    setRefused(null)
    setMode('rest')
  }
  return (
    <span className={styles.naming}>
      <input
        ref={field}
        className={styles.input}
        aria-label={mode === 'id' ? 'Id of the task' : 'Name of the task'}
        data-error={refused ? true : undefined}
        value={draft}
        onChange={(event) => setDraft(event.currentTarget.value)}
        onBlur={() => done(refused === null)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') done(true)
          if (event.key === 'Escape') done(false)
        }}
      />
      {refused && <span className={styles.error}>{refused}</span>}
    </span>
  )
}
