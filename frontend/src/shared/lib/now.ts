import { useEffect, useState } from 'react'

/** The time in ms, again every `everyMs` while `going`; still once it is not. */
export function useNow(everyMs: number, going = true): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!going) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [everyMs, going])
  return now
}
