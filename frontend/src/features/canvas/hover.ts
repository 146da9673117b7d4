import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

const HOVER_MS = 300

/** The card that the pointer has rested on for a moment; moving off lets go at once. */
export function useHovered(): { hovered: string | undefined; onHover: (path: string | null) => void } {
  const [hovered, setHovered] = useState<string | undefined>()
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const onHover = useCallback((path: string | null) => {
    clearTimeout(timer.current)
    if (path === null) setHovered(undefined)
    else timer.current = setTimeout(() => setHovered(path), HOVER_MS)
  }, [])
  return useMemo(() => ({ hovered, onHover }), [hovered, onHover])
}
