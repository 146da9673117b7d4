import { useEffect } from 'react'

/** Name the tab after the page. */
export function useTitle(name: string): void {
  useEffect(() => {
    document.title = `${name} · Agentry`
  }, [name])
}
