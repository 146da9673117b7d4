import { type KeyboardEvent, type SyntheticEvent, useContext, useId, useState } from 'react'
import type { Offer } from '@/entities/diagnostics/offers'
import { fitting, openedAt, TaskExpressions } from './expressions'
import styles from './suggest.module.css'

type Field = HTMLInputElement | HTMLTextAreaElement
const MOST = 8

/** Offers under a field while an expression is typed in it: arrows choose, Enter or Tab takes, Esc closes. */
export function useSuggestions(draft: string, bare: boolean, put: (text: string, caret: number) => void) {
  const { offers } = useContext(TaskExpressions)
  const id = useId()
  const [caret, setCaret] = useState<number | null>(null)
  const [at, setAt] = useState(0)
  const inside = caret === null ? null : openedAt(draft, caret, bare)
  const shown = inside === null || inside.trim() === '' ? [] : fitting(offers(inside), inside).slice(0, MOST)
  const close = () => setCaret(null)
  const take = ({ text, replaces }: Offer, field: Field | null) => {
    const end = caret ?? draft.length
    const start = end - replaces
    put(draft.slice(0, start) + text + draft.slice(end), start + text.length)
    close()
    requestAnimationFrame(() => field?.setSelectionRange(start + text.length, start + text.length))
  }
  /** Returns whether the key was for the list. */
  const onKey = (event: KeyboardEvent<Field>): boolean => {
    const chosen = shown[at]
    if (!chosen || event.ctrlKey || event.metaKey) return false
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) setAt((at + step + shown.length) % shown.length)
    else if (event.key === 'Enter' || event.key === 'Tab') take(chosen, event.currentTarget)
    else if (event.key === 'Escape') close()
    else return false
    event.preventDefault()
    event.stopPropagation()
    return true
  }
  return {
    close,
    onKey,
    onTyped: (event: SyntheticEvent<Field>) => {
      setCaret(event.currentTarget.selectionStart)
      setAt(0)
    },
    field:
      shown.length > 0
        ? {
            'aria-autocomplete': 'list' as const,
            'aria-controls': id,
            'aria-activedescendant': `${id}-${at}`,
          }
        : {},
    list: shown.length > 0 && (
      <div id={id} role="listbox" aria-label="Offers" className={styles.offers}>
        {shown.map((offer, place) => (
          <div
            key={offer.label}
            id={`${id}-${place}`}
            role="option"
            tabIndex={-1}
            aria-selected={place === at}
            // The field keeps the focus.
            onPointerDown={(event) => {
              event.preventDefault()
              take(offer, event.currentTarget.ownerDocument.activeElement as Field | null)
            }}
          >
            {offer.label}
            {offer.says && <small>{offer.says}</small>}
          </div>
        ))}
      </div>
    ),
  }
}
