import { Checkbox } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import { sentence } from '@/shared/api/problem'
import { Wrong } from '@/shared/ui/notice'
import type { Stock } from './outputs'
import styles from './trial.module.css'
import { listed, sources } from './words'

/** What a run may be a trial for: names of tasks with a breakpoint, and with an output that the flow pins. */
export interface TrialOffer {
  readonly held: readonly string[]
  readonly pinned: readonly string[]
}

/** Run as a trial or plainly, with what that means for this flow. */
export function TrialChoice({
  offer,
  on,
  onChange,
}: {
  offer: TrialOffer
  on: boolean
  onChange: (on: boolean) => void
}) {
  const stops = offer.held.length > 0 && `stops before ${listed(offer.held)}`
  const takes =
    offer.pinned.length > 0 &&
    `uses the pinned ${offer.pinned.length === 1 ? 'output' : 'outputs'} of ${listed(offer.pinned)}`
  const does = [stops, takes].filter(Boolean).join(' and ')
  return (
    <Checkbox
      label="Run as a trial"
      description={`A trial ${does}. A plain run does ${stops && takes ? 'neither' : 'not'}.`}
      classNames={{ description: styles.said ?? '' }}
      checked={on}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  )
}

/** Stepping, in words. */
export function StepPlan({ offer }: { offer: TrialOffer }) {
  return (
    <p className={styles.plan}>
      A trial that holds the first task, and each one you step to.
      {offer.pinned.length > 0 && ` The pinned outputs of ${listed(offer.pinned)} stand in for a run.`}
    </p>
  )
}

/** What runs and what stands in for the rest, where one task is run alone. */
export function OnlyPlan({ name, stock }: { name: string; stock: UseQueryResult<Stock> }) {
  const { data, error, refetch } = stock
  return (
    <div className={styles.plan}>
      <p>A trial that runs {name} and nothing else.</p>
      {error && (
        <Wrong inline onRetry={() => void refetch()}>
          {sentence(error)}
        </Wrong>
      )}
      {data && data.taken.length > 0 && (
        <dl className={styles.sources} aria-label="Outputs that stand in for a run">
          {sources(data.taken).map(({ from, names }) => (
            <div key={from}>
              <dt>{from}</dt>
              <dd>{listed(names)}</dd>
            </div>
          ))}
        </dl>
      )}
      {data && data.missing.length > 0 && (
        <p>
          No run has an output of {listed(data.missing.map((task) => task.name))}:{' '}
          {data.missing.length === 1 ? 'it is' : 'they are'} skipped, and {name} sees null.
        </p>
      )}
      {data && data.taken.length + data.missing.length === 0 && <p>Nothing comes before it.</p>}
    </div>
  )
}
