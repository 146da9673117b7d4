import { Clock, Minus, Pin } from 'lucide-react'
import type { ReactNode } from 'react'
import { CountBadge } from '@/features/canvas/card'
import type { Face } from '@/features/canvas/face'
import { Right, StateWord, Time } from '@/features/canvas/foot'
import type { TaskKind } from '@/shared/api/types'
import type { GlyphState } from '@/shared/ui/glyphs'

const face = (name: string, kind: TaskKind, line: string, note: string, more: Partial<Face> = {}): Face => ({
  path: name.toLowerCase().replaceAll(' ', '_'),
  name,
  kind,
  frame: false,
  line,
  wrong: false,
  note,
  rule: note,
  children: 0,
  errors: 0,
  warnings: 0,
  disabled: false,
  privileged: false,
  pinned: false,
  breakpoint: false,
  ...more,
})

export const RANK = face(
  'Rank issues',
  'agent',
  'triager · gpt-5-mini',
  'Rank issues that changed in the last week',
)
export const TESTS = face('Run tests', 'tool', 'shell', 'pytest -q')
export const REVISE = face('Revise', 'agent', 'writer · claude-sonnet', 'Apply the critique, keep the facts')
export const FILE = face('File an issue', 'tool', 'github.create_issue', '3 tests fail on main', {
  privileged: true,
})
export const ASSIGN = face('Assign owner', 'tool', 'github.assign', 'from CODEOWNERS')

export const KINDS: Face[] = [
  RANK,
  TESTS,
  face('Sign off', 'approval', 'ask lead · 1 of 1 · 24h', 'Publish this report to the wiki?'),
  face('Notify on-call', 'flow', 'support/page.agentry.flow.yaml', 'team ledger · severity 2'),
  face('Let it settle', 'wait', 'for 15m', 'holds no worker'),
]

export const STATES: { id: string; face: Face; look: GlyphState; foot: ReactNode; badge?: ReactNode }[] = [
  { id: 's1', face: RANK, look: 'queued', foot: <StateWord look="queued">Queued</StateWord> },
  { id: 's2', face: REVISE, look: 'running', foot: <StateTime look="running" word="Running" time="0:23" /> },
  {
    id: 's3',
    face: RANK,
    look: 'done',
    foot: <StateTime look="done" word="Done" time="38s" right="11.9k" />,
  },
  {
    id: 's4',
    face: TESTS,
    look: 'failed',
    foot: <StateTime look="failed" word="Failed" time="0:31" right="exit 137" />,
  },
  {
    id: 's5',
    face: FILE,
    look: 'waiting',
    foot: <StateTime look="waiting" word="Waiting for you" time="0:48" />,
  },
  { id: 's6', face: ASSIGN, look: 'skipped', foot: <StateWord look="skipped">Skipped</StateWord> },
  {
    id: 's7',
    face: RANK,
    look: 'restored',
    foot: <StateTime look="restored" word="Restored" time="28s" right="9.8k" />,
  },
  {
    id: 's8',
    face: REVISE,
    look: 'stale',
    foot: (
      <StateWord look="plain" icon={<Clock size={13} strokeWidth={1.8} />}>
        Stale, edited since
      </StateWord>
    ),
  },
  {
    id: 's9',
    face: REVISE,
    look: 'waiting',
    foot: <StateTime look="waiting" word="Budget reached" right="$1.00" />,
  },
  {
    id: 's10',
    face: REVISE,
    look: 'done',
    foot: (
      <>
        <StateWord look="plain" icon={<Pin size={13} strokeWidth={1.8} />}>
          Pinned
        </StateWord>
        <Right>run 41</Right>
      </>
    ),
  },
  {
    id: 's11',
    face: ASSIGN,
    look: 'disabled',
    foot: (
      <StateWord look="plain" icon={<Minus size={13} strokeWidth={1.8} />}>
        Disabled
      </StateWord>
    ),
  },
  { id: 's12', face: ASSIGN, look: 'cancelled', foot: <StateWord look="cancelled">Cancelled</StateWord> },
  {
    id: 's13',
    face: RANK,
    look: 'done',
    foot: <StateTime look="done" word="Done" time="attempt 2" right="18.6k" />,
    badge: <CountBadge>2/3</CountBadge>,
  },
  {
    id: 's14',
    face: RANK,
    look: 'done',
    foot: <StateTime look="done" word="Done" time="28s" right="unknown" />,
  },
]

function StateTime({
  look,
  word,
  time,
  right,
}: {
  look: GlyphState
  word: string
  time?: string
  right?: string
}) {
  return (
    <>
      <StateWord look={look}>{word}</StateWord>
      {time && <Time>{time}</Time>}
      {right && <Right>{right}</Right>}
    </>
  )
}
