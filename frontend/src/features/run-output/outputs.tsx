import { useQuery } from '@tanstack/react-query'
import { FileText } from 'lucide-react'
import { useState } from 'react'
import { hasEnded, type RunStore, useRun, words } from '@/entities/run'
import { sentence } from '@/shared/api/problem'
import { runFilesQuery } from '@/shared/api/queries'
import type { RunFile, Json as Value } from '@/shared/api/types'
import { bytes } from '@/shared/lib/format'
import { join } from '@/shared/lib/join'
import { Json } from '@/shared/ui/json'
import { Empty, Skeleton, Wrong } from '@/shared/ui/notice'
import { FilePreview } from './file-preview'
import styles from './outputs.module.css'

type Choice = { file: string } | { output: string }

/** What a run gave: its named outputs, the files of its workspace, and one of them shown. */
export function Outputs({ store }: { store: RunStore }) {
  const { runId, outputs, status, error } = useRun(store, (open) => open.run)
  const files = useQuery({
    ...runFilesQuery(runId),
    refetchInterval: hasEnded(status) ? false : 3000,
  })
  const [picked, setPicked] = useState<Choice | null>(null)
  const named = Object.entries(outputs ?? {})
  const list = files.data?.files ?? []
  const choice = picked ?? firstChoice(named, list)
  const file = choice && 'file' in choice ? list.find((one) => one.path === choice.file) : undefined
  return (
    <div className={styles.outputs}>
      <nav className={styles.list} aria-label="Outputs and files">
        <h2 className={styles.group}>Outputs</h2>
        {named.length === 0 && (
          <p className={styles.none}>{hasEnded(status) ? 'This run names no outputs.' : 'Not done yet.'}</p>
        )}
        {named.map(([name, value]) => (
          <button
            type="button"
            key={name}
            className={join(styles.item, choice && 'output' in choice && choice.output === name && styles.on)}
            onClick={() => setPicked(asFile(value, list) ?? { output: name })}
          >
            <span className={styles.name}>{name}</span>
            <span className={styles.value}>{words(value)}</span>
          </button>
        ))}
        <h2 className={styles.group}>Files</h2>
        {files.isPending && <Skeleton rows={3} height="var(--row-table)" />}
        {files.error && <Wrong onRetry={() => void files.refetch()}>{sentence(files.error)}</Wrong>}
        {files.data && list.length === 0 && <p className={styles.none}>The workspace is empty.</p>}
        {list.map((one) => (
          <button
            type="button"
            key={one.path}
            className={join(styles.item, styles.file, one === file && styles.on)}
            onClick={() => setPicked({ file: one.path })}
          >
            <FileText size={14} strokeWidth={1.5} aria-hidden="true" />
            <span className={styles.path}>{one.path}</span>
            <span className={styles.size}>{bytes(one.bytes)}</span>
          </button>
        ))}
      </nav>
      <section className={styles.shown} aria-label="Preview">
        {error && <Wrong>{error.message}</Wrong>}
        {file && <FilePreview key={file.path} runId={runId} file={file} />}
        {choice && 'output' in choice && <OutputValue value={outputs?.[choice.output] ?? null} />}
        {!choice && !error && (
          <Empty>
            {hasEnded(status) ? 'This run gave nothing to show.' : 'Files appear here as they are written.'}
          </Empty>
        )}
      </section>
    </div>
  )
}

function OutputValue({ value }: { value: Value }) {
  if (typeof value === 'string') return <pre className={styles.words}>{value}</pre>
  return (
    <div className={styles.pad}>
      <Json value={value} />
    </div>
  )
}

/** An output that names a file of the workspace stands for that file. */
function asFile(value: Value, files: RunFile[]): Choice | null {
  if (typeof value !== 'string') return null
  const path = value.replace(/^\/workspace\//, '').replace(/^\.\//, '')
  return files.some((file) => file.path === path) ? { file: path } : null
}

function firstChoice(named: [string, Value][], files: RunFile[]): Choice | null {
  for (const [, value] of named) {
    const file = asFile(value, files)
    if (file) return file
  }
  const report =
    files.find((file) => /\.html?$/.test(file.path)) ?? files.find((file) => file.path.endsWith('.md'))
  if (report) return { file: report.path }
  const first = named[0]
  if (first) return { output: first[0] }
  return files[0] ? { file: files[0].path } : null
}
