import type { ReactNode } from 'react'
import { join } from '@/shared/lib/join'
import { KindGlyph } from '@/shared/ui/glyphs'
import { Badge, BreakpointDot, spokenOf } from './card'
import cardStyles from './card.module.css'
import type { Face } from './face'
import { StateWord } from './foot'
import styles from './frame.module.css'
import { EmptyList } from './into'
import type { FrameState } from './state'

/** A container: its head, and the ground that its children stand on. */
export function Frame({
  face,
  state,
  selected,
  badge,
  empty = face.children === 0,
  children,
}: {
  face: Face
  state: FrameState | null
  selected?: boolean
  /** Where a loop is. */
  badge?: ReactNode
  /** No task stands in it. */
  empty?: boolean
  children?: ReactNode
}) {
  const spoken = state ? state.word.toLowerCase() || state.look : face.errors > 0 ? 'has errors' : 'ready'
  return (
    <div
      className={styles.frame}
      role="group"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: the canvas answers the keys of the card in focus
      tabIndex={0}
      aria-current={selected ? 'true' : undefined}
      aria-label={spokenOf(face, spoken)}
      data-task-path={face.path}
      data-state={state?.look ?? (face.disabled ? 'disabled' : 'rest')}
    >
      {children}
      {face.breakpoint && <BreakpointDot />}
      <div className={styles.head}>
        <KindGlyph kind={face.kind} className={join(styles.glyph)} />
        <span className={styles.name}>{face.name}</span>
        <span className={styles.rule}>{face.line}</span>
        <span className={styles.spring} />
        <Badge face={face} />
        {badge}
        {state && state.word !== '' && (
          <span className={cardStyles.foot} data-bare="">
            <StateWord look={state.look}>{state.word}</StateWord>
          </span>
        )}
      </div>
      {empty && <EmptyList path={face.path} branch={null} said="Nothing to do" className={styles.stub} />}
    </div>
  )
}
