import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { keepFinding } from '@/entities/diagnostics/keep'
import type { Known } from '@/entities/diagnostics/read'
import { dropUnsaved, keepReading, keepSaving, type Saver, unsaved } from '@/entities/document/keep'
import { type DocumentStore, openDocument } from '@/entities/document/store'
import { difference } from '@/entities/document/text'
import { api } from '@/shared/api/client'
import { flowsQuery, queries } from '@/shared/api/queries'
import type { Flow } from '@/shared/api/types'
import { toolsQuery } from './around'

export interface Opened {
  readonly flow: Flow
  readonly store: DocumentStore
  readonly saver: Saver
}

const UNKNOWN = 0

/** What the studio has told that flows may name. */
function known(): Known {
  const tools = queries.getQueryData(toolsQuery.queryKey)?.tools
  return tools ? { tools: new Set(tools.map((tool) => tool.name)) } : {}
}

/** Find out when the file was last written; the list of flows knows. */
async function tellSavedAt(store: DocumentStore): Promise<void> {
  try {
    const { flows } = await queries.fetchQuery({ ...flowsQuery, staleTime: 0 })
    const { name, revision, savedAt } = store.getState()
    const file = flows.find((flow) => flow.name === name && flow.revision === revision)
    if (file && savedAt === UNKNOWN) store.setState({ savedAt: file.edited_at })
  } catch {
    // It stands there without a time.
  }
}

/** Open a flow for as long as the page shows it: read, checked and saved beside the typing. */
export function useOpened(name: string): { opened: Opened | null; error: Error | null; again: () => void } {
  const { data, error, refetch } = useQuery({
    queryKey: ['editor', name],
    queryFn: ({ signal }) => api.flow(name, signal),
    // The open document is the truth from here on: a second answer must not replace it.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  const [opened, setOpened] = useState<Opened | null>(null)
  useEffect(() => {
    if (!data) return
    const store = openDocument({
      name,
      text: data.text,
      revision: data.revision,
      savedAt: UNKNOWN,
      diagnostics: data.diagnostics,
    })
    const stops = [keepReading(store), keepFinding(store, known)]
    const saver = keepSaving(store)
    void tellSavedAt(store)
    recover(store, name)
    setOpened({ flow: data, store, saver })
    return () => {
      for (const stop of stops) stop()
      saver.stop()
      setOpened(null)
    }
  }, [data, name])
  return { opened, error, again: () => void refetch() }
}

/** Bring back edits that an earlier tab could not save; they are one step that can be undone. */
function recover(store: DocumentStore, name: string): void {
  const kept = unsaved(name)
  if (!kept) return
  const { text, revision } = store.getState()
  if (kept.base !== revision || kept.text === text) {
    if (kept.text === text) dropUnsaved(name)
    return
  }
  store.getState().apply(difference(text, kept.text), 'server')
}
