import { useQuery } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { ask, fileUrl } from '@/shared/api/client'
import { sentence } from '@/shared/api/problem'
import type { RunFile } from '@/shared/api/types'
import { bytes, full } from '@/shared/lib/format'
import { LinkButton } from '@/shared/ui/button'
import { Empty, Wrong } from '@/shared/ui/notice'
import styles from './outputs.module.css'

const MOST_BYTES = 1_000_000
const TEXT =
  /\.(txt|md|json|jsonl|csv|tsv|ya?ml|toml|xml|log|py|js|ts|tsx|css|sh|sql|diff|patch|html?)$|(^|\/)[^.]+$/i
const PICTURE = /\.(png|jpe?g|gif|webp|svg)$/i
const PAGE = /\.html?$/i

/** A file of the workspace, shown where it can be; a page runs no script and asks nothing of the network. */
export function FilePreview({ runId, file }: { runId: string; file: RunFile }) {
  return (
    <>
      <header className={styles.head}>
        <h2>{file.path}</h2>
        <span title={full(file.modified_at)}>{bytes(file.bytes)}</span>
        <LinkButton
          plain
          small
          look="quiet"
          icon={<Download size={14} strokeWidth={1.5} />}
          to={fileUrl(runId, file.path, true)}
          download
        >
          Download
        </LinkButton>
      </header>
      <Shown runId={runId} file={file} />
    </>
  )
}

function Shown({ runId, file }: { runId: string; file: RunFile }) {
  const url = fileUrl(runId, file.path)
  const version = `${url}?v=${file.modified_at}`
  if (PAGE.test(file.path))
    return <iframe className={styles.page} title={file.path} src={url} sandbox="" data-testid="report" />
  if (PICTURE.test(file.path))
    return (
      <div className={styles.stage}>
        <img src={version} alt={file.path} />
      </div>
    )
  if (TEXT.test(file.path) && file.bytes <= MOST_BYTES) return <TextFile url={url} at={file.modified_at} />
  return (
    <Empty>
      {file.bytes > MOST_BYTES
        ? 'This file is too large to show. Download it.'
        : 'This kind of file cannot be shown. Download it.'}
    </Empty>
  )
}

function TextFile({ url, at }: { url: string; at: number }) {
  const file = useQuery({
    queryKey: ['file', url, at],
    queryFn: async ({ signal }) => {
      const response = await ask(url, { signal })
      if (!response.ok) throw new Error(`The studio answered ${response.status} for this file.`)
      return response.text()
    },
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (file.error) return <Wrong onRetry={() => void file.refetch()}>{sentence(file.error)}</Wrong>
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region is reached by Tab
    <pre className={styles.words} tabIndex={0}>
      {file.data}
    </pre>
  )
}
