import { Menu } from '@mantine/core'
import type { ReactNode } from 'react'
import { Key } from '@/shared/ui/key'
import styles from './task-menu.module.css'

/** One thing to do in a menu, with its key. */
export function Row({
  name,
  icon,
  keys,
  onClick,
}: {
  name: string
  icon?: ReactNode
  keys?: string
  onClick: () => unknown
}) {
  return (
    <Menu.Item
      classNames={{ itemSection: styles.section ?? '' }}
      leftSection={icon}
      rightSection={keys && <Key name={keys} />}
      onClick={() => void onClick()}
    >
      {name}
    </Menu.Item>
  )
}

/** A menu in the menu. */
export function Sub({ name, icon, children }: { name: string; icon: ReactNode; children: ReactNode }) {
  return (
    <Menu.Sub position="right-start">
      <Menu.Sub.Target>
        <Menu.Sub.Item classNames={{ itemSection: styles.section ?? '' }} leftSection={icon}>
          {name}
        </Menu.Sub.Item>
      </Menu.Sub.Target>
      <Menu.Sub.Dropdown className={styles.menu ?? ''}>{children}</Menu.Sub.Dropdown>
    </Menu.Sub>
  )
}
