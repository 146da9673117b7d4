import { useState } from 'react'
import { Outlet, useNavigate } from 'react-router'
import { useKeys } from '@/shared/lib/keys'
import { LoadingLine, OfflineLine, useLists } from './connection'
import { KeySheet } from './key-sheet'
import { Palette } from './palette'
import { Rail } from './rail'
import styles from './shell.module.css'

/** The frame of every page: the rail at the left, the page beside it, palette and keys above. */
export function Shell() {
  const [keysOpen, setKeysOpen] = useState(false)
  const go = useNavigate()
  useLists()
  useKeys({
    '?': () => setKeysOpen(true),
    'g f': () => void go('/flows'),
    'g r': () => void go('/runs'),
    'g a': () => void go('/approvals'),
  })
  return (
    <div className={styles.app}>
      <Rail onKeys={() => setKeysOpen(true)} />
      <div className={styles.page}>
        <LoadingLine />
        <Outlet />
        <OfflineLine />
      </div>
      <Palette onKeys={() => setKeysOpen(true)} />
      <KeySheet open={keysOpen} onClose={() => setKeysOpen(false)} />
    </div>
  )
}
