import { isRouteErrorResponse, Link, useLocation, useRouteError } from 'react-router'
import { sentence } from '@/shared/api/problem'
import { Empty, Wrong } from '@/shared/ui/notice'
import { TopBar } from '@/shared/ui/top-bar'
import styles from './lost.module.css'

/** A page that does not exist, or one that broke: what happened and the way back. */
export function Lost() {
  const error = useRouteError()
  const { pathname } = useLocation()
  const broke = error !== undefined && error !== null && !isRouteErrorResponse(error)
  return (
    <main className={styles.lost}>
      <TopBar title={broke ? 'This page broke' : 'No such page'} path={pathname} />
      {broke && <Wrong onRetry={() => location.reload()}>{sentence(error)}</Wrong>}
      <Empty
        action={
          <Link to="/flows" className={styles.back}>
            Open flows
          </Link>
        }
      >
        {broke ? 'Your flows and runs are kept by the studio.' : 'Nothing has this address.'}
      </Empty>
    </main>
  )
}
