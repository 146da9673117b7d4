import { AlignVerticalSpaceAround, Eye, Hand, Maximize, Minus, MousePointer2, Plus } from 'lucide-react'
import type { ReactNode } from 'react'
import { Key } from '@/shared/ui/key'
import styles from './docks.module.css'

export type CanvasTool = 'select' | 'hand'

export function ToolsDock({
  tool,
  onTool,
  onAdd,
  children,
}: {
  tool: CanvasTool
  onTool: (tool: CanvasTool) => void
  onAdd?: (() => void) | undefined
  children?: ReactNode
}) {
  return (
    <div className={styles.dock} data-corner="top-left" role="toolbar" aria-label="Tools">
      <Square name="Select" keys="V" on={tool === 'select'} onClick={() => onTool('select')}>
        <MousePointer2 size={16} strokeWidth={1.5} />
      </Square>
      <Square name="Pan" keys="H" on={tool === 'hand'} onClick={() => onTool('hand')}>
        <Hand size={16} strokeWidth={1.5} />
      </Square>
      {onAdd && (
        <>
          <i className={styles.rule} />
          <button type="button" className={styles.wide} onClick={onAdd} data-add-task="">
            <Plus size={16} strokeWidth={1.5} />
            Add task
            <Key name="N" />
          </button>
        </>
      )}
      {children}
    </div>
  )
}

/** The camera goes where the run goes, until a hand moves it. */
export function FollowSwitch({ on, onToggle }: { on: boolean; onToggle: () => void }) {
  return (
    <>
      <i className={styles.rule} />
      <button type="button" className={styles.wide} aria-pressed={on} onClick={onToggle}>
        <Eye size={16} strokeWidth={1.5} />
        {on ? 'Following' : 'Follow'}
        <Key name="F" />
      </button>
    </>
  )
}

/** Puts back what was dragged; there only while something is out of its place. */
export function TidyButton({ onTidy }: { onTidy: () => void }) {
  return (
    <>
      <i className={styles.rule} />
      <Square name="Tidy: put moved cards back" keys="Shift+L" onClick={onTidy}>
        <AlignVerticalSpaceAround size={16} strokeWidth={1.5} />
      </Square>
    </>
  )
}

export function ZoomDock({
  zoom,
  corner,
  onIn,
  onOut,
  onActual,
  onFit,
}: {
  zoom: number
  corner: 'top-right' | 'bottom-right'
  onIn: () => void
  onOut: () => void
  onActual: () => void
  onFit: () => void
}) {
  return (
    <div className={styles.dock} data-corner={corner} role="toolbar" aria-label="Zoom">
      <Square name="Zoom out" keys="−" onClick={onOut}>
        <Minus size={16} strokeWidth={1.5} />
      </Square>
      <button type="button" className={styles.percent} title="100 % · 0" onClick={onActual}>
        {Math.round(zoom * 100)}%
      </button>
      <Square name="Zoom in" keys="+" onClick={onIn}>
        <Plus size={16} strokeWidth={1.5} />
      </Square>
      <i className={styles.rule} />
      <Square name="Fit all" keys="1" onClick={onFit}>
        <Maximize size={16} strokeWidth={1.5} />
      </Square>
    </div>
  )
}

function Square({
  name,
  keys,
  on,
  onClick,
  children,
}: {
  name: string
  keys: string
  on?: boolean
  onClick: () => void
  children: ReactNode
}) {
  return (
    <button
      type="button"
      className={styles.square}
      aria-label={name}
      aria-pressed={on}
      title={`${name} · ${keys}`}
      onClick={onClick}
    >
      {children}
    </button>
  )
}
