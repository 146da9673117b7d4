import type { ReactNode } from 'react'
import styles from './glyphs.module.css'

/** Circle thinks, square acts, diamond decides, figure asks. */
const KINDS = {
  agent: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <circle cx="8" cy="8" r="1.9" fill="currentColor" stroke="none" />
    </>
  ),
  tool: (
    <>
      <rect x="2.5" y="2.5" width="11" height="11" rx="1.5" />
      <path d="M6.6 5.6 10 8l-3.4 2.4z" fill="currentColor" stroke="none" />
    </>
  ),
  approval: (
    <>
      <circle cx="8" cy="5" r="2.75" />
      <path d="M2.75 13.75c.6-2.9 2.6-4.4 5.25-4.4s4.65 1.5 5.25 4.4" />
    </>
  ),
  flow: (
    <>
      <rect x="1.75" y="1.75" width="9" height="9" rx="1.5" />
      <path d="M5.5 14.25h7.25a1.5 1.5 0 0 0 1.5-1.5V5.5" />
    </>
  ),
  wait: (
    <>
      <circle cx="8" cy="8" r="5.75" />
      <path d="M8 4.8V8l2.2 1.6" />
    </>
  ),
  parallel: <path d="M3.5 2.5v11M8 2.5v11M12.5 2.5v11" />,
  sequential: <path d="M3 3.5h10M3 8h10M3 12.5h10" />,
  condition: (
    <>
      <path d="M8 1.9 14.1 8 8 14.1 1.9 8z" />
      <circle cx="8" cy="8" r="1.1" fill="currentColor" stroke="none" />
    </>
  ),
  loop: (
    <>
      <path d="M12.9 9.6A5.25 5.25 0 1 1 13 6.6" />
      <path d="M13.4 3.4v3.4H10" />
    </>
  ),
} satisfies Record<string, ReactNode>

const STATES = {
  queued: <circle cx="8" cy="8" r="5.5" strokeDasharray="2.2 2.12" />,
  running: <path d="M8 2.5A5.5 5.5 0 1 1 2.5 8" strokeWidth="2" />,
  done: <path d="M3 8.6 6.4 12 13 4.6" strokeWidth="1.9" />,
  failed: <path d="M4 4l8 8M12 4l-8 8" strokeWidth="1.9" />,
  waiting: <path d="M4.6 2.5v11M11.4 2.5v11" strokeWidth="2.2" />,
  skipped: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M4.2 11.8l7.6-7.6" />
    </>
  ),
  restored: (
    <>
      <path d="M2.6 8a5.4 5.4 0 1 0 1.7-3.9" />
      <path d="M2.4 2.6v3h3" />
      <path d="M5.7 8.2 7.4 9.9l3-3.4" />
    </>
  ),
  stale: (
    <>
      <circle cx="8" cy="8" r="5.5" strokeDasharray="2.2 2.12" />
      <path d="M8 5v3l2 1.4" />
    </>
  ),
  cancelled: <rect x="3.5" y="3.5" width="9" height="9" rx="1" />,
  disabled: <path d="M3 8h10" />,
  pinned: (
    <>
      <path d="M5.6 2.2h4.8M6.3 2.2v4.4L4 9.4h8L9.7 6.6V2.2" />
      <path d="M8 9.4v4.4" />
    </>
  ),
} satisfies Record<string, ReactNode>

export type GlyphKind = keyof typeof KINDS
export type GlyphState = keyof typeof STATES

type GlyphSize = 12 | 13 | 14 | 16 | 18

/** The glyph of a task kind, drawn in the colour of the text around it. */
export function KindGlyph({
  kind,
  size = 16,
  className,
}: {
  kind: string
  size?: GlyphSize
  className?: string | undefined
}) {
  return <Drawn size={size} className={className} shape={KINDS[kind as GlyphKind] ?? KINDS.tool} />
}

/** The icon of a run state; only the running arc moves. */
export function StateGlyph({
  state,
  size = 14,
  className,
}: {
  state: GlyphState
  size?: GlyphSize
  className?: string | undefined
}) {
  const turn = state === 'running' ? styles.turn : undefined
  return <Drawn size={size} className={[turn, className].filter(Boolean).join(' ')} shape={STATES[state]} />
}

export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg viewBox="0 0 20 20" width={size} height={size} className={styles.glyph} aria-hidden="true">
      <circle cx="8.2" cy="10.4" r="4.9" strokeWidth="2.1" />
      <path d="M13.4 5v10.6" strokeWidth="2.1" strokeLinecap="butt" />
      <circle cx="8.2" cy="10.4" r="1.5" fill="currentColor" stroke="none" />
    </svg>
  )
}

function Drawn({
  size,
  shape,
  className,
}: {
  size: number
  shape: ReactNode
  className?: string | undefined
}) {
  return (
    <svg
      viewBox="0 0 16 16"
      width={size}
      height={size}
      className={[styles.glyph, className].filter(Boolean).join(' ')}
      aria-hidden="true"
    >
      {shape}
    </svg>
  )
}
