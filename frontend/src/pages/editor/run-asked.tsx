import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Saver } from '@/entities/document/keep'
import type { DocumentStore } from '@/entities/document/store'
import { stockQuery } from '@/features/trial/stock-query'
import { OnlyPlan, StepPlan, TrialChoice, type TrialOffer } from '@/features/trial/trial-plan'
import { api } from '@/shared/api/client'
import { lastRunQuery } from './last-run'
import { RunForm } from './run-form'
import { fieldsOf } from './run-values'
import type { Asking, Trying } from './trying'

interface AskedProps {
  asking: Asking
  flow: string
  store: DocumentStore
  saver: Saver
  trying: Trying
  /** The run that is shown; its outputs come first. */
  shown: string | null
  onStarted: (runId: string) => void
  onClose: () => void
}

/** The form that starts a run, or a trial in one of its forms; it says beforehand how a trial differs. */
export function RunAsked(props: AskedProps) {
  const { asking, store, trying } = props
  const { reading } = store.getState()
  const named = (paths: Iterable<string>) =>
    [...paths].flatMap((path) => reading.byPath.get(path)?.name ?? [])
  const offer = { held: named(trying.breakpoints), pinned: named(trying.pinned) }
  if (asking.how === 'only') return <OnlyForm {...props} path={asking.path} />
  if (asking.how === 'step') return <StepForm {...props} offer={offer} />
  return <PlainForm {...props} offer={offer} />
}

type Offered = AskedProps & { offer: TrialOffer }

/** What every form has. */
function useShared({ store, saver, onStarted, onClose }: AskedProps) {
  const { reading, graph } = store.getState()
  const [fields] = useState(() => fieldsOf(reading))
  return { graph, shared: { fields, before: saver.flush, onStarted, onClose } }
}

/** Of one task alone: the others are not run, so they are not held either. */
const heldInside = ({ breakpoints }: Trying, only: string) => {
  const inside = [...breakpoints].filter((path) => path === only || path.startsWith(`${only}/`))
  return inside.length > 0 ? { breakpoints: inside } : {}
}

const heldIn = ({ breakpoints }: Trying) => (breakpoints.size > 0 ? { breakpoints: [...breakpoints] } : {})

function PlainForm({ offer, ...props }: Offered) {
  const { flow, trying } = props
  const { graph, shared } = useShared(props)
  const offers = offer.held.length + offer.pinned.length > 0
  const [trial, setTrial] = useState(offers)
  return (
    <RunForm
      {...shared}
      title={`Run ${graph.name}`}
      plan={offers && <TrialChoice offer={offer} on={trial} onChange={setTrial} />}
      start={(inputs, key) =>
        trial
          ? api.tryFlow(flow, inputs, { ...heldIn(trying), development: true })
          : api.startRun(flow, inputs, key)
      }
    />
  )
}

function StepForm({ offer, ...props }: Offered) {
  const { flow, trying } = props
  const { graph, shared } = useShared(props)
  return (
    <RunForm
      {...shared}
      title={`Step through ${graph.name}`}
      action="Step"
      plan={<StepPlan offer={offer} />}
      start={(inputs) => api.tryFlow(flow, inputs, { ...heldIn(trying), step: true, development: true })}
    />
  )
}

/** One task alone; the form starts with what the last run was given. */
function OnlyForm({ path, ...props }: AskedProps & { path: string }) {
  const { flow, store, trying, shown } = props
  const { graph, shared } = useShared(props)
  const name = store.getState().reading.byPath.get(path)?.name ?? path
  const stock = useQuery(stockQuery(flow, path, graph, trying.pins, shown))
  const last = useQuery(lastRunQuery(flow))
  if (last.isPending) return null
  return (
    <RunForm
      {...shared}
      title={`Run only ${name}`}
      given={last.data?.run.inputs}
      ready={stock.data !== undefined}
      plan={<OnlyPlan name={name} stock={stock} />}
      start={(inputs) =>
        api.tryFlow(flow, inputs, { ...heldInside(trying, path), only: path, pins: stock.data?.pins ?? {} })
      }
    />
  )
}
