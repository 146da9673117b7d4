import { Tooltip } from '@mantine/core'
import { FlaskConical } from 'lucide-react'
import type { Trial } from '@/shared/api/types'
import styles from './trial.module.css'
import { trialSentence } from './words'

/** Says of a run that it is a trial, and how it differs from a plain one. */
export function TrialMark({ trial }: { trial: Trial | null }) {
  if (trial === null) return null
  const said = trialSentence(trial)
  return (
    <Tooltip label={said} multiline maw={320}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard reaches what the pointer can read */}
      <span className={styles.mark} tabIndex={0} role="note" aria-label={said}>
        <FlaskConical size={12} strokeWidth={1.5} aria-hidden="true" />
        Trial
      </span>
    </Tooltip>
  )
}
