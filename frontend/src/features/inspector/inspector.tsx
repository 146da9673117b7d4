import { X } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useStore } from 'zustand'
import { EditRefused, setField, setRawField } from '@/entities/document/edits'
import { findingsOf, fixEdits } from '@/entities/document/findings'
import type { DocumentStore } from '@/entities/document/store'
import type { Edit } from '@/entities/document/text'
import { Button } from '@/shared/ui/button'
import { KindGlyph } from '@/shared/ui/glyphs'
import { Tabs } from '@/shared/ui/tabs'
import styles from './inspector.module.css'
import { TaskTab } from './task-tab'
import { TitleField } from './title-field'

export interface InspectorProps {
  store: DocumentStore
  tools: readonly string[]
  privileged: ReadonlySet<string>
  /** What the task said in the run that is followed or the last one; the page knows runs. */
  output: (path: string) => ReactNode
  /** What can be done with the task besides editing it. */
  actions?: (path: string) => ReactNode
  /** Counts up when the name is to be edited (F2). */
  renaming: number
  onRename: (path: string, id: string) => string | null
  onClose: () => void
}

type Tab = 'task' | 'output'

/** The fields of the selected task, at the right. */
export function Inspector(props: InspectorProps) {
  const { store, tools, privileged, output, actions, renaming, onRename, onClose } = props
  const path = useStore(store, (state) => state.pointing.paths.at(-1))
  const several = useStore(store, (state) => state.pointing.paths.length)
  const reading = useStore(store, (state) => state.reading)
  const all = useStore(store, findingsOf)
  const [tab, setTab] = useState<Tab>('task')
  const [refused, setRefused] = useState<string | null>(null)
  const task = path === undefined ? undefined : reading.byPath.get(path)
  if (!task || path === undefined) return null
  const findings = all.filter((finding) => finding.path === path)
  const write = (make: () => Edit[]) => {
    try {
      store.getState().settle()
      store.getState().apply(make(), 'inspector')
      setRefused(null)
    } catch (error) {
      if (!(error instanceof EditRefused)) throw error
      setRefused(error.message)
    }
  }
  // The newest reading, not the one drawn: two fields may be written in one go.
  const now = () => store.getState().reading
  const from = reading.lines.lineAt(task.place.from)
  const to = reading.lines.lineAt(task.place.to)
  return (
    <aside
      className={styles.inspector}
      aria-label="Inspector"
      onKeyDown={(event) => {
        const forPage = (event.ctrlKey || event.metaKey) && (event.key === 's' || event.key === 'Enter')
        if (!forPage) event.stopPropagation()
        if (event.key === 'Escape' && !(event.target as HTMLElement).matches('input, textarea, select'))
          onClose()
      }}
    >
      <header className={styles.head}>
        <div className={styles.title}>
          <KindGlyph kind={task.kind} />
          <TitleField
            key={path}
            task={task}
            renaming={renaming}
            onRename={(id) => onRename(path, id)}
            onName={(name) => write(() => setField(now(), path, ['name'], name === '' ? undefined : name))}
          />
          <Button
            look="quiet"
            aria-label="Close inspector"
            icon={<X size={16} strokeWidth={1.5} />}
            onClick={onClose}
          />
        </div>
        <div className={styles.crumb}>
          <span>{path}</span>
          <span className={styles.lines}>{from === to ? `line ${from}` : `lines ${from}–${to}`}</span>
          {several > 1 && <span className={styles.lines}>{several} selected</span>}
        </div>
      </header>
      {actions?.(path)}
      <div className={styles.tabs}>
        <Tabs
          label="Inspector"
          open={tab}
          onOpen={setTab}
          tabs={[
            { id: 'task', name: 'Task' },
            { id: 'output', name: 'Last output' },
          ]}
        />
      </div>
      {refused && (
        <p className={styles.refused} role="alert">
          {refused}
        </p>
      )}
      <div className={styles.body} key={path} role="tabpanel">
        {tab === 'task' ? (
          <TaskTab
            reading={reading}
            task={task}
            findings={findings}
            tools={tools}
            privileged={privileged}
            onSet={(keys, value) => write(() => setField(now(), path, keys, value))}
            onSetRaw={(key, letters) => write(() => setRawField(now(), path, key, letters))}
            onFix={(finding) => store.getState().apply(fixEdits(store.getState(), finding), 'fix')}
          />
        ) : (
          output(path)
        )}
      </div>
    </aside>
  )
}
