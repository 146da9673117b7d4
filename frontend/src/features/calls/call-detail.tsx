import type { CallState, RunState } from '@/entities/run'
import { words } from '@/entities/run'
import { Facts } from '@/shared/ui/facts'
import { Json } from '@/shared/ui/json'
import { Wrong } from '@/shared/ui/notice'
import styles from './calls.module.css'

/** One call opened: its arguments, who let it run, what came back. */
export function CallDetail({ call, run }: { call: CallState; run: RunState }) {
  const asked = Object.values(run.approvals).find((approval) => approval.callId === call.callId)
  return (
    <div className={styles.one}>
      <header className={styles.oneHead}>
        <h3>{call.path}</h3>
        <span>{call.tool}</span>
        <code>{call.callId}</code>
      </header>
      <div className={styles.columns}>
        <div>
          <h4>{asked?.answered ? 'Ran with, edited' : 'Ran with'}</h4>
          <Json value={call.args} className={styles.value} />
        </div>
        <div>
          <h4>Returned</h4>
          {call.error && <Wrong inline>{call.error.message}</Wrong>}
          {call.output !== null && <Json value={call.output} className={styles.value} />}
          {call.error === null && call.output === null && (
            <p className={styles.none}>{call.status === 'started' ? 'Not yet.' : 'Nothing.'}</p>
          )}
        </div>
        <div>
          <h4>Decided</h4>
          <Facts
            facts={[
              call.decision && { name: 'Policy', value: call.decision, mono: true },
              call.rule && { name: 'Rule', value: call.rule, mono: true },
              asked?.by && { name: 'By', value: asked.by },
              asked?.reason && { name: 'Note', value: asked.reason },
              call.repeat && { name: 'Repeat', value: call.repeat, mono: true },
              call.sandbox !== null && { name: 'Sandbox', value: words(call.sandbox), mono: true },
              call.attempt > 1 && { name: 'Attempt', value: call.attempt },
            ]}
          />
        </div>
      </div>
    </div>
  )
}
