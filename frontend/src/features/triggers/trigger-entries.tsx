import { Check, Copy, Webhook } from 'lucide-react'
import { useState } from 'react'
import type { Trigger } from '@/shared/api/types'
import { full, when } from '@/shared/lib/format'
import { useNow } from '@/shared/lib/now'
import { Button } from '@/shared/ui/button'
import { KindGlyph } from '@/shared/ui/glyphs'
import styles from './triggers.module.css'
import { type Entry, entryOf } from './words'

/** Every time and every webhook: as the text has them while they are off, with times and address once on. */
export function TriggerEntries({
  entries,
  triggers,
}: {
  entries: readonly Entry[]
  triggers: readonly Trigger[]
}) {
  const shown = triggers.length > 0 ? triggers.map(entryOf) : entries
  return (
    <ul className={styles.entries}>
      {shown.map((entry) => (
        <OneEntry
          key={entry.key}
          entry={entry}
          trigger={triggers.find((trigger) => trigger.name === entry.key)}
        />
      ))}
    </ul>
  )
}

function OneEntry({ entry, trigger }: { entry: Entry; trigger: Trigger | undefined }) {
  const hook = entry.kind === 'webhook'
  return (
    <li className={styles.entry}>
      {hook ? <Webhook size={16} strokeWidth={1.5} aria-hidden="true" /> : <KindGlyph kind="wait" />}
      <div>
        <p className={styles.title}>
          {hook ? entry.title : <code>{entry.title}</code>}
          {entry.rest && <span>{entry.rest}</span>}
        </p>
        {hook ? <Hook entry={entry} url={trigger?.url ?? null} /> : <Times trigger={trigger} />}
      </div>
    </li>
  )
}

function Times({ trigger }: { trigger: Trigger | undefined }) {
  const now = useNow(30_000)
  if (!trigger) return <p className={styles.rest}>Its next times show once it is on.</p>
  if (trigger.coming.length === 0) return <p className={styles.rest}>No time is left.</p>
  return (
    <ol className={styles.times} aria-label="Next times">
      {trigger.coming.map((time) => (
        <li key={time} title={full(time)}>
          {when(time, now)}
        </li>
      ))}
    </ol>
  )
}

function Hook({ entry, url }: { entry: Entry; url: string | null }) {
  const [copied, setCopied] = useState<boolean | null>(null)
  const signed =
    entry.secret === null ? (
      'Calls need the token of this studio.'
    ) : (
      <>
        Signed with the secret <code>{entry.secret}</code>.
      </>
    )
  if (url === null) return <p className={styles.rest}>{signed} Its address shows once it is on.</p>
  const address = new URL(url, location.origin).href
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(address)
      setCopied(true)
    } catch {
      // Not offered over plain http: the address stands there to be marked by hand.
      setCopied(false)
    }
  }
  return (
    <>
      <div className={styles.address}>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region is reached by Tab */}
        <code tabIndex={0}>{address}</code>
        <Button
          small
          aria-label="Copy the address"
          icon={copied ? <Check size={12} strokeWidth={1.5} /> : <Copy size={12} strokeWidth={1.5} />}
          onClick={() => void copy()}
        >
          {copied ? 'Copied' : 'Copy'}
        </Button>
      </div>
      {copied === false && (
        <p className={styles.rest} role="alert">
          The browser does not let this page copy. Mark the address and copy it by hand.
        </p>
      )}
      <p className={styles.rest}>{signed}</p>
    </>
  )
}
