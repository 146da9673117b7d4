import { type ReactNode, type RefObject, useCallback, useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { findingsOf } from '@/entities/document/findings'
import type { DocumentStore } from '@/entities/document/store'
import { isWork, type OpenRun, type RunStore, staticPath } from '@/entities/run'
import type { Camera } from '@/features/canvas/camera'
import { Canvas } from '@/features/canvas/canvas'
import { type CanvasTool, FollowSwitch, TidyButton } from '@/features/canvas/docks'
import type { Float } from '@/features/canvas/floats'
import { FollowRun } from '@/features/canvas/follow'
import { useHovered } from '@/features/canvas/hover'
import type { Graph } from '@/shared/api/types'
import { useKeys } from '@/shared/lib/keys'
import type { useActs } from './acts'
import { useFloats } from './floating'
import type { FollowedRun } from './followed'
import type { Trying } from './trying'

export interface StageProps {
  store: DocumentStore
  graph: Graph
  /** The graph is that of a run of another revision: it is looked at, not edited. */
  asRan: boolean
  following: FollowedRun
  privileged: ReadonlySet<string>
  /** What trials of the flow are held before, and what they take as it is. */
  trying: Pick<Trying, 'breakpoints' | 'pinned'>
  /** The inspector shows the selected task. */
  inspecting: boolean
  covered: number
  camera: RefObject<Camera | null>
  acts: ReturnType<typeof useActs>
  tool: CanvasTool
  onTool: (tool: CanvasTool) => void
  onOpen: (path: string) => void
  onSelect: () => void
  onAdd: () => void
  onInsert: (from: string, to: string, at: { x: number; y: number }) => void
  onInto: (path: string, branch: string | null, at: { x: number; y: number }) => void
  onMenu: (path: string | null, at: { x: number; y: number }) => void
  onRemove: () => void
}

const NO_FLOATS: readonly Float[] = []

/** The canvas with the run that it shows. */
export function Stage(props: StageProps) {
  const { following } = props
  return (
    <FollowRun value={following.followed}>
      {following.store ? (
        <Running {...props} run={following.store} />
      ) : (
        <Drawn {...props} floats={NO_FLOATS} />
      )}
    </FollowRun>
  )
}

function Running(props: StageProps & { run: RunStore }) {
  const selected = useStore(props.store, (state) => state.pointing.paths.at(-1))
  const { hovered, onHover } = useHovered()
  const floats = useFloats(props.run, props.graph, selected, hovered, {
    text: props.following.run?.text,
    inspected: props.inspecting ? selected : undefined,
  })
  const [following, setFollowing] = useState(true)
  useKeys({ f: () => setFollowing(!following) })
  const { store, inspecting } = props
  const goOn = useCallback(
    (path: string) => inspecting && store.getState().point([staticPath(path)], 'canvas'),
    [store, inspecting],
  )
  useFollowing(props.run, props.camera, following, goOn)
  return (
    <Drawn
      {...props}
      floats={floats}
      onGrab={() => setFollowing(false)}
      onHover={onHover}
      dock={<FollowSwitch on={following} onToggle={() => setFollowing(!following)} />}
    />
  )
}

/** Keep the tasks that run or wait in view; one that is held is what the inspector goes on to. */
function useFollowing(
  run: RunStore,
  camera: StageProps['camera'],
  on: boolean,
  onHeld: (path: string) => void,
): void {
  useEffect(() => {
    if (!on) return
    const show = (open: OpenRun, before: OpenRun | null) => {
      for (const task of Object.values(open.run.tasks)) {
        const live = task.status === 'running' || task.status === 'waiting' || task.status === 'held'
        if (!live || !isWork(task)) continue
        if (before?.run.tasks[task.path]?.status === task.status) continue
        camera.current?.centre(task.path, true)
        if (before && task.status === 'held') onHeld(task.path)
      }
    }
    const later = setTimeout(() => show(run.getState(), null), 160)
    const stop = run.subscribe(show)
    return () => {
      clearTimeout(later)
      stop()
    }
  }, [run, camera, on, onHeld])
}

function Drawn(
  props: StageProps & {
    floats: readonly Float[]
    onGrab?: () => void
    onHover?: (path: string | null) => void
    dock?: ReactNode
  },
) {
  const { store, asRan, acts, following } = props
  const reading = useStore(store, (state) => state.reading)
  const findings = useStore(store, findingsOf)
  const selected = useStore(store, (state) => state.pointing.paths)
  const running = following.runId !== null
  return (
    <Canvas
      graph={props.graph}
      reading={asRan ? null : reading}
      findings={asRan ? NO_FINDINGS : findings}
      privileged={props.privileged}
      breakpoints={props.trying.breakpoints}
      pinned={props.trying.pinned}
      moved={acts.moved}
      selected={selected}
      tool={props.tool}
      running={running}
      floats={props.floats}
      covered={props.covered}
      camera={props.camera}
      onTool={props.onTool}
      onSelect={(paths) => {
        store.getState().point(paths, 'canvas')
        if (paths.length > 0) props.onSelect()
      }}
      onOpen={props.onOpen}
      onMove={acts.move}
      onAdd={running ? undefined : props.onAdd}
      onInsert={running ? undefined : props.onInsert}
      onInto={running ? undefined : props.onInto}
      onMenu={running ? undefined : props.onMenu}
      onShift={running ? undefined : acts.shift}
      onConnect={running ? undefined : acts.connect}
      onDisconnect={running ? undefined : acts.disconnect}
      onRemove={running ? undefined : props.onRemove}
      onGrab={props.onGrab}
      onHover={props.onHover}
      dock={
        <>
          {props.dock}
          {Object.keys(acts.moved).length > 0 && <TidyButton onTidy={acts.tidy} />}
        </>
      }
    />
  )
}

const NO_FINDINGS: readonly never[] = []
