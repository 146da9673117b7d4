import { PanelLeftClose } from 'lucide-react'
import { useCallback, useEffect, useImperativeHandle, useRef } from 'react'
import { useStore } from 'zustand'
import { namesIn } from '@/entities/document/read'
import type { DocumentStore } from '@/entities/document/store'
import type { JsonObject } from '@/shared/api/types'
import { Button } from '@/shared/ui/button'
import { openSource, type SourceEditor } from './editor'
import { GlyphBank } from './glyph-bank'
import type { WorkOut } from './hover'
import styles from './source-pane.module.css'

/** What a page may ask of the source pane. */
export interface SourceHandle {
  /** Put the caret at a place of the text. */
  goTo(offset: number): void
}

export interface SourcePaneProps {
  store: DocumentStore
  tools: readonly string[]
  /** State glyphs during a run: `look` gives a state's name or null, `subscribe` tells when one changes. */
  looks: { subscribe(listener: () => void): () => void; look(path: string): string | null }
  workOut: WorkOut
  handle: React.Ref<SourceHandle>
  onClose: () => void
  onLeave: () => void
}

/** The text of the flow at the left, one with the canvas. */
export default function SourcePane(props: SourcePaneProps) {
  const { store, tools, looks, workOut, handle, onClose, onLeave } = props
  const host = useRef<HTMLDivElement>(null)
  const bank = useRef<HTMLDivElement>(null)
  const editor = useRef<SourceEditor | null>(null)
  const toolNames = useRef(tools)
  toolNames.current = tools
  const leave = useRef(onLeave)
  leave.current = onLeave
  const answer = useRef(workOut)
  answer.current = workOut
  const schema = useSchema()
  useImperativeHandle(handle, () => ({ goTo: (offset) => editor.current?.goTo(offset, true) }), [])

  useEffect(() => {
    if (!host.current) return
    const opened = openSource({
      parent: host.current,
      store,
      draw: (key) => drawn(bank.current, key),
      glyphOf: (path, kind) => {
        const look = looks.look(path)
        return look ? `state:${look}` : `kind:${kind}`
      },
      names: () => {
        const { reading } = store.getState()
        return {
          agents: namesIn(reading, 'agents'),
          models: namesIn(reading, 'models'),
          tools: [...new Set([...toolNames.current, ...namesIn(reading, 'tools')])],
        }
      },
      schema: () => schema.current,
      workOut: (where, source) => answer.current(where, source),
      onLeave: () => leave.current(),
    })
    editor.current = opened
    const stop = looks.subscribe(opened.remark)
    return () => {
      stop()
      opened.destroy()
      editor.current = null
    }
  }, [store, looks, schema])

  return (
    <section className={styles.pane} aria-label="Source">
      <header className={styles.head}>
        <h2>Source</h2>
        <span className={styles.kind}>YAML</span>
        <span className={styles.spring} />
        <LineCount store={store} />
        <Button
          look="quiet"
          aria-label="Close source"
          title="Close source · Y"
          icon={<PanelLeftClose size={16} strokeWidth={1.5} />}
          onClick={onClose}
        />
      </header>
      <div ref={host} className={styles.host} />
      <GlyphBank bank={bank} />
    </section>
  )
}

function LineCount({ store }: { store: DocumentStore }) {
  const count = useStore(
    store,
    (state) => state.reading.lines.count - (state.reading.text.endsWith('\n') ? 1 : 0),
  )
  return <span className={styles.count}>{count === 1 ? '1 line' : `${count} lines`}</span>
}

/** Glyphs are drawn once by React and copied into the gutter. */
function drawn(bank: HTMLElement | null, key: string): Node {
  const found = bank?.querySelector(`[data-glyph="${key}"]`)
  return found ? found.cloneNode(true) : document.createTextNode('')
}

let fetched: Promise<JsonObject | null> | null = null

/** The schema that completes keys, fetched once for the tab. */
function useSchema() {
  const schema = useRef<JsonObject | null>(null)
  const load = useCallback(async () => {
    fetched ??= fetch('/schemas/flow.schema.json')
      .then((answer) => (answer.ok ? (answer.json() as Promise<JsonObject>) : null))
      .catch(() => null)
    schema.current = await fetched
  }, [])
  useEffect(() => void load(), [load])
  return schema
}
