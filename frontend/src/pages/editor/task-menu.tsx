import { Menu } from '@mantine/core'
import {
  ArrowDown,
  ArrowUp,
  ClipboardPaste,
  Copy,
  CopyPlus,
  CornerDownRight,
  Group,
  Pencil,
  Plus,
  Scissors,
  Trash2,
  Ungroup,
  Unplug,
} from 'lucide-react'
import { type ReactNode, useMemo, useState } from 'react'
import { CONTAINERS } from '@/entities/document/read'
import type { DocumentStore } from '@/entities/document/store'
import type { Seat } from '@/entities/document/structure'
import type { Position } from '@/shared/api/types'
import { KindGlyph } from '@/shared/ui/glyphs'
import type { Acts } from './acts'
import { copyText, pastedText } from './clipboard'
import { destinationsOf } from './destinations'
import { Row, Sub } from './menu-row'
import styles from './task-menu.module.css'

/** What a menu was asked for: a task, or (null) the ground. */
interface Asked {
  readonly path: string | null
  readonly at: Position
}

export function useTaskMenu() {
  const [asked, setAsked] = useState<Asked | null>(null)
  return useMemo(
    () => ({
      asked,
      open: (path: string | null, at: Position) => setAsked({ path, at }),
      close: () => setAsked(null),
    }),
    [asked],
  )
}

const ICON = { size: 15, strokeWidth: 1.5 } as const
const WRAPS = [
  { kind: 'sequential', name: 'Sequence' },
  { kind: 'parallel', name: 'Parallel' },
  { kind: 'condition', name: 'Condition' },
  { kind: 'loop', name: 'Loop' },
] as const

interface TaskMenuProps {
  store: DocumentStore
  acts: Acts
  asked: Asked
  /** More rows for one task, such as how it is tried out. */
  more?: (path: string) => ReactNode
  onAdd: () => void
  onRename: () => void
  /** The menu is gone; `focus`: the keys are meant for the canvas again. */
  onClose: (focus: boolean) => void
}

/** What can be done with the selected tasks, beside the pointer. */
export function TaskMenu({ store, acts, asked, more, onAdd, onRename, onClose }: TaskMenuProps) {
  const paste = async (seat?: Seat) => {
    const text = await pastedText()
    if (text !== null) acts.paste(text, seat)
  }
  return (
    <Menu opened onChange={(open) => !open && onClose(true)} position="bottom-start" offset={2} width={232}>
      <Menu.Target>
        <span className={styles.point} style={{ left: asked.at.x, top: asked.at.y }} />
      </Menu.Target>
      <Menu.Dropdown aria-label={asked.path === null ? 'Canvas' : 'Task'} className={styles.menu ?? ''}>
        {asked.path === null ? (
          <>
            <Row name="Add a task" icon={<Plus {...ICON} />} keys="N" onClick={onAdd} />
            <Row name="Paste" icon={<ClipboardPaste {...ICON} />} keys="mod+V" onClick={() => void paste()} />
          </>
        ) : (
          <>
            <TaskRows path={asked.path} store={store} acts={acts} onRename={onRename} paste={paste} />
            {more && <Menu.Divider />}
            {more?.(asked.path)}
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

function TaskRows({
  path,
  store,
  acts,
  onRename,
  paste,
}: Pick<TaskMenuProps, 'store' | 'acts' | 'onRename'> & {
  path: string
  paste: (seat?: Seat) => Promise<void>
}) {
  const { graph, reading, pointing } = store.getState()
  const task = reading.byPath.get(path)
  const many = pointing.paths.length > 1
  const edges = graph.edges.filter((edge) => edge.to === path)
  const places = destinationsOf(graph, reading, pointing.paths)
  const holds = task !== undefined && CONTAINERS.has(task.kind) && !many
  const own = destinationsOf(graph, reading, []).filter(({ seat }) => holds && seat.into === path)
  return (
    <>
      <Menu.Label className={styles.title ?? ''}>
        {many ? `${pointing.paths.length} tasks` : (task?.name ?? path)}
      </Menu.Label>
      <Row name="Duplicate" icon={<CopyPlus {...ICON} />} keys="mod+D" onClick={acts.duplicate} />
      <Row name="Copy" icon={<Copy {...ICON} />} keys="mod+C" onClick={() => void copyText(acts.copy())} />
      <Row
        name="Cut"
        icon={<Scissors {...ICON} />}
        keys="mod+X"
        onClick={() => void copyText(acts.copy()).then((copied) => copied && acts.cut())}
      />
      <Row name="Paste after" icon={<ClipboardPaste {...ICON} />} keys="mod+V" onClick={() => void paste()} />
      {holds && (
        <Sub name="Paste inside" icon={<CornerDownRight {...ICON} />}>
          {own.map(({ name, seat }) => (
            <Row key={name} name={seat.branch ?? 'At the end'} onClick={() => void paste(seat)} />
          ))}
        </Sub>
      )}
      <Menu.Divider />
      <Sub name="Wrap in" icon={<Group {...ICON} />}>
        {WRAPS.map(({ kind, name }) => (
          <Row
            key={kind}
            name={name}
            icon={<KindGlyph kind={kind} size={14} />}
            onClick={() => acts.wrap(kind)}
          />
        ))}
      </Sub>
      {holds && <Row name="Unwrap" icon={<Ungroup {...ICON} />} onClick={() => acts.unwrap(path)} />}
      <Row name="Move up" icon={<ArrowUp {...ICON} />} keys="alt+up" onClick={() => acts.shift(-1)} />
      <Row name="Move down" icon={<ArrowDown {...ICON} />} keys="alt+down" onClick={() => acts.shift(1)} />
      {!many && places.length > 1 && (
        <Sub name="Move to the end of" icon={<CornerDownRight {...ICON} />}>
          {places.map(({ name, seat }) => (
            <Row key={name} name={name} onClick={() => acts.moveTo(path, seat)} />
          ))}
        </Sub>
      )}
      {!many && edges.length > 0 && (
        <Sub name="Disconnect from" icon={<Unplug {...ICON} />}>
          {edges.map(({ from }) => (
            <Row
              key={from}
              name={reading.byPath.get(from)?.name ?? from}
              onClick={() => acts.disconnect(from, path)}
            />
          ))}
        </Sub>
      )}
      <Menu.Divider />
      {!many && <Row name="Rename" icon={<Pencil {...ICON} />} keys="F2" onClick={onRename} />}
      <Row name="Remove" icon={<Trash2 {...ICON} />} keys="delete" onClick={acts.remove} />
    </>
  )
}
