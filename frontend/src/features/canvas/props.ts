import type { ReactNode, Ref } from 'react'
import type { Reading } from '@/entities/document/read'
import type { Diagnostic, Graph, Position } from '@/shared/api/types'
import type { Camera } from './camera'
import type { CanvasTool } from './docks'
import type { Ends } from './edge'
import type { Float } from './floats'
import type { Into } from './into'

export interface CanvasProps {
  graph: Graph
  reading: Reading | null
  findings: readonly Diagnostic[]
  privileged: ReadonlySet<string>
  /** Paths of tasks that trials are held before. */
  breakpoints?: ReadonlySet<string> | undefined
  /** Paths of tasks whose output the flow pins. */
  pinned?: ReadonlySet<string> | undefined
  moved: { readonly [path: string]: Position }
  selected: readonly string[]
  tool: CanvasTool
  /** A run is followed: the zoom dock makes room, the whole flow is shown at first. */
  running: boolean
  floats: readonly Float[]
  /** How many px at the right an inspector that floats hides. */
  covered: number
  camera: Ref<Camera>
  onTool: (tool: CanvasTool) => void
  onSelect: (paths: readonly string[]) => void
  onOpen: (path: string) => void
  onMove: (positions: { [path: string]: Position }) => void
  onAdd?: (() => void) | undefined
  onInsert?: Ends | undefined
  /** Add a task to one list of a frame. */
  onInto?: Into | undefined
  onConnect?: ((from: string, to: string) => void) | undefined
  onDisconnect?: ((from: string, to: string) => void) | undefined
  onRemove?: (() => void) | undefined
  onShift?: ((by: -1 | 1) => void) | undefined
  /** A menu is wanted, for a task or (null) for the ground. */
  onMenu?: ((path: string | null, at: Position) => void) | undefined
  /** A hand moved the view. */
  onGrab?: (() => void) | undefined
  /** The card that the pointer came to, null when it left. */
  onHover?: ((path: string | null) => void) | undefined
  /** More in the tools dock. */
  dock?: ReactNode
}
