import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import { createContext, memo, type ReactNode, useCallback, useContext } from 'react'
import type { Lane, Return } from '@/entities/graph/layout'
import { leftOut, runtimePath, taskNow } from '@/entities/run/paths'
import type { RunState } from '@/entities/run/state'
import type { AsideNode } from './aside'
import { Branches } from './branches'
import { Card } from './card'
import type { Face } from './face'
import { useFollowed, useTaskRun } from './follow'
import { NoteFoot, StateFoot, StateWord } from './foot'
import { Frame } from './frame'
import styles from './nodes.module.css'
import { ReturnLine } from './return-line'
import { footOf, frameState, spokenState } from './state'
import { Stepper } from './stepper'
import { firstLine, lineOf } from './words'

export type TaskNode = Node<{ face: Face; lanes?: readonly Lane[]; line?: Return }, 'card' | 'frame'>
export type InputsNode = Node<{ names: readonly string[] }, 'inputs'>
export type AnyNode = TaskNode | InputsNode | AsideNode

/** While an edge is drawn: why a task cannot be its end, '' where it can. */
export const TargetContext = createContext<((path: string) => string) | null>(null)

const runStatus = (run: RunState | null) => run?.status ?? null

export const CardNode = memo(function CardNode({ id, data, selected }: NodeProps<TaskNode>) {
  const task = useTaskRun(id)
  const run = useFollowed(runStatus)
  const left = useFollowed(useCallback((run, chosen) => run && leftOut(run, id, chosen), [id]))
  const said = useFollowed(
    useCallback(
      (run, chosen, { streamed }) => {
        const words = run && streamed?.(runtimePath(run, id, chosen))
        const now = run && taskNow(run, id, chosen)
        return words ? lineOf(words) : now ? firstLine(now) : ''
      },
      [id],
    ),
  )
  const refuse = useContext(TargetContext)?.(id)
  const foot = task === undefined || run === null ? null : footOf(task, run, left)
  const inside: ReactNode = refuse ? (
    <StateWord look="failed">{refuse}</StateWord>
  ) : foot ? (
    <StateFoot foot={foot} said={said} />
  ) : data.face.disabled ? (
    <StateWord look="disabled">Disabled</StateWord>
  ) : (
    <NoteFoot note={data.face.note} />
  )
  return (
    <Card
      face={data.face}
      look={foot?.look}
      foot={inside}
      spoken={spokenState(task, data.face)}
      selected={selected}
      {...(refuse ? { contact: 'bad' as const } : {})}
    >
      <Ports />
    </Card>
  )
})

export const FrameNode = memo(function FrameNode({ id, data, selected }: NodeProps<TaskNode>) {
  const look = useFollowed(
    useCallback(
      (run, chosen) => joined(frameState(run, id, data.face.children, chosen)),
      [id, data.face.children],
    ),
  )
  const { face, lanes, line } = data
  return (
    <Frame
      face={face}
      state={parted(look)}
      selected={selected}
      badge={face.kind === 'loop' && <Stepper path={id} name={face.name} rule={face.rule} />}
      empty={face.children === 0 && !lanes}
    >
      <Ports />
      {lanes && <Branches path={id} rule={face.rule} lanes={lanes} />}
      {line && <ReturnLine path={id} line={line} />}
    </Frame>
  )
})

/** One text for icon and word, so that a frame draws again only when one of them changes. */
const joined = (state: ReturnType<typeof frameState>) => (state ? `${state.look}|${state.word}` : '')
const parted = (text: string) => {
  const [look, word] = text.split('|')
  return look && word !== undefined ? ({ look, word } as NonNullable<ReturnType<typeof frameState>>) : null
}

function Ports() {
  return (
    <>
      <Handle type="target" position={Position.Top} className={styles.port ?? ''} />
      <Handle type="source" position={Position.Bottom} className={styles.port ?? ''} />
    </>
  )
}

export const InputsPill = memo(function InputsPill({ data }: NodeProps<InputsNode>) {
  return (
    <div className={styles.pill}>
      <span>inputs</span>
      {data.names.map((name) => (
        <b key={name}>{name}</b>
      ))}
      <Handle type="source" position={Position.Bottom} className={styles.mute ?? ''} isConnectable={false} />
    </div>
  )
})
