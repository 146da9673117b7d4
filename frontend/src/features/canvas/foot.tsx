import { type ReactNode, useEffect, useState } from 'react'
import { clock } from '@/shared/lib/format'
import { join } from '@/shared/lib/join'
import { type GlyphState, StateGlyph } from '@/shared/ui/glyphs'
import styles from './card.module.css'
import type { Foot } from './state'

/** The foot while editing: the first words of what the task is given. */
export function NoteFoot({ note }: { note: string }) {
  return (
    <span className={styles.note} title={note}>
      {note}
    </span>
  )
}

/** The foot in a run: icon, word, time at the left, tokens at the right, between them what fits of the first line. */
export function StateFoot({ foot, said = '' }: { foot: Foot; said?: string }) {
  return (
    <>
      <StateWord look={foot.look}>{foot.word}</StateWord>
      {foot.since !== null ? <Ticking from={foot.since} /> : foot.time && <Time>{foot.time}</Time>}
      {said && (
        <span className={styles.said} title={said}>
          {said}
        </span>
      )}
      {foot.right && <Right title={foot.title}>{foot.right}</Right>}
    </>
  )
}

export function StateWord({
  look,
  icon,
  children,
}: {
  look: GlyphState | 'plain'
  icon?: ReactNode
  children: ReactNode
}) {
  return (
    <span className={join(styles.state, look !== 'plain' && styles[look])}>
      {icon ?? (look !== 'plain' && <StateGlyph state={look} size={13} />)}
      {children}
    </span>
  )
}

export function Time({ children }: { children: ReactNode }) {
  return <span className={styles.time}>{children}</span>
}

export function Right({
  children,
  title,
  faint,
}: {
  children: ReactNode
  title?: string | null
  faint?: boolean
}) {
  return (
    <span className={join(styles.right, faint && styles.faint)} title={title ?? undefined}>
      {children}
    </span>
  )
}

/** A clock that counts; only itself is drawn each second. */
export function Ticking({ from }: { from: number }) {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    const beat = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(beat)
  }, [])
  return <Time>{clock(Math.max(0, now - from))}</Time>
}
