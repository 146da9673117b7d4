import { useEffect, useMemo, useRef, useState } from 'react'
import { useSearchParams } from 'react-router'
import { useStore } from 'zustand'
import { findingsOf, fixEdits } from '@/entities/document/findings'
import type { Camera } from '@/features/canvas/camera'
import { AddPalette } from '@/features/palette/add-palette'
import { choicesOf } from '@/features/palette/choices'
import type { SourceHandle } from '@/features/source/source-pane'
import type { Diagnostic } from '@/shared/api/types'
import { useTitle } from '@/shared/lib/title'
import { useActs } from './acts'
import { useAdding } from './adding'
import { agentsOf, useCentring, useCovered, useLeaveGuard, useTools } from './around'
import { useClipboard } from './clipboard'
import { Conflict } from './conflict'
import { Drawer } from './drawer'
import { EditorBar } from './editor-bar'
import { useEditorKeys } from './editor-keys'
import { FlowTriggers } from './flow-triggers'
import { useFollowedRun } from './followed'
import { InspectorPane } from './inspector-pane'
import type { Opened } from './opened'
import { usePanes } from './panes'
import { RunAsked } from './run-asked'
import { SourceSlot } from './source-slot'
import { Stage } from './stage'
import styles from './studio.module.css'
import { TaskMenu, useTaskMenu } from './task-menu'
import { useTaskOffers } from './task-offers'
import { type Asking, useTrying } from './trying'
import { TryingRows } from './trying-rows'
import { workOutIn } from './values'

