import { useMantineColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { CircleHelp, Inbox, Monitor, Moon, Play, Sun, Workflow } from 'lucide-react'
import type { ReactNode } from 'react'
import { Link, NavLink } from 'react-router'
import { approvalsQuery } from '@/shared/api/queries'
import { join } from '@/shared/lib/join'
import { Mark } from '@/shared/ui/glyphs'
import styles from './rail.module.css'

const LOOK = { size: 18, strokeWidth: 1.5, 'aria-hidden': true } as const
const NEXT = { dark: 'light', light: 'auto', auto: 'dark' } as const
const NAMED = { dark: 'Theme: dark', light: 'Theme: light', auto: 'Theme: as the system' } as const
const DRAWN = { dark: <Moon {...LOOK} />, light: <Sun {...LOOK} />, auto: <Monitor {...LOOK} /> }

/** Where to go; the amber count is questions that wait for a person. */
export function Rail({ onKeys }: { onKeys?: () => void }) {
  const open = useQuery(approvalsQuery('open')).data?.approvals.length ?? 0
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <nav className={styles.rail} aria-label="Main">
      <Link to="/flows" className={styles.mark} aria-label="Agentry">
        <Mark />
      </Link>
      <Place to="/flows" name="Flows" icon={<Workflow {...LOOK} />} />
      <Place to="/runs" name="Runs" icon={<Play {...LOOK} />} />
      <Place
        to="/approvals"
        name={open > 0 ? `Approvals, ${open} waiting` : 'Approvals'}
        icon={<Inbox {...LOOK} />}
      >
        {open > 0 && <span className={styles.count}>{open > 99 ? '99' : open}</span>}
      </Place>
      <span className={styles.spring} />
      <button
        type="button"
        className={styles.item}
        aria-label={NAMED[colorScheme]}
        title={NAMED[colorScheme]}
        onClick={() => setColorScheme(NEXT[colorScheme])}
      >
        {DRAWN[colorScheme]}
      </button>
      <button type="button" className={styles.item} aria-label="Keys" title="Keys  ?" onClick={onKeys}>
        <CircleHelp {...LOOK} />
      </button>
    </nav>
  )
}

function Place({
  to,
  name,
  icon,
  children,
}: {
  to: string
  name: string
  icon: ReactNode
  children?: ReactNode
}) {
  return (
    <NavLink
      to={to}
      aria-label={name}
      title={name}
      className={({ isActive }) => join(styles.item, isActive && styles.on)}
    >
      {icon}
      {children}
    </NavLink>
  )
}
