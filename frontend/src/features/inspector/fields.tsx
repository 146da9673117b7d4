import { type ChangeEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { join } from '@/shared/lib/join'
import styles from './inspector.module.css'
import { useSuggestions } from './suggest'

/** A text that is written into the flow when the person leaves it or presses Enter; Esc takes it back. */
export function TextField({
  label,
  value,
  placeholder,
  mono,
  area,
  error,
  list,
  stacked,
  hint,
  bare = false,
  onCommit,
}: {
  label: string
  value: string
  placeholder?: string
  mono?: boolean
  /** The whole text is an expression, with or without its `${{ }}`. */
  bare?: boolean
  /** Several lines: Enter breaks, Ctrl+Enter is left to the page. */
  area?: boolean
  error?: ReactNode
  list?: readonly string[]
  stacked?: boolean
  hint?: ReactNode
  onCommit: (value: string) => void
}) {
  const id = useId()
  const [draft, setDraft] = useState(value)
  const [focused, setFocused] = useState(false)
  const revert = useRef(false)
  const suggestions = useSuggestions(draft, bare, setDraft)
  useEffect(() => {
    if (!focused) setDraft(value)
  }, [value, focused])
  const leave = () => {
    setFocused(false)
    suggestions.close()
    if (!revert.current && draft !== value) onCommit(draft)
    revert.current = false
  }
  const shared = {
    id,
    value: draft,
    placeholder,
    className: join(styles.input, mono && styles.mono, area && styles.area),
    'aria-invalid': error ? true : undefined,
    'data-error': error ? true : undefined,
    spellCheck: false,
    ...suggestions.field,
    onFocus: () => setFocused(true),
    onBlur: leave,
  }
  const change = (event: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
    setDraft(event.currentTarget.value)
    suggestions.onTyped(event)
  }
  const takeBack = (key: string, element: HTMLElement) => {
    if (key !== 'Escape') return
    revert.current = true
    setDraft(value)
    element.blur()
  }
  return (
    <div className={area || stacked ? styles.tall : styles.field}>
      <label htmlFor={id}>
        {label}
        {hint && <span className={styles.hint}>{hint}</span>}
      </label>
      <div className={styles.cell}>
        {area ? (
          <textarea
            {...shared}
            rows={Math.min(14, Math.max(3, draft.split('\n').length + 1))}
            onChange={change}
            onKeyDown={(event) => suggestions.onKey(event) || takeBack(event.key, event.currentTarget)}
          />
        ) : (
          <input
            {...shared}
            {...(list ? { list: `${id}-list` } : {})}
            onChange={change}
            onKeyDown={(event) => {
              if (suggestions.onKey(event)) return
              if (event.key === 'Enter') event.currentTarget.blur()
              takeBack(event.key, event.currentTarget)
            }}
          />
        )}
        {suggestions.list}
        {list && (
          <datalist id={`${id}-list`}>
            {list.map((one) => (
              <option key={one} value={one} />
            ))}
          </datalist>
        )}
        {error && <p className={styles.error}>{error}</p>}
      </div>
    </div>
  )
}

/** One of a few, side by side. */
export function Segments<Value extends string>({
  label,
  value,
  options,
  onChoose,
}: {
  label: string
  value: Value
  options: readonly { value: Value; name: string }[]
  onChoose: (value: Value) => void
}) {
  return (
    <fieldset className={styles.field}>
      <legend className={styles.legend}>{label}</legend>
      <div className={styles.segments} role="radiogroup" aria-label={label}>
        {options.map((option) => (
          <button
            key={option.value}
            type="button"
            role="radio"
            aria-checked={option.value === value}
            onClick={() => onChoose(option.value)}
          >
            {option.name}
          </button>
        ))}
      </div>
    </fieldset>
  )
}
