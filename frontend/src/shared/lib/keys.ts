import { useEffect, useRef } from 'react'

type Keys = Record<string, (event: KeyboardEvent) => void>

const SEQUENCE_MS = 900

/** Listen for keys while mounted: `a`, `?`, `mod+enter`, or one after the other, `g f`. Never while typing. */
export function useKeys(keys: Keys, enabled = true): void {
  const latest = useRef(keys)
  useEffect(() => {
    latest.current = keys
  })
  useEffect(() => {
    if (!enabled) return
    let before = { name: '', at: 0 }
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.repeat) return
      const name = nameOf(event)
      if (isTyping(event.target) && !name.startsWith('mod+')) return
      if (document.querySelector('[aria-modal="true"]')) return
      const pair = event.timeStamp - before.at < SEQUENCE_MS ? `${before.name} ${name}` : name
      before = { name, at: event.timeStamp }
      const act = latest.current[pair] ?? latest.current[name]
      if (!act) return
      event.preventDefault()
      act(event)
    }
    window.addEventListener('keydown', press)
    return () => window.removeEventListener('keydown', press)
  }, [enabled])
}

function nameOf(event: KeyboardEvent): string {
  const key = event.key.toLowerCase()
  const mod = event.ctrlKey || event.metaKey ? 'mod+' : ''
  const alt = event.altKey ? 'alt+' : ''
  // A sign such as ? already tells that Shift was held.
  const shift = event.shiftKey && /^[a-z]$|^.{2,}$/.test(key) ? 'shift+' : ''
  return `${mod}${alt}${shift}${key}`
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select')
}
