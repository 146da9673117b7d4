import { Search } from 'lucide-react'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { join } from '@/shared/lib/join'
import { KindGlyph } from '@/shared/ui/glyphs'
import { Key } from '@/shared/ui/key'
import styles from './add-palette.module.css'
import { type Choice, matching } from './choices'

export interface AddPaletteProps {
  choices: readonly Choice[]
  /** Where the task will land: `after Write draft`. */
  where: string
  /** The branches of the condition that it lands in, and the one that is chosen. */
  branches?: readonly string[]
  branch?: string | undefined
  onBranch?: (branch: string) => void
  /** A place on the screen; the palette keeps itself inside the window. */
  at: { x: number; y: number }
  onChoose: (choice: Choice, alone: boolean) => void
  onClose: () => void
}

const WIDTH = 392
const HEIGHT = 360
const RIM = 12

/** Add a task by its name: agents of this flow, kinds, tools. Enter adds and wires. */
export function AddPalette({ choices, where, at, onChoose, onClose, ...lists }: AddPaletteProps) {
  const { branches = [], branch, onBranch } = lists
  const [typed, setTyped] = useState('')
  const [here, setHere] = useState(0)
  const box = useRef<HTMLDivElement>(null)
  const found = useMemo(() => matching(choices, typed), [choices, typed])
  const chosen = Math.min(here, found.length - 1)
  useEffect(() => {
    const leave = (event: PointerEvent) => {
      if (!box.current?.contains(event.target as globalThis.Node)) onClose()
    }
    window.addEventListener('pointerdown', leave, true)
    return () => window.removeEventListener('pointerdown', leave, true)
  }, [onClose])
  useEffect(() => {
    box.current?.querySelector(`[data-at="${chosen}"]`)?.scrollIntoView({ block: 'nearest' })
  }, [chosen])

  const press = (event: KeyboardEvent) => {
    event.stopPropagation()
    const move = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (move !== 0) {
      event.preventDefault()
      setHere((chosen + move + found.length) % Math.max(1, found.length))
    } else if (
      typed === '' &&
      (event.key === 'ArrowLeft' || event.key === 'ArrowRight') &&
      branches.length > 1
    ) {
      event.preventDefault()
      const by = event.key === 'ArrowRight' ? 1 : branches.length - 1
      const next = branches[(branches.indexOf(branch ?? '') + by) % branches.length]
      if (next !== undefined) onBranch?.(next)
    } else if (event.key === 'Enter') {
      event.preventDefault()
      const choice = found[chosen]
      if (choice) onChoose(choice, event.altKey)
    } else if (event.key === 'Escape') {
      event.preventDefault()
      onClose()
    }
  }
  const left = Math.max(RIM, Math.min(at.x, window.innerWidth - WIDTH - RIM))
  const top = Math.max(RIM, Math.min(at.y, window.innerHeight - HEIGHT - RIM))
  return (
    <div ref={box} className={styles.palette} style={{ left, top }} role="dialog" aria-label="Add task">
      <div className={styles.find}>
        <Search size={16} strokeWidth={1.5} />
        <input
          // biome-ignore lint/a11y/noAutofocus: a person pressed N to type here
          autoFocus
          className={styles.input}
          placeholder="Agent, kind or tool"
          aria-label="Add task"
          role="combobox"
          aria-expanded
          aria-controls="add-choices"
          aria-activedescendant={found[chosen] ? `add-${chosen}` : undefined}
          value={typed}
          onKeyDown={press}
          onChange={(event) => {
            setTyped(event.currentTarget.value)
            setHere(0)
          }}
        />
        <span className={styles.where}>{where}</span>
      </div>
      {branches.length > 1 && (
        <div className={styles.branches} role="radiogroup" aria-label="Branch">
          {branches.map((name) => (
            <button
              key={name}
              type="button"
              role="radio"
              aria-checked={name === branch}
              tabIndex={-1}
              onClick={() => {
                onBranch?.(name)
                box.current?.querySelector('input')?.focus()
              }}
            >
              {name === '' ? "''" : name}
            </button>
          ))}
          <span>
            <Key name="left" /> <Key name="right" />
          </span>
        </div>
      )}
      <div className={styles.list} id="add-choices" role="listbox" aria-label="Tasks to add">
        {found.length === 0 && <p className={styles.none}>Nothing here is called that.</p>}
        {found.map((choice, place) => (
          <Row
            key={choice.key}
            choice={choice}
            place={place}
            on={place === chosen}
            heading={choice.group !== found[place - 1]?.group ? choice.group : null}
            typed={typed}
            onPoint={() => setHere(place)}
            onChoose={(alone) => onChoose(choice, alone)}
          />
        ))}
      </div>
      <footer className={styles.keys}>
        <span>
          <Key name="enter" /> add and wire
        </span>
        <span>
          <Key name="alt+enter" /> add alone
        </span>
        <span>
          <Key name="esc" /> close
        </span>
      </footer>
    </div>
  )
}

function Row({
  choice,
  place,
  on,
  heading,
  typed,
  onPoint,
  onChoose,
}: {
  choice: Choice
  place: number
  on: boolean
  heading: string | null
  typed: string
  onPoint: () => void
  onChoose: (alone: boolean) => void
}) {
  return (
    <>
      {heading && (
        <div className={styles.group} role="presentation">
          {heading}
        </div>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field above answers the keys */}
      <div
        id={`add-${place}`}
        role="option"
        tabIndex={-1}
        aria-selected={on}
        data-at={place}
        className={join(styles.item, on && styles.on)}
        onPointerMove={onPoint}
        onClick={(event) => onChoose(event.altKey)}
      >
        <KindGlyph kind={choice.kind} />
        <span className={styles.name}>
          <Matched text={choice.name} typed={typed} />
        </span>
        <span className={styles.what}>{choice.what}</span>
        {on && <Key name="enter" />}
      </div>
    </>
  )
}

function Matched({ text, typed }: { text: string; typed: string }) {
  const at = typed ? text.toLowerCase().indexOf(typed.toLowerCase()) : -1
  if (at < 0) return text
  return (
    <>
      {text.slice(0, at)}
      <mark>{text.slice(at, at + typed.length)}</mark>
      {text.slice(at + typed.length)}
    </>
  )
}
