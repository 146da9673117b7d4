import { spotlight } from '@mantine/spotlight'
import { Search } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button } from './button'
import styles from './top-bar.module.css'

type TopBarProps = {
  /** The page's name; the one h1. */
  title: ReactNode
  /** What stands before the name, such as the flow of a run. */
  trail?: ReactNode
  path?: ReactNode
  /** Save or run state, after a rule. */
  state?: ReactNode
  /** Quiet actions and at most one ink button. */
  children?: ReactNode
}

/** The bar of 44 over every page: name, path, state, a spring, actions. */
export function TopBar({ title, trail, path, state, children }: TopBarProps) {
  return (
    <header className={styles.bar}>
      {trail && (
        <>
          <span className={styles.trail}>{trail}</span>
          <span className={styles.slash}>/</span>
        </>
      )}
      <h1 className={styles.title}>{title}</h1>
      {path && <span className={styles.path}>{path}</span>}
      {state && (
        <>
          <span className={styles.rule} />
          <span className={styles.state}>{state}</span>
        </>
      )}
      <span className={styles.spring} />
      {children}
    </header>
  )
}

/** Opens the palette; says its key. */
export function FindButton() {
  return (
    <Button
      icon={<Search size={14} strokeWidth={1.5} />}
      className={styles.find}
      keys={['mod+K']}
      onClick={spotlight.open}
    >
      <span className={styles.findWords}>Search or act</span>
    </Button>
  )
}
