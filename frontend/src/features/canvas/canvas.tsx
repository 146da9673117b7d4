import '@xyflow/react/dist/base.css'
import {
  Background,
  BackgroundVariant,
  type Connection,
  ConnectionMode,
  type NodeChange,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
} from '@xyflow/react'
import { useCallback, useImperativeHandle, useMemo, useRef, useState } from 'react'
import { branchesOf } from '@/entities/graph/branches'
import { within } from '@/entities/graph/layout'
import type { Position } from '@/shared/api/types'
import { Aside } from './aside'
import { useCamera } from './camera'
import styles from './canvas.module.css'
import { useChosenEdge } from './chosen-edge'
import { ToolsDock } from './docks'
import { useFaces, useNodes } from './drawn'
import { EdgeContext, Wire } from './edge'
import { Floats } from './floats'
import { IntoContext } from './into'
import { useCanvasKeys } from './keys'
import { useLayout } from './layout'
import { useLod } from './lod'
import { menuPlace } from './menu-place'
import { type AnyNode, CardNode, FrameNode, InputsPill, TargetContext } from './nodes'
import type { CanvasProps } from './props'
import { edgesOf, refusal } from './shapes'
import { RunStrip } from './strip'
import { useView } from './view'
import { Zoom } from './zoom'

const NODE_TYPES = { card: CardNode, frame: FrameNode, inputs: InputsPill, aside: Aside }
const EDGE_TYPES = { wire: Wire }
const MANY = 150
const DOT_GAP = 16

export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Ground {...props} />
    </ReactFlowProvider>
  )
}

