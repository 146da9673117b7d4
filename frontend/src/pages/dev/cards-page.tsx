import { Clock, Minus, Pin } from 'lucide-react'
import type { ReactNode } from 'react'
import { Card, CountBadge } from '@/features/canvas/card'
import edgeStyles from '@/features/canvas/edge.module.css'
import type { Face } from '@/features/canvas/face'
import { NoteFoot, Right, StateWord, Time } from '@/features/canvas/foot'
import { draw, tip } from '@/features/canvas/route'
import type { TaskKind } from '@/shared/api/types'
import { type GlyphState, KindGlyph } from '@/shared/ui/glyphs'
import { TopBar } from '@/shared/ui/top-bar'
import styles from './cards-page.module.css'

const face = (name: string, kind: TaskKind, line: string, note: string, more: Partial<Face> = {}): Face => ({
  path: name.toLowerCase().replaceAll(' ', '_'),
  name,
  kind,
  frame: false,
  line,
  wrong: false,
  note,
  children: 0,
  errors: 0,
  warnings: 0,
  disabled: false,
  privileged: false,
  ...more,
})

const RANK = face('Rank issues', 'agent', 'triager · gpt-5-mini', 'Rank issues that changed in the last week')
const TESTS = face('Run tests', 'tool', 'shell', 'pytest -q')
const REVISE = face('Revise', 'agent', 'writer · claude-sonnet', 'Apply the critique, keep the facts')
const FILE = face('File an issue', 'tool', 'github.create_issue', '3 tests fail on main', {
  privileged: true,
})
const ASSIGN = face('Assign owner', 'tool', 'github.assign', 'from CODEOWNERS')

const KINDS: Face[] = [
  RANK,
  TESTS,
  face('Sign off', 'approval', 'ask lead · 1 of 1 · 24h', 'Publish this report to the wiki?'),
  face('Notify on-call', 'flow', 'support/page.agentry.flow.yaml', 'team ledger · severity 2'),
  face('Let it settle', 'wait', 'for 15m', 'holds no worker'),
]

const STATES: { id: string; face: Face; look: GlyphState; foot: ReactNode; badge?: ReactNode }[] = [
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

const EDGES = ['plain', 'taken', 'running', 'failed', 'not-taken', 'not-reached'] as const
const FRAMES: [TaskKind, string][] = [
  ['parallel', 'Parallel'],
  ['sequential', 'Sequence'],
  ['condition', 'Condition'],
  ['loop', 'Loop'],
]
const DISTANCES = [
  ['all', '100 to 80 %: all'],
  ['names', '79 to 45 %: name, icon'],
  ['plates', '44 to 20 %: icon'],
  ['dots', 'below: colour'],
] as const

/** Every kind, state and contact of a card on one sheet: a page for the people who build the studio. */
export function CardsPage() {
  const rest = (one: Face) => <NoteFoot note={one.note} />
  return (
    <main>
      <TopBar title="Cards" path="Every kind, state, contact and distance. 208 × 68, nothing resizes." />
      <div className={styles.sheet}>
        <Group name="Kinds" words="Circle thinks, square acts, person decides">
          {KINDS.map((one) => (
            <Card key={one.name} face={one} foot={rest(one)} spoken="ready" />
          ))}
        </Group>
        <Group name="Containers" words="Frames, not cards">
          {FRAMES.map(([kind, name]) => (
            <span key={kind} className={styles.container}>
              <KindGlyph kind={kind} />
              {name}
            </span>
          ))}
        </Group>
        <Group name="Run states" words="Icon, word and colour, always all three">
          {STATES.map((one) => (
            <Card
              key={one.id}
              face={one.face}
              look={one.look}
              foot={one.foot}
              badge={one.badge}
              spoken={one.look}
            />
          ))}
        </Group>
        <Group name="Contact" words="Ink is you: nothing else in the studio is drawn in it">
          <Card face={RANK} foot={rest(RANK)} spoken="rest" />
          <Card face={RANK} foot={rest(RANK)} spoken="hover" contact="hover" />
          <Card face={RANK} foot={rest(RANK)} spoken="selected" selected />
          <Card face={RANK} foot={rest(RANK)} spoken="focus" contact="focus" />
          <Card face={RANK} foot={rest(RANK)} spoken="dragging" contact="drag" />
          <Card
            face={ASSIGN}
            foot={<StateWord look="failed">Would make a cycle</StateWord>}
            spoken="refused"
            contact="bad"
          />
        </Group>
        <Group name="Problems" words="Warning amber, error vermilion, with the count">
          <Card face={{ ...TESTS, warnings: 1 }} foot={rest(TESTS)} spoken="one warning" />
          <Card
            face={{ ...RANK, errors: 2, wrong: true, line: 'triagr, not defined' }}
            foot={rest(RANK)}
            spoken="two errors"
          />
        </Group>
        <Group name="Edges" words="">
          {EDGES.map((wire) => (
            <figure key={wire} className={styles.edge}>
              <svg width="96" height="96" aria-hidden="true" className={edgeStyles.edge} data-wire={wire}>
                <path
                  className="react-flow__edge-path"
                  d={draw([
                    { x: 20, y: 6 },
                    { x: 20, y: 48 },
                    { x: 68, y: 48 },
                    { x: 68, y: 90 },
                  ])}
                />
                <path className={edgeStyles.tip} d={tip({ x: 68, y: 90 })} />
              </svg>
              <figcaption>{wire.replace('-', ' ')}</figcaption>
            </figure>
          ))}
        </Group>
        <Group name="Distance" words="The same two cards, as the zoom draws them">
          {DISTANCES.map(([lod, words]) => (
            <figure key={lod} className={styles.distance}>
              <div data-lod={lod}>
                <Card face={REVISE} look="running" foot={STATES[1]?.foot} spoken="running" />
                <Card face={FILE} look="waiting" foot={STATES[4]?.foot} spoken="waiting" />
              </div>
              <figcaption>{words}</figcaption>
            </figure>
          ))}
        </Group>
      </div>
    </main>
  )
}

function Group({ name, words, children }: { name: string; words: string; children: ReactNode }) {
  return (
    <section>
      <h2>
        <b>{name}</b>
        {words}
      </h2>
      <div className={styles.row}>{children}</div>
    </section>
  )
}
