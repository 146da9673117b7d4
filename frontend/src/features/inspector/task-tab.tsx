import { ChevronDown } from 'lucide-react'
import { rawField } from '@/entities/document/edits'
import { namesIn } from '@/entities/document/read'
import { KindGlyph } from '@/shared/ui/glyphs'
import { TextField } from './fields'
import styles from './inspector.module.css'
import { LimitFields } from './limit-fields'
import { problem } from './problem'
import { Reads } from './reads'
import { RoundFields } from './round-fields'
import type { TaskTabProps } from './task-fields'
import { asNumber, jsonAt, textOf, toolsOf } from './values'

export function TaskTab(props: TaskTabProps) {
  const { task } = props
  return (
    <>
      {task.kind === 'agent' && <AgentFields {...props} />}
      {task.kind === 'tool' && <ToolFields {...props} />}
      {task.kind === 'approval' && <ApprovalFields {...props} />}
      {task.kind === 'parallel' && <ParallelFields {...props} />}
      <RoundFields {...props} />
      {task.kind === 'agent' && <AgentTools {...props} />}
      <LimitFields {...props} />
    </>
  )
}

function AgentFields(props: TaskTabProps) {
  const { reading, task, onSet } = props
  const agents = namesIn(reading, 'agents')
  const agent = textOf(reading, task, 'agent')
  const input = textOf(reading, task, 'input')
  return (
    <section className={styles.section}>
      <div className={styles.field}>
        <label htmlFor="inspector-agent">Agent</label>
        <div className={styles.cell}>
          <span className={styles.choice}>
            <select
              id="inspector-agent"
              className={styles.input}
              value={agent}
              data-error={!agents.includes(agent) || undefined}
              onChange={(event) => onSet(['agent'], event.currentTarget.value)}
            >
              {!agents.includes(agent) && <option value={agent}>{agent}</option>}
              {agents.map((name) => (
                <option key={name}>{name}</option>
              ))}
            </select>
            <ChevronDown size={14} strokeWidth={1.5} />
          </span>
          {problem(props, 'unknown_agent') && (
            <p className={styles.error}>{problem(props, 'unknown_agent')}</p>
          )}
        </div>
      </div>
      <TextField
        label="Input"
        area
        mono
        value={input}
        placeholder="What the agent is to do"
        onCommit={(value) => onSet(['input'], value === '' ? undefined : value)}
      />
      <Reads reading={reading} text={input} />
    </section>
  )
}

function ToolFields(props: TaskTabProps) {
  const { reading, task, tools, onSet, onSetRaw } = props
  const args = rawField(reading, task.path, 'with')
  return (
    <section className={styles.section}>
      <TextField
        label="Tool"
        mono
        value={textOf(reading, task, 'tool')}
        list={tools}
        error={problem(props, 'unknown_tool')}
        onCommit={(value) => value !== '' && onSet(['tool'], value)}
      />
      <TextField
        label="Arguments"
        hint="YAML"
        area
        mono
        value={args}
        placeholder="path: notes.txt"
        onCommit={(value) => onSetRaw('with', value)}
      />
      <Reads reading={reading} text={args} />
    </section>
  )
}

function ApprovalFields({ reading, task, onSet }: TaskTabProps) {
  const to = jsonAt(reading, task, 'approval', 'to')
  const ask = textOf(reading, task, 'approval', 'ask')
  const set = (key: string) => (value: string) => onSet(['approval', key], value === '' ? undefined : value)
  return (
    <section className={styles.section}>
      <TextField label="Question" area value={ask} onCommit={set('ask')} />
      <Reads reading={reading} text={ask} />
      <TextField
        label="Ask"
        mono
        placeholder="you"
        value={Array.isArray(to) ? to.join(', ') : ''}
        onCommit={(value) =>
          onSet(
            ['approval', 'to'],
            value.trim() === ''
              ? undefined
              : value
                  .split(',')
                  .map((one) => one.trim())
                  .filter(Boolean),
          )
        }
      />
      <div className={styles.two}>
        <TextField
          label="Needs"
          stacked
          mono
          placeholder="1"
          value={textOf(reading, task, 'approval', 'need')}
          onCommit={(value) => onSet(['approval', 'need'], asNumber(value))}
        />
        <TextField
          label="Expires"
          stacked
          mono
          placeholder="never"
          value={textOf(reading, task, 'approval', 'expires')}
          onCommit={set('expires')}
        />
      </div>
    </section>
  )
}

function ParallelFields({ reading, task, onSet }: TaskTabProps) {
  const shorthand = Array.isArray(jsonAt(reading, task, 'parallel'))
  if (shorthand) {
    return (
      <section className={styles.section}>
        <p className={styles.remark}>
          {task.children.length} side by side; all must end well. Write <code>do:</code> in the source to set
          how many run at once.
        </p>
      </section>
    )
  }
  return (
    <section className={styles.section}>
      <div className={styles.two}>
        <TextField
          label="Join"
          stacked
          mono
          placeholder="all"
          value={textOf(reading, task, 'parallel', 'join')}
          onCommit={(value) => onSet(['parallel', 'join'], asNumber(value))}
        />
        <TextField
          label="At once"
          stacked
          mono
          placeholder="no limit"
          value={textOf(reading, task, 'parallel', 'max')}
          onCommit={(value) => onSet(['parallel', 'max'], asNumber(value))}
        />
      </div>
    </section>
  )
}

function AgentTools({ reading, task, privileged }: TaskTabProps) {
  const agent = textOf(reading, task, 'agent')
  const tools = toolsOf(reading, agent)
  if (tools.length === 0) return null
  return (
    <section className={styles.section}>
      <h3>Tools of {agent}</h3>
      <ul>
        {tools.map((tool) => (
          <li key={tool} className={styles.tool}>
            <KindGlyph kind="tool" size={14} />
            <span>{tool}</span>
            <small>{privileged.has(tool) ? 'asks first' : ''}</small>
          </li>
        ))}
      </ul>
    </section>
  )
}
