import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { Problem, sentence } from '@/shared/api/problem'
import { approvalQuery, approvalsQuery } from '@/shared/api/queries'
import type { Approval } from '@/shared/api/types'
import { ago } from '@/shared/lib/format'
import { useKeys } from '@/shared/lib/keys'
import { useNow } from '@/shared/lib/now'
import { useTitle } from '@/shared/lib/title'
import { Key } from '@/shared/ui/key'
import { Empty, Skeleton, Wrong } from '@/shared/ui/notice'
import { Pane } from '@/shared/ui/pane'
import { Tabs } from '@/shared/ui/tabs'
import { FindButton, TopBar } from '@/shared/ui/top-bar'
import styles from './approvals-page.module.css'
import { Context } from './context'
import { QuestionList } from './question-list'
import { QuestionPane } from './question-pane'

type Part = 'open' | 'decided'

/** What waits for a person: the list, the question, and what it rests on. */
export function ApprovalsPage() {
  useTitle('Approvals')
  const { approvalId } = useParams()
  const go = useNavigate()
  const now = useNow(1000)
  const open = useQuery(approvalsQuery('open'))
  const decided = useQuery(approvalsQuery('decided'))
  const [picked, setPicked] = useState<Part | null>(null)
  const everything = [...(open.data?.approvals ?? []), ...(decided.data?.approvals ?? [])]
  const listed = everything.find((one) => one.approval_id === approvalId)
  // A question that stands in neither list is asked for by itself: an old link must not open another one.
  const alone = useQuery({
    ...approvalQuery(approvalId ?? ''),
    enabled: approvalId !== undefined && !listed && open.isSuccess && decided.isSuccess,
  })
  const named = listed ?? alone.data
  const part = picked ?? (named && named.status !== 'open' ? 'decided' : 'open')
  const list = part === 'open' ? open : decided
  const shown = list.data?.approvals ?? []
  const chosen = approvalId === undefined ? shown[0] : named
  const place = shown.findIndex((one) => one.approval_id === chosen?.approval_id)
  const choose = (approval: Approval | undefined) =>
    approval && void go(`/approvals/${approval.approval_id}`, { replace: true })
  useKeys({
    j: () => choose(shown[Math.min(shown.length - 1, place + 1)]),
    k: () => choose(shown[Math.max(0, place - 1)]),
  })
  const waiting = open.data?.approvals.length
  // The next question comes by itself; what was just decided stays readable under Decided.
  const next = () => choose(shown[place + 1] ?? shown[place - 1])
  return (
    <main>
      <TopBar
        title="Approvals"
        state={waiting !== undefined && (waiting === 0 ? 'nothing waits' : `${waiting} waiting`)}
      >
        <span className={styles.keys}>
          <span>
            <Key name="J" />
            <Key name="K" /> move
          </span>
          <span>
            <Key name="A" /> approve
          </span>
          <span>
            <Key name="R" /> reject
          </span>
          <span>
            <Key name="E" /> edit
          </span>
        </span>
        <FindButton />
      </TopBar>
      <div className={styles.inbox}>
        <Pane
          label="Questions"
          className={styles.left}
          head={
            <Tabs
              label="Which questions"
              open={part}
              onOpen={(next) => {
                setPicked(next)
                void go('/approvals', { replace: true })
              }}
              tabs={[
                { id: 'open', name: 'Waiting', count: waiting },
                { id: 'decided', name: 'Decided' },
              ]}
            />
          }
        >
          {list.error && <Wrong onRetry={() => void list.refetch()}>{sentence(list.error)}</Wrong>}
          {list.isPending && <Skeleton rows={4} height="var(--row-question)" />}
          {list.data && shown.length === 0 && (part === 'decided' || chosen) && (
            <Empty>{part === 'open' ? 'Nothing waits for you.' : 'Nothing has been decided yet.'}</Empty>
          )}
          <QuestionList approvals={shown} chosen={chosen?.approval_id ?? null} now={now} onChoose={choose} />
        </Pane>
        {chosen ? (
          <QuestionPane
            key={chosen.approval_id}
            approval={chosen}
            place={place}
            count={shown.length}
            now={now}
            onDecided={next}
          />
        ) : (
          <section className={styles.nothing} aria-label="Question">
            {approvalId !== undefined
              ? alone.error && <Missing error={alone.error} />
              : list.data && (
                  <>
                    <h2>Nothing waits for you.</h2>
                    <p>{lastDecision(decided.data?.approvals, now)}</p>
                  </>
                )}
          </section>
        )}
        {chosen ? (
          <Context approval={chosen} decided={decided.data?.approvals ?? []} now={now} />
        ) : (
          <aside className={styles.context} aria-label="Context" />
        )}
      </div>
    </main>
  )
}

/** The address names a question that the studio does not have, or could not be asked for. */
function Missing({ error }: { error: Error }) {
  const gone = error instanceof Problem && error.status === 404
  return (
    <>
      <h2>{gone ? 'No such approval.' : sentence(error)}</h2>
      <p>
        <Link to="/approvals" className={styles.link}>
          Open the inbox
        </Link>
      </p>
    </>
  )
}

function lastDecision(decided: Approval[] | undefined, now: number): string {
  const last = decided?.[0]
  if (!last) return 'Questions of flows and of privileged tools come here.'
  return `The last decision was ${ago(last.decided_at ?? last.created_at, now)}.`
}
