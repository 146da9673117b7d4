import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { subjectOf } from '@/entities/diagnostics/look'
import { membersAt } from '@/entities/diagnostics/offers'
import { scopeOf } from '@/entities/diagnostics/scope'
import type { DocumentStore } from '@/entities/document/store'
import { chosenIn, type RunState, type RunStore, useChosen, useRun } from '@/entities/run'
import { TaskExpressions } from '@/features/inspector/expressions'
import type { WorkOut } from '@/features/source/hover'
import { queries } from '@/shared/api/queries'
import { shortId } from '@/shared/lib/format'
import { lastRunQuery } from './last-run'

const loadPreview = () => import('@/entities/expression/preview')
type PreviewOf = Awaited<ReturnType<typeof loadPreview>>['previewOf']

/** Work out expressions in the run that is followed, or else in the last one. */
export function workOutIn(store: DocumentStore, flow: string, followed: RunStore | null): WorkOut {
  return async (where, source) => {
    const run = followed?.getState().run ?? (await queries.fetchQuery(lastRunQuery(flow)))?.run
    const subject = subjectOf(store.getState().text)
    if (!run || !subject) return null
    const { previewOf } = await loadPreview()
    const preview = previewOf(source, scopeOf(subject, where, run, chosenIn(run.runId)))
    return { ...preview, of: `${followed ? 'In run' : 'In the last run,'} ${shortId(run.runId)}` }
  }
}

interface GivenProps {
  store: DocumentStore
  flow: string
  followed: RunStore | null
  children: ReactNode
}

/** Gives the inspector what it says about expressions of the selected task. */
export function ExpressionsGiven({ followed, ...rest }: GivenProps) {
  return followed ? <Followed {...rest} followed={followed} /> : <Last {...rest} />
}

type Rest = Omit<GivenProps, 'followed'>

function Followed({ followed, ...rest }: Rest & { followed: RunStore }) {
  return <Given {...rest} run={useRun(followed, (open) => open.run)} />
}

function Last(props: Rest) {
  const { data } = useQuery(lastRunQuery(props.flow))
  return <Given {...props} run={data?.run ?? null} />
}

function Given({ store, run, children }: Rest & { run: RunState | null }) {
  const path = useStore(store, (state) => state.pointing.paths.at(-1)) ?? ''
  const reading = useStore(store, (state) => state.reading)
  const chosen = useChosen(run?.runId ?? '')
  const previewOf = usePreviewOf(run !== null)
  const expressions = useMemo(() => {
    const task = reading.byPath.get(path)
    const line = task ? reading.lines.lineAt(task.place.from) : 1
    const scope = () => {
      const subject = run && subjectOf(reading.text)
      return subject ? scopeOf(subject, { path, inside: false }, run, chosen) : null
    }
    let known: ReturnType<typeof scope> | undefined
    return {
      offers: (before: string) => membersAt(reading.text, line, before),
      value: (source: string) => {
        if (!previewOf) return null
        if (known === undefined) known = scope()
        return known ? previewOf(source, known) : null
      },
    }
  }, [path, reading, run, chosen, previewOf])
  return <TaskExpressions value={expressions}>{children}</TaskExpressions>
}

/** The library behind previews, loaded once a run is there. */
function usePreviewOf(wanted: boolean): PreviewOf | null {
  const [previewOf, setPreviewOf] = useState<PreviewOf | null>(null)
  useEffect(() => {
    if (wanted) void loadPreview().then((library) => setPreviewOf(() => library.previewOf))
  }, [wanted])
  return previewOf
}
