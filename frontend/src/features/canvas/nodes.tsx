import { Handle, type Node, type NodeProps, Position } from '@xyflow/react'
import { createContext, memo, type ReactNode, useCallback, useContext } from 'react'
import type { RunState } from '@/entities/run/state'
import { Card } from './card'
import type { Face } from './face'
import { useFollowed, useTaskRun } from './follow'
import { NoteFoot, StateFoot, StateWord } from './foot'
import { Frame } from './frame'
import styles from './nodes.module.css'
import { footOf, frameState, spokenState } from './state'

export type TaskNode = Node<{ face: Face }, 'card' | 'frame'>
export type InputsNode = Node<{ names: readonly string[] }, 'inputs'>
export type AnyNode = TaskNode | InputsNode

/** While an edge is drawn: why a task cannot be its end, '' where it can. */
export const TargetContext = createContext<((path: string) => string) | null>(null)

const runStatus = (run: RunState | null) => run?.status ?? null

export const CardNode = memo(function CardNode({ id, data, selected }: NodeProps<TaskNode>) {
  const task = useTaskRun(id)
  const run = useFollowed(runStatus)
  const refuse = useContext(TargetContext)?.(id)
  const foot = task === undefined || run === null ? null : footOf(task, run)
  const inside: ReactNode = refuse ? (
    <StateWord look="failed">{refuse}</StateWord>
  ) : foot ? (
    <StateFoot foot={foot} />
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
    useCallback((run) => joined(frameState(run, id, data.face.children)), [id, data.face.children]),
  )
  return (
    <Frame face={data.face} state={parted(look)} selected={selected}>
      <Ports />
    </Frame>
  )
})

/** One text for icon and word, so that a frame draws again only when one of them changes. */
const joined = (state: ReturnType<typeof frameState>) => (state ? `${state.look}|${state.word}` : '')
const parted = (text: string) => {
  const [look, word] = text.split('|')
  return look && word ? ({ look, word } as NonNullable<ReturnType<typeof frameState>>) : null
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
