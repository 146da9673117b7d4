import type { ReactNode } from 'react'
import { Card } from '@/features/canvas/card'
import edgeStyles from '@/features/canvas/edge.module.css'
import type { Face } from '@/features/canvas/face'
import { NoteFoot, StateWord } from '@/features/canvas/foot'
import { draw, tip } from '@/features/canvas/route'
import type { TaskKind } from '@/shared/api/types'
import { KindGlyph } from '@/shared/ui/glyphs'
import { TopBar } from '@/shared/ui/top-bar'
import { ASSIGN, FILE, KINDS, RANK, REVISE, STATES, TESTS } from './cards'
import styles from './cards-page.module.css'

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
