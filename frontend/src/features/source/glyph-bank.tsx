import { ChevronDown, ChevronRight, TriangleAlert, X } from 'lucide-react'
import type { RefObject } from 'react'
import { type GlyphKind, type GlyphState, KindGlyph, StateGlyph } from '@/shared/ui/glyphs'
import styles from './source-pane.module.css'

const KINDS: GlyphKind[] = [
  'agent',
  'tool',
  'approval',
  'flow',
  'wait',
  'parallel',
  'sequential',
  'condition',
  'loop',
]
const STATES: GlyphState[] = [
  'queued',
  'running',
  'done',
  'failed',
  'waiting',
  'skipped',
  'restored',
  'cancelled',
]

/** One of every glyph that a gutter may show. */
export function GlyphBank({ bank }: { bank: RefObject<HTMLDivElement | null> }) {
  return (
    <div ref={bank} hidden>
      {KINDS.map((kind) => (
        <span key={kind} data-glyph={`kind:${kind}`} className={styles.glyph}>
          <KindGlyph kind={kind} size={12} />
        </span>
      ))}
      {STATES.map((state) => (
        <span key={state} data-glyph={`state:${state}`} className={styles.glyph} data-tone={state}>
          <StateGlyph state={state} size={12} />
        </span>
      ))}
      <span data-glyph="problem:error" className={styles.glyph} data-tone="failed">
        <X size={12} strokeWidth={2.1} />
      </span>
      <span data-glyph="problem:warning" className={styles.glyph} data-tone="waiting">
        <TriangleAlert size={12} strokeWidth={2} />
      </span>
      <span data-glyph="problem:info" className={styles.glyph}>
        <TriangleAlert size={12} strokeWidth={2} />
      </span>
      <span data-glyph="fold:open" className={styles.fold}>
        <ChevronDown size={12} strokeWidth={2} />
      </span>
      <span data-glyph="fold:shut" className={styles.fold}>
        <ChevronRight size={12} strokeWidth={2} />
      </span>
    </div>
  )
}