function Ground(props: CanvasProps) {
  const { graph, reading, moved, tool, running, onSelect, onMove } = props
  const root = useRef<HTMLElement>(null)
  const camera = useCamera()
  useImperativeHandle(props.camera, () => camera, [camera])
  useLod(root)
  const branches = useMemo(() => branchesOf(graph, reading), [graph, reading])
  const layout = useLayout(graph, moved, branches)
  const faces = useFaces(props)
  const [dragged, setDragged] = useState<ReadonlyMap<string, Position>>(new Map())
  const [drawing, setDrawing] = useState<string | null>(null)
  const nodes = useNodes(graph, layout, faces, props.selected, dragged)
  const drawn = useMemo(() => (layout ? edgesOf(graph, layout) : []), [graph, layout])
  const { edges, chosen, choose } = useChosenEdge(drawn)
  const { onInsert, onDisconnect, onMenu } = props
  const edgeActs = useMemo(() => ({ insert: onInsert, cut: onDisconnect }), [onInsert, onDisconnect])
  const onViewMoves = useView(root, layout, running, props.covered)

  const onNodesChange = useCallback(
    (changes: NodeChange<AnyNode>[]) => {
      const chosen = new Set(props.selected)
      let touched = false
      const places = new Map<string, Position>()
      for (const change of changes) {
        if (change.type === 'select') {
          touched = true
          if (change.selected) chosen.add(change.id)
          else chosen.delete(change.id)
        } else if (change.type === 'position' && change.position && change.dragging) {
          places.set(change.id, change.position)
        }
      }
      if (places.size > 0) setDragged((before) => new Map([...before, ...places]))
      if (!touched) return
      choose(null)
      onSelect([...chosen])
    },
    [props.selected, onSelect, choose],
  )
  const drop = useCallback(
    (_: unknown, __: AnyNode, dropped: AnyNode[]) => {
      setDragged(new Map())
      onMove(
        Object.fromEntries(
          dropped.map((node) => [node.id, round(within(node.position, node.parentId ?? ''))]),
        ),
      )
    },
    [onMove],
  )
  const allowed = useCallback(
    ({ source, target }: { source: string | null; target: string | null }) =>
      source !== null && target !== null && refusal(graph, source, target) === '',
    [graph],
  )
  const target = useMemo(
    () =>
      drawing === null ? null : (path: string) => (path === drawing ? '' : refusal(graph, drawing, path)),
    [drawing, graph],
  )

  const keys = useCanvasKeys({
    root,
    camera,
    selected: props.selected,
    graph,
    onSelect: useCallback(
      (paths: readonly string[]) => {
        choose(null)
        onSelect(paths)
      },
      [choose, onSelect],
    ),
    onOpen: props.onOpen,
    onRemove: props.onRemove,
    onShift: props.onShift,
    onCut: chosen && onDisconnect && (() => onDisconnect(chosen.source, chosen.target)),
  })

  return (
    <section
      ref={root}
      // Takes focus when the ground is clicked, so that arrows and Delete are meant for the canvas.
      tabIndex={-1}
      onKeyDown={keys}
      className={styles.canvas}
      aria-label="Canvas"
      data-lod="all"
      data-tool={tool}
      data-drawing={drawing ?? undefined}
    >
      <TargetContext.Provider value={target}>
        <EdgeContext.Provider value={edgeActs}>
          <IntoContext.Provider value={props.onInto ?? null}>
            <ReactFlow
              nodes={nodes}
              edges={edges}
              nodeTypes={NODE_TYPES}
              edgeTypes={EDGE_TYPES}
              onNodesChange={onNodesChange}
              onNodeDragStop={drop}
              onNodeMouseEnter={(_, node) => props.onHover?.(node.id)}
              onNodeMouseLeave={() => props.onHover?.(null)}
              onNodeDragStart={() => props.onHover?.(null)}
              onNodeDoubleClick={(_, node) => props.onOpen(node.id)}
              onEdgeClick={(_, edge) => {
                if (!onDisconnect || edge.data?.fixed) return
                onSelect([])
                choose(edge.id)
              }}
              onPaneClick={() => choose(null)}
              onNodeContextMenu={(event, node) => {
                if (!onMenu || !(node.type === 'card' || node.type === 'frame')) return
                event.preventDefault()
                if (!props.selected.includes(node.id)) onSelect([node.id])
                onMenu(node.id, menuPlace(event))
              }}
              onPaneContextMenu={(event) => {
                if (!onMenu) return
                event.preventDefault()
                onMenu(null, menuPlace(event))
              }}
              onConnect={({ source, target: end }: Connection) => props.onConnect?.(source, end)}
              onConnectStart={(_, { nodeId }) => setDrawing(nodeId)}
              onConnectEnd={() => setDrawing(null)}
              isValidConnection={allowed}
              connectionMode={ConnectionMode.Strict}
              nodesConnectable={props.onConnect !== undefined}
              nodeDragThreshold={4}
              selectionOnDrag={tool === 'select'}
              selectionMode={SelectionMode.Partial}
              panOnDrag={tool === 'hand' ? true : [1]}
              panOnScroll
              panActivationKeyCode="Space"
              multiSelectionKeyCode={['Meta', 'Control', 'Shift']}
              selectionKeyCode={null}
              deleteKeyCode={null}
              disableKeyboardA11y
              zoomOnDoubleClick={false}
              elevateNodesOnSelect={false}
              minZoom={0.05}
              maxZoom={2}
              onlyRenderVisibleElements={nodes.length > MANY}
              attributionPosition="bottom-left"
              onMoveStart={(event) => {
                root.current?.setAttribute('data-moving', '')
                onViewMoves()
                if (event) props.onGrab?.()
              }}
              onMoveEnd={() => root.current?.removeAttribute('data-moving')}
            >
              <Background
                variant={BackgroundVariant.Dots}
                gap={DOT_GAP}
                size={2}
                color="var(--grid)"
                bgColor="var(--canvas)"
              />
            </ReactFlow>
          </IntoContext.Provider>
        </EdgeContext.Provider>
      </TargetContext.Provider>
      {graph.vertices.length === 0 && <p className={styles.empty}>Press N to add a task.</p>}
      <Floats floats={props.floats} graph={graph} />
      <ToolsDock tool={tool} onTool={props.onTool} onAdd={props.onAdd}>
        {props.dock}
      </ToolsDock>
      <Zoom camera={camera} corner={running ? 'bottom-right' : 'top-right'} />
      {running && <RunStrip tasks={graph.vertices.length} />}
    </section>
  )
}

const round = ({ x, y }: Position): Position => ({ x: Math.round(x), y: Math.round(y) })