/** The editor of one open flow: composes panes and carries what happens in one to the others. */
export function Studio({ flow, store, saver }: Opened) {
  const [address, setAddress] = useSearchParams()
  const following = useFollowedRun(address.get('run'))
  const { runId } = following
  const graph = useStore(store, (state) => state.graph)
  const findings = useStore(store, findingsOf)
  const selected = useStore(store, (state) => state.pointing.paths)
  const camera = useRef<Camera>(null)
  const source = useRef<SourceHandle>(null)
  const tools = useTools()
  const acts = useActs(store, flow.layout)
  const panes = usePanes(runId !== null)
  const adding = useAdding(store, camera)
  const menu = useTaskMenu()
  const [asking, setAsking] = useState<Asking | null>(null)
  const [conflict, setConflict] = useState(false)
  const [renaming, setRenaming] = useState(0)
  const covered = useCovered(panes.inspector && selected.length > 0)
  useTitle(graph.name)
  useCentring(store, camera)
  useLeaveGuard(store)

  const conflicted = useStore(store, (state) => state.saving.kind === 'conflict')
  useEffect(() => setConflict(conflicted), [conflicted])
  const followRun = (id: string | null) => {
    setAsking(null)
    if (id !== null) store.getState().point([], 'canvas')
    setAddress(id === null ? {} : { run: id }, { replace: id === null })
  }
  const ask = (wanted: Asking) => {
    if (findings.some((finding) => finding.severity === 'error')) panes.openDrawer('problems')
    else setAsking(wanted)
  }
  const run = () => ask({ how: 'run' })
  const trying = useTrying(store, flow.name, following, ask)
  const goTo = (finding: Diagnostic) => {
    const { reading } = store.getState()
    if (finding.path) {
      store.getState().point([finding.path], 'server')
      camera.current?.centre(finding.path)
    }
    panes.setSource(true)
    const { from } = reading.lines.place(finding.span)
    requestAnimationFrame(() => source.current?.goTo(from))
  }
  const rename = () => {
    panes.setInspector(true)
    setRenaming((count) => count + 1)
  }
  // A run of another revision is shown as it ran; the text beside it stays the one that is edited.
  const ran = following.run
  const asRan = useStore(store, (state) => (ran && ran.text !== state.text ? ran.graph : null))
  useEditorKeys({
    store,
    saver,
    camera,
    panes,
    run: runId === null ? run : null,
    leave: runId === null ? null : () => followRun(null),
    next: following.store,
    graph: asRan ?? graph,
    add: () => runId === null && adding.openHere(),
    duplicate: runId === null ? acts.duplicate : null,
    tidy: acts.tidy,
    rename,
  })
  useClipboard(acts, runId === null)
  useTaskOffers(store, acts, runId === null, trying.offers)
  const workOut = useMemo(() => workOutIn(store, flow.name, following.store), [store, flow, following])
  return (
    <main>
      <EditorBar
        store={store}
        path={flow.path}
        following={following}
        sourceOpen={panes.source}
        onSource={() => panes.setSource(!panes.source)}
        onRun={run}
        onStep={() => ask({ how: 'step' })}
        triggers={<FlowTriggers store={store} flow={flow.name} before={saver.flush} />}
        onLeave={() => followRun(null)}
        onConflict={() => setConflict(true)}
      />
      <div
        className={styles.editor}
        data-source={panes.source || undefined}
        data-inspector={(panes.inspector && selected.length > 0) || undefined}
        data-running={runId !== null || undefined}
      >
        {panes.source && (
          <SourceSlot
            store={store}
            tools={tools.names}
            looks={following.looks}
            workOut={workOut}
            handle={source}
            onClose={() => panes.setSource(false)}
            onLeave={() => camera.current?.focus(store.getState().pointing.paths.at(-1) ?? '')}
          />
        )}
        <div className={styles.middle}>
          <Stage
            store={store}
            graph={asRan ?? graph}
            asRan={asRan !== null}
            following={following}
            privileged={tools.privileged}
            trying={trying}
            inspecting={panes.inspector}
            covered={covered}
            camera={camera}
            acts={acts}
            tool={panes.tool}
            onTool={panes.setTool}
            onOpen={(path) => {
              store.getState().point([path], 'canvas')
              panes.setInspector(true)
            }}
            onSelect={() => runId === null && panes.setInspector(true)}
            onAdd={adding.openHere}
            onInsert={adding.openOn}
            onInto={adding.openInto}
            onMenu={menu.open}
            onRemove={acts.remove}
          />
          <Drawer
            flow={flow.name}
            open={panes.drawer}
            part={panes.part}
            onOpen={panes.setDrawer}
            onPart={panes.setPart}
            run={following.store}
            graph={asRan ?? graph}
            findings={findings}
            selected={selected.at(-1)}
            onSelect={(path) => store.getState().point([path], 'server')}
            onGo={goTo}
            onFix={(finding) => store.getState().apply(fixEdits(store.getState(), finding), 'fix')}
          />
        </div>
        {panes.inspector && selected.length > 0 && (
          <InspectorPane
            store={store}
            flow={flow.name}
            tools={tools.names}
            privileged={tools.privileged}
            following={following}
            trying={trying}
            onAsk={ask}
            renaming={renaming}
            onRename={trying.renaming(acts.rename)}
            onClose={() => panes.setInspector(false)}
          />
        )}
      </div>
      {adding.wish && (
        <AddPalette
          choices={choicesOf({ agents: agentsOf(store), tools: tools.offered })}
          where={adding.wish.where}
          at={adding.wish.at}
          branches={adding.wish.branches}
          branch={adding.wish.seat.branch}
          onBranch={adding.choose}
          onChoose={(choice, alone) => {
            const path = acts.add(choice, { ...adding.wish?.seat, alone })
            adding.close()
            if (path) requestAnimationFrame(() => camera.current?.focus(path))
          }}
          onClose={adding.close}
        />
      )}
      {menu.asked && (
        <TaskMenu
          store={store}
          acts={acts}
          asked={menu.asked}
          more={(path) => <TryingRows path={path} flow={flow.name} trying={trying} onAsk={ask} />}
          onAdd={adding.openHere}
          onRename={rename}
          onClose={(focus) => {
            menu.close()
            const path = store.getState().pointing.paths.at(-1)
            if (focus && path) requestAnimationFrame(() => camera.current?.focus(path))
          }}
        />
      )}
      {asking && (
        <RunAsked
          asking={asking}
          flow={flow.name}
          store={store}
          saver={saver}
          trying={trying}
          shown={runId}
          onStarted={(id) => followRun(id)}
          onClose={() => setAsking(null)}
        />
      )}
      {conflict && <Conflict store={store} saver={saver} opened onClose={() => setConflict(false)} />}
    </main>
  )
}
