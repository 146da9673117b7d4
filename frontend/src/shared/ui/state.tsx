import type { ReactNode } from 'react'
import { join } from '../lib/join'
import { type GlyphState, StateGlyph } from './glyphs'
import styles from './state.module.css'

/** Icon, word and colour of a run state: always all three. */
export function State({
  state,
  children,
  className,
}: {
  state: GlyphState
  children: ReactNode
  className?: string | undefined
}) {
  return (
    <span className={join(styles.state, styles[state], className)} data-state={state}>
      <StateGlyph state={state} size={14} />
      {children}
    </span>
  )
}

/** The colour of a state as a class, for icons that stand alone beside their own words. */
export function stateTone(state: GlyphState): string {
  return styles[state] ?? ''
}
