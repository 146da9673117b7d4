import type { ReactNode } from 'react'
import type { Json as Value } from '../api/types'
import { join } from '../lib/join'
import styles from './json.module.css'

const MOST = 20_000

/** A value as a machine wrote it: keys muted, a text as it is. */
export function Json({ value, className }: { value: Value; className?: string | undefined }) {
  const text = typeof value === 'string' ? value : (JSON.stringify(value, null, 2) ?? 'null')
  const cut = text.length > MOST
  return (
    // A long value scrolls, so the keyboard must be able to reach it.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region is reached by Tab
    <pre className={join(styles.json, className)} tabIndex={0}>
      {painted(cut ? text.slice(0, MOST) : text)}
      {cut && <span className={styles.cut}>{`\n${text.length - MOST} more letters`}</span>}
    </pre>
  )
}

function painted(text: string): ReactNode[] {
  const parts: ReactNode[] = []
  const key = /^(\s*)("(?:[^"\\]|\\.)*"):/gm
  let from = 0
  for (const found of text.matchAll(key)) {
    const start = found.index + (found[1]?.length ?? 0)
    const name = found[2] ?? ''
    parts.push(text.slice(from, start))
    parts.push(<b key={start}>{name.slice(1, -1)}</b>)
    from = start + name.length
  }
  parts.push(text.slice(from))
  return parts
}
