/** Numbers and times as the studio writes them: `11.9k`, `$0.014`, `38s`, `1m 47s`, `0:23`, `4 min ago`. */

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A finished length: `25 ms`, `4.1s`, `38s`, `1m 47s`, `2h 05m`. */
export function duration(ms: number): string {
  if (ms < 100) return `${Math.max(0, Math.round(ms))} ms`
  if (ms < 9950) return `${(ms / 1000).toFixed(1)}s`
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds}s`
  if (ms < HOUR) return `${Math.floor(seconds / 60)}m ${pad(seconds % 60)}s`
  return `${Math.floor(ms / HOUR)}h ${pad(Math.floor((ms % HOUR) / MINUTE))}m`
}

/** A length that is still counting, or a place on a ruler: `0:23`, `1:04:09`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const hours = Math.floor(seconds / 3600)
  const rest = `${pad(Math.floor((seconds % 3600) / 60), hours > 0 ? 2 : 1)}:${pad(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}

/** A place in a run with tenths: `0:06.1`. */
export function stamp(ms: number): string {
  return `${clock(ms)}.${Math.floor((Math.max(0, ms) % 1000) / 100)}`
}

/** How long a call took: `4.0 s`, `12 ms`. */
export function took(ms: number): string {
  if (ms < 1) return '<1 ms'
  return ms < 100 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

export function count(value: number): string {
  if (value < 1000) return String(value)
  if (value < 999_950) return `${(value / 1000).toFixed(1)}k`
  return `${(value / 1_000_000).toFixed(1)}M`
}

export function cost(usd: number): string {
  if (usd === 0) return '$0.00'
  if (usd < 0.001) return '<$0.001'
  return usd < 0.1 ? `$${usd.toFixed(3)}` : `$${usd.toFixed(2)}`
}

export function bytes(size: number): string {
  if (size < 1000) return `${size} B`
  if (size < 999_950) return `${(size / 1000).toFixed(1)} kB`
  return `${(size / 1_000_000).toFixed(1)} MB`
}

/** `just now`, `4 min ago`, `3 h ago`, then `Nov 19`. */
export function ago(at: number, now: number): string {
  const past = now - at
  if (past < MINUTE) return 'just now'
  if (past < HOUR) return `${Math.floor(past / MINUTE)} min ago`
  if (past < DAY) return `${Math.floor(past / HOUR)} h ago`
  const sameYear = new Date(at).getFullYear() === new Date(now).getFullYear()
  return new Date(at).toLocaleDateString('en-US', {
    month: 'short',
    day: 'numeric',
    ...(sameYear ? {} : { year: 'numeric' }),
  })
}

/** The whole time, for a tooltip: `Nov 23, 2026, 12:07:41`. */
export function full(at: number): string {
  return new Date(at).toLocaleString('en-US', {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  })
}

/** `12:07` today, else `Nov 19, 12:07`. */
export function when(at: number, now: number): string {
  const time = new Date(at).toLocaleTimeString('en-US', { hour: '2-digit', minute: '2-digit', hour12: false })
  const today = new Date(at).toDateString() === new Date(now).toDateString()
  if (today) return `today ${time}`
  return `${new Date(at).toLocaleDateString('en-US', { month: 'short', day: 'numeric' })}, ${time}`
}

/** Time left until an expiry: `12:40`, `3 h`, `2 d`. */
export function left(until: number, now: number): string {
  const rest = until - now
  if (rest <= 0) return 'expired'
  if (rest < HOUR) return clock(rest)
  if (rest < DAY) return `${Math.floor(rest / HOUR)} h ${pad(Math.floor((rest % HOUR) / MINUTE))} m`
  return `${Math.floor(rest / DAY)} d`
}

/** One thing or several: `1 call`, `3 calls`. */
export function some(value: number, noun: string): string {
  return `${value} ${noun}${value === 1 ? '' : 's'}`
}

function pad(value: number, width = 2): string {
  return String(value).padStart(width, '0')
}

/** The end of an id, enough to tell two apart on screen; the whole id stands in the address. */
export function shortId(id: string): string {
  return id.slice(-6)
}
