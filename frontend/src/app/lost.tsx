import { RotateCw } from 'lucide-react'
import { isRouteErrorResponse, useLocation, useRouteError } from 'react-router'
import { Problem, Silence, sentence } from '@/shared/api/problem'
import { Button, LinkButton } from '@/shared/ui/button'
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
      {broke && <Wrong>{fault(error)}</Wrong>}
      <Empty
        action={
          <div className={styles.ways}>
            {broke && (
              <Button
                look="ink"
                icon={<RotateCw size={14} strokeWidth={1.5} />}
                onClick={() => location.reload()}
              >
                Reload the page
              </Button>
            )}
            <LinkButton to="/flows">Go to Flows</LinkButton>
          </div>
        }
      >
        {broke ? 'Your flows and runs are kept by the studio.' : 'Nothing has this address.'}
      </Empty>
    </main>
  )
}

// What Chromium, Firefox and Safari say when a part of the page cannot be loaded.
const UNLOADED = /dynamically imported module|importing a module script/i

/** Whose fault it is: the studio's answer, a part that did not load, or the page itself. */
function fault(error: unknown): string {
  if (error instanceof Problem || error instanceof Silence) return sentence(error)
  const said = sentence(error)
  if (UNLOADED.test(said)) return 'A part of this page could not be loaded. Check that the studio still runs.'
  return `This page met a fault of the studio's own: ${said.replace(/\.$/, '')}.`
}
