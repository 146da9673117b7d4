import { Lock, Pin, TriangleAlert, X } from 'lucide-react'
import type { ReactNode } from 'react'
import { join } from '@/shared/lib/join'
import type { GlyphState } from '@/shared/ui/glyphs'
import { KindGlyph, StateGlyph } from '@/shared/ui/glyphs'
import styles from './card.module.css'
import type { Face } from './face'

export interface CardProps {
  face: Face
  /** The run state that colours the card; absent while editing. */
  look?: GlyphState | undefined
  foot: ReactNode
  spoken: string
  selected?: boolean
  contact?: 'hover' | 'focus' | 'drag' | 'bad' | 'stale'
  badge?: ReactNode
  children?: ReactNode
}

/** The card of a task: 208 by 68 in every kind and state. */
export function Card({ face, look, foot, spoken, selected, contact, badge, children }: CardProps) {
  const state = look ?? (face.disabled ? 'disabled' : face.errors > 0 ? 'error' : 'rest')
  return (
    <div
      className={styles.card}
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas answers the keys of the card in focus
      tabIndex={0}
      aria-current={selected ? 'true' : undefined}
      aria-label={spokenOf(face, spoken)}
      data-task-path={face.path}
      data-state={state}
      data-contact={contact}
    >
      {children}
      {face.breakpoint && <BreakpointDot />}
      <div className={styles.head}>
        <KindGlyph kind={face.kind} className={join(styles.glyph)} />
        <div className={styles.name} title={face.name}>
          {face.name}
        </div>
        {badge ?? <Badge face={face} />}
        <div className={join(styles.line, face.wrong && styles.wrong)} title={face.line}>
          {face.line}
        </div>
        {look && <StateGlyph state={look} size={16} className={join(styles.plate, styles[look])} />}
      </div>
      <div className={styles.foot}>{foot}</div>
    </div>
  )
}

/** A quiet dot at the edge: trials stop before this task. */
export function BreakpointDot() {
  return <i className={styles.breakpoint} title="Breakpoint: trials stop before it" />
}

export function Badge({ face }: { face: Pick<Face, 'errors' | 'warnings' | 'privileged' | 'pinned'> }) {
  if (face.errors > 0) {
    return (
      <span className={styles.badge} data-tone="failed" title={many(face.errors, 'error')}>
        <X size={12} strokeWidth={2.1} />
        {face.errors}
      </span>
    )
  }
  if (face.warnings > 0) {
    return (
      <span className={styles.badge} data-tone="waiting" title={many(face.warnings, 'warning')}>
        <TriangleAlert size={12} strokeWidth={2.1} />
        {face.warnings}
      </span>
    )
  }
  if (face.pinned) {
    return (
      <span className={styles.lock} title="Pinned: trials use this output in place of a run">
        <Pin size={12} strokeWidth={2} />
      </span>
    )
  }
  if (!face.privileged) return <i className={styles.lock} />
  return (
    <span className={styles.lock} title="Privileged: asks first">
      <Lock size={12} strokeWidth={2} />
    </span>
  )
}

export function CountBadge({ children, running }: { children: ReactNode; running?: boolean }) {
  return (
    <span className={styles.badge} data-tone={running ? 'running' : 'plain'}>
      {children}
    </span>
  )
}

/** What a reader hears of a card or a frame. */
export function spokenOf(face: Face, state: string): string {
  const marks = [face.breakpoint && 'breakpoint', face.pinned && 'pinned output']
  return [face.name, face.kind, state, ...marks].filter(Boolean).join(', ')
}

function many(count: number, noun: string): string {
  return count === 1 ? `1 ${noun}` : `${count} ${noun}s`
}
