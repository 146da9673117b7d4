import { type KeyboardEvent, useRef } from 'react'
import { join } from '../lib/join'
import styles from './tabs.module.css'

export type Tab<Id extends string> = { id: Id; name: string; count?: number | undefined; loud?: boolean }

/** A row of tabs; arrows move, the ink line marks the open one. */
export function Tabs<Id extends string>({
  tabs,
  open,
  onOpen,
  label,
}: {
  tabs: readonly Tab<Id>[]
  open: Id
  onOpen: (id: Id) => void
  label: string
}) {
  const list = useRef<HTMLDivElement>(null)
  const walk = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    const here = tabs.findIndex((tab) => tab.id === open)
    const next = tabs[(here + step + tabs.length) % tabs.length]
    if (!next) return
    onOpen(next.id)
    list.current?.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)?.focus()
  }
  return (
    <div className={styles.tabs} role="tablist" aria-label={label} ref={list} onKeyDown={walk}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          role="tab"
          data-tab={tab.id}
          aria-selected={tab.id === open}
          tabIndex={tab.id === open ? 0 : -1}
          className={join(styles.tab, tab.id === open && styles.open)}
          onClick={() => onOpen(tab.id)}
        >
          {tab.name}
          {tab.count !== undefined && (
            <span className={join(styles.count, tab.loud && styles.loud)}>{tab.count}</span>
          )}
        </button>
      ))}
    </div>
  )
}
