import { Outlet } from 'react-router'
import { Rail } from './rail'
import styles from './shell.module.css'

/** The frame of every page: the rail at the left, the page beside it. */
export function Shell() {
  return (
    <div className={styles.app}>
      <Rail />
      <div className={styles.page}>
        <Outlet />
      </div>
    </div>
  )
}
