import type { ReactNode } from 'react'
import { KindGlyph } from '@/shared/ui/glyphs'
import styles from './start.module.css'

const CARD = { width: 42, height: 16, gap: 14, step: 26 }
const WIDTH = 190

/** A flow drawn small: cards downward, several side by side in a frame. */
export function TemplatePicture({ rows }: { rows: readonly (readonly string[])[] }) {
  let top = 8
  const drawn: ReactNode[] = []
  let before: number | null = null
  for (const [at, row] of rows.entries()) {
    const framed = row.length > 1
    const pad = framed ? 8 : 0
    const width = row.length * CARD.width + (row.length - 1) * CARD.gap
    const left = (WIDTH - width) / 2
    if (before !== null)
      drawn.push(<path key={`edge-${at}`} d={`M95 ${before}V${top}`} stroke="var(--edge)" />)
    if (framed)
      drawn.push(
        <rect
          key={`frame-${at}`}
          x={left - pad}
          y={top}
          width={width + pad * 2}
          height={CARD.height + pad * 2}
          rx="4"
          stroke="var(--line-strong)"
          fill="var(--panel)"
        />,
      )
    for (const [place, kind] of row.entries())
      drawn.push(
        <Card key={`${at}-${place}`} kind={kind} x={left + place * (CARD.width + CARD.gap)} y={top + pad} />,
      )
    before = top + CARD.height + pad * 2
    top = before + 10
  }
  return (
    <svg
      className={styles.picture}
      viewBox={`0 0 ${WIDTH} ${top}`}
      width={WIDTH}
      height={top}
      fill="none"
      aria-hidden="true"
    >
      {drawn}
    </svg>
  )
}

function Card({ kind, x, y }: { kind: string; x: number; y: number }) {
  return (
    <g transform={`translate(${x} ${y})`}>
      <rect width={CARD.width} height={CARD.height} rx="2.5" fill="var(--card)" stroke="var(--line-strong)" />
      <svg x="4" y="4" width="8" height="8" viewBox="0 0 16 16" aria-hidden="true">
        <KindGlyph kind={kind} />
      </svg>
      <path d="M16 8h18" stroke="var(--text-faint)" strokeWidth="2" />
    </g>
  )
}
