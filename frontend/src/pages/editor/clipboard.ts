import { useEffect, useRef } from 'react'
import type { Acts } from './acts'
import { tell } from './way-back'

/** Copy, cut and paste tasks as YAML text, so that they go into any editor and come back. */
export function useClipboard(acts: Acts, enabled: boolean): void {
  const latest = useRef(acts)
  useEffect(() => {
    latest.current = acts
  })
  useEffect(() => {
    if (!enabled) return
    const take = (event: ClipboardEvent) => {
      if (isElsewhere(event) || !getSelection()?.isCollapsed) return
      const text = latest.current.copy()
      if (text === null || !event.clipboardData) return
      event.clipboardData.setData('text/plain', text)
      event.preventDefault()
      if (event.type === 'cut') latest.current.cut()
    }
    const paste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData('text/plain') ?? ''
      if (isElsewhere(event)) return
      event.preventDefault()
      latest.current.paste(text)
    }
    document.addEventListener('copy', take)
    document.addEventListener('cut', take)
    document.addEventListener('paste', paste)
    return () => {
      document.removeEventListener('copy', take)
      document.removeEventListener('cut', take)
      document.removeEventListener('paste', paste)
    }
  }, [enabled])
}

/** Somebody types, or a dialog is open: the clipboard is not meant for tasks. */
function isElsewhere(event: ClipboardEvent): boolean {
  if (event.defaultPrevented || document.querySelector('[aria-modal="true"]')) return true
  const target = event.target instanceof HTMLElement ? event.target : null
  return target?.closest('input, textarea, select, [contenteditable="true"]') != null
}

/** The same from a menu, which has no event of the clipboard. */
export async function copyText(text: string | null): Promise<boolean> {
  if (text === null) return false
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    tell('The browser keeps its clipboard to itself here; use the keys to copy.')
    return false
  }
}

/** What the clipboard holds, or null where the browser does not tell. */
export async function pastedText(): Promise<string | null> {
  try {
    return await navigator.clipboard.readText()
  } catch {
    tell('The browser keeps its clipboard to itself here; use the keys to paste.')
    return null
  }
}
