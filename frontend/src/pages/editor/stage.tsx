import type { RefObject } from 'react'
import { useStore } from 'zustand'
import { findingsOf } from '@/entities/document/findings'
import type { DocumentStore } from '@/entities/document/store'
import type { RunStore } from '@/entities/run'
import type { Camera } from '@/features/canvas/camera'
import { Canvas } from '@/features/canvas/canvas'
import type { CanvasTool } from '@/features/canvas/docks'
import type { Float } from '@/features/canvas/floats'
import { FollowRun } from '@/features/canvas/follow'
import type { Graph } from '@/shared/api/types'
import type { useActs } from './acts'
import { useFloats } from './floating'
import type { FollowedRun } from './followed'

export interface StageProps {
  store: DocumentStore
  graph: Graph
  /** The graph is that of a run of another revision: it is looked at, not edited. */
  asRan: boolean
  following: FollowedRun
  privileged: ReadonlySet<string>
  camera: RefObject<Camera | null>
  acts: ReturnType<typeof useActs>
  tool: CanvasTool
  onTool: (tool: CanvasTool) => void
  onOpen: (path: string) => void
  onSelect: () => void
  onAdd: () => void
  onInsert: (from: string, to: string, at: { x: number; y: number }) => void
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
  const floats = useFloats(props.run, props.graph, selected)
  return <Drawn {...props} floats={floats} />
}

function Drawn(props: StageProps & { floats: readonly Float[] }) {
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
      moved={acts.moved}
      selected={selected}
      tool={props.tool}
      running={running}
      floats={props.floats}
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
      onConnect={running ? undefined : acts.connect}
      onRemove={running ? undefined : props.onRemove}
    />
  )
}

const NO_FINDINGS: readonly never[] = []
