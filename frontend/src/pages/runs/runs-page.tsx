import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearchParams } from 'react-router'
import { api } from '@/shared/api/client'
import { sentence } from '@/shared/api/problem'
import type { RunStatus } from '@/shared/api/types'
import { useKeys } from '@/shared/lib/keys'
import { useTitle } from '@/shared/lib/title'
import { Button } from '@/shared/ui/button'
import { Empty, Skeleton, Wrong } from '@/shared/ui/notice'
import { Tabs } from '@/shared/ui/tabs'
import { FindButton, TopBar } from '@/shared/ui/top-bar'
import { RunRows } from './run-rows'
import styles from './runs-page.module.css'

type Part = 'all' | Extract<RunStatus, 'running' | 'waiting' | 'completed' | 'failed'>

const PARTS: { id: Part; name: string }[] = [
  { id: 'all', name: 'All' },
  { id: 'running', name: 'Running' },
  { id: 'waiting', name: 'Waiting' },
  { id: 'completed', name: 'Done' },
  { id: 'failed', name: 'Failed' },
]

const NONE: Record<Part, string> = {
  all: 'No run yet. Open a flow and press Run.',
  running: 'Nothing runs now.',
  waiting: 'Nothing waits for you.',
  completed: 'No run is done yet.',
  failed: 'No run failed.',
}

const PAGE = 50

/** Every run of the studio, newest first. */
export function RunsPage() {
  useTitle('Runs')
  const [asked, setAsked] = useSearchParams()
  const go = useNavigate()
  const part = PARTS.find(({ id }) => id === asked.get('status'))?.id ?? 'all'
  const flow = asked.get('flow') ?? undefined
  const list = useInfiniteQuery({
    queryKey: ['runs', 'pages', part, flow],
    queryFn: ({ pageParam, signal }) =>
      api.runs(
        {
          limit: PAGE,
          flow,
          status: part === 'all' ? undefined : part,
          before: pageParam,
        },
        signal,
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })
  const runs = list.data?.pages.flatMap((page) => page.runs) ?? []
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    enter: (event) => {
      const link = (event.target as HTMLElement).closest('tr')?.querySelector('a')
      if (link) void go(link.pathname)
    },
  })
  const open = (next: Part) =>
    setAsked(
      (before) => {
        if (next === 'all') before.delete('status')
        else before.set('status', next)
        return before
      },
      { replace: true },
    )
  return (
    <main>
      <TopBar title="Runs" path={flow}>
        {flow && (
          <Button look="quiet" onClick={() => setAsked({})}>
            Show every flow
          </Button>
        )}
        <FindButton />
      </TopBar>
      <div className={styles.page}>
        <div className={styles.bar}>
          <Tabs label="Which runs" open={part} onOpen={open} tabs={PARTS} />
        </div>
        <div className={styles.list}>
          {runs.length > 0 && <RunRows runs={runs} />}
          {list.error && <Wrong onRetry={() => void list.refetch()}>{sentence(list.error)}</Wrong>}
          {list.isPending && <Skeleton rows={6} height="var(--row-list)" />}
          {list.data && runs.length === 0 && <Empty>{NONE[part]}</Empty>}
          {list.hasNextPage && (
            <div className={styles.more}>
              <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                Show older runs
              </Button>
            </div>
          )}
        </div>
      </div>
    </main>
  )
}

function step(by: number): void {
  const links = [...document.querySelectorAll<HTMLElement>('[data-run] a')]
  const at = links.indexOf(document.activeElement as HTMLElement)
  links[Math.max(0, Math.min(links.length - 1, at + by))]?.focus()
}
