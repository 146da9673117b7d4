import { TextInput } from '@mantine/core'
import { Filter } from 'lucide-react'
import { useMemo, useState } from 'react'
import { allCalls, argsLine, type CallState, gist, type RunStore, useRun } from '@/entities/run'
import { stamp, took } from '@/shared/lib/format'
import { join } from '@/shared/lib/join'
import { Empty } from '@/shared/ui/notice'
import { Pane } from '@/shared/ui/pane'
import { State } from '@/shared/ui/state'
import table from '@/shared/ui/table.module.css'
import text from '@/shared/ui/text.module.css'
import { CallDetail } from './call-detail'
import styles from './calls.module.css'

/** Every tool use of a run; one row opens into what it was given and what it gave. */
export function Calls({ store }: { store: RunStore }) {
  const run = useRun(store, (open) => open.run)
  const [wanted, setWanted] = useState('')
  const [open, setOpen] = useState<string | null>(null)
  const calls = useMemo(() => allCalls(run), [run])
  const shown = calls.filter((call) => matches(call, wanted))
  const chosen = shown.find((call) => call.callId === open)
  const from = run.startedAt ?? run.createdAt ?? 0
  return (
    <Pane
      title="Calls"
      count={calls.length}
      className={styles.pane}
      head={
        <TextInput
          aria-label="Filter calls"
          className={styles.filter ?? ''}
          placeholder="tool:shell"
          leftSection={<Filter size={12} strokeWidth={1.5} />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      }
    >
      <div className={styles.rows}>
        {shown.length > 0 && (
          <table className={join(table.table, table.fixed)}>
            <thead>
              <tr>
                <th className={styles.wAt}>At</th>
                <th className={styles.wTask}>Task</th>
                <th className={styles.wTool}>Tool</th>
                <th className={styles.wPolicy}>Policy</th>
                <th>Arguments</th>
                <th className={join(table.right, styles.wTook)}>Took</th>
                <th className={styles.wResult}>Result</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((call) => (
                <CallRow
                  key={call.callId}
                  call={call}
                  from={from}
                  on={call === chosen}
                  onOpen={() => setOpen(call === chosen ? null : call.callId)}
                />
              ))}
            </tbody>
          </table>
        )}
        {calls.length === 0 && <Empty>No tool was called.</Empty>}
        {calls.length > 0 && shown.length === 0 && <Empty>No call matches “{wanted}”.</Empty>}
      </div>
      {chosen && <CallDetail call={chosen} run={run} />}
    </Pane>
  )
}

type CallRowProps = { call: CallState; from: number; on: boolean; onOpen: () => void }

function CallRow({ call, from, on, onOpen }: CallRowProps) {
  return (
    <tr
      ref={(row) => {
        if (on) row?.scrollIntoView({ block: 'nearest' })
      }}
      className={join(table.row, on && table.on)}
    >
      <td className={join(text.num, text.muted)}>{stamp(call.startedAt - from)}</td>
      <td className={text.mono} title={call.path}>
        {call.path}
      </td>
      <td>
        <button
          type="button"
          className={join(table.open, table.press, text.mono)}
          aria-expanded={on}
          data-call={call.callId}
          onClick={onOpen}
        >
          {call.tool}
        </button>
      </td>
      <td className={join(text.mono, call.decision === 'ask' ? undefined : text.muted)}>{call.decision}</td>
      <td className={join(text.mono, text.muted)}>{argsLine(call.args)}</td>
      <td className={join(text.num, table.right)}>{call.durationMs !== null && took(call.durationMs)}</td>
      <td>
        <span className={text.row}>
          <Outcome call={call} />
          <span className={join(text.muted, text.cut)}>{gist(call)}</span>
        </span>
      </td>
    </tr>
  )
}

/** How a call ended, as icon and word. */
export function Outcome({ call }: { call: CallState }) {
  switch (call.status) {
    case 'started':
      return <State state="running">Running</State>
    case 'completed':
      return <State state="done">Returned</State>
    case 'failed':
      return <State state="failed">Failed</State>
    case 'denied':
      return <State state="failed">Refused</State>
  }
}

function matches(call: CallState, wanted: string): boolean {
  return wanted
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
    .every((word) => {
      const [field, value = ''] = word.includes(':') ? word.split(':', 2) : ['', word]
      if (field === 'tool') return call.tool.includes(value)
      if (field === 'task') return call.path.includes(value)
      return `${call.tool} ${call.path} ${argsLine(call.args)}`.toLowerCase().includes(word)
    })
}
