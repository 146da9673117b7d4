import type { RunEvent } from './events'

let seq = 0

/** Start counting from 1 again; `T0` is the time of the first event. */
export const T0 = 1_790_000_000_000

export function restart(): void {
  seq = 0
}

/** Make the next event of a made-up run, one second after the one before. */
export function event<Type extends RunEvent['type']>(
  type: Type,
  data: Extract<RunEvent, { type: Type }>['data'],
  more: Partial<Omit<RunEvent, 'type' | 'data'>> = {},
): RunEvent {
  seq += 1
  return {
    v: 1,
    run_id: 'run_1',
    seq,
    ts: T0 + (seq - 1) * 1000,
    type,
    path: '',
    attempt: 1,
    call_id: null,
    usage: null,
    data,
    ...more,
  } as RunEvent
}

/** A run with a tool task, an agent task of one turn and one call, and an approval that is granted. */
export function wholeRun(): RunEvent[] {
  restart()
  const draft = { path: 'draft' }
  const call = { path: 'draft', call_id: 'draft#1/turn-1/call-0' }
  const usage = { input_tokens: 100, output_tokens: 20, cached_tokens: 0, cost_usd: null, estimated: true }
  return [
    event('run.accepted', { flow: 'hello', inputs: { name: 'Ada' } }),
    event('run.started', {}),
    event('task.scheduled', { kind: 'agent' }, draft),
    event('task.started', { kind: 'agent', worker: 'w-1', fence: 1, resumed: false }, draft),
    event('turn.started', { turn: 1, model: 'script', provider: 'scripted' }, draft),
    event(
      'turn.replied',
      {
        turn: 1,
        text: 'Reading.',
        calls: [{ call_id: call.call_id, tool: 'echo', args: {} }],
        finish: 'calls',
      },
      { ...draft, usage },
    ),
    event('call.started', { tool: 'echo', args: { say: 'hi' }, decision: 'allow', rule: 'pure' }, call),
    event('call.completed', { output: { say: 'hi' }, duration_ms: 40 }, call),
    event('task.completed', { output: 'Hello, Ada.' }, draft),
    event('task.scheduled', { kind: 'approval' }, { path: 'publish' }),
    event('task.started', { kind: 'approval' }, { path: 'publish' }),
    event('approval.asked', { approval_id: 'apr_1', ask: 'Publish?', to: [], need: 1 }, { path: 'publish' }),
    event('task.waiting', {}, { path: 'publish' }),
    event(
      'approval.decided',
      { approval_id: 'apr_1', decision: 'approve', by: 'you', reason: '' },
      { path: 'publish' },
    ),
    event('task.completed', { output: { decision: 'approve' } }, { path: 'publish' }),
    event('run.completed', { outputs: { answer: 'Hello, Ada.' } }),
  ]
}
