import { useMantineColorScheme } from '@mantine/core'
import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight'
import { useQuery } from '@tanstack/react-query'
import { CircleHelp, Inbox, Monitor, Moon, Play, Search, SquarePen, Sun, Workflow } from 'lucide-react'
import { type ReactNode, useMemo } from 'react'
import { useNavigate } from 'react-router'
import { runWord } from '@/entities/run'
import { flowsQuery, runsQuery } from '@/shared/api/queries'
import { ago } from '@/shared/lib/format'
import { useOffered } from '@/shared/lib/offers'
import { KindGlyph, StateGlyph } from '@/shared/ui/glyphs'
import { Key } from '@/shared/ui/key'
import { stateTone } from '@/shared/ui/state'
import styles from './palette.module.css'

const ICON = { size: 16, strokeWidth: 1.5 } as const

/** Search for a flow or a run, go somewhere, or act: `Mod+K`. */
export function Palette({ onKeys }: { onKeys: () => void }) {
  const go = useNavigate()
  const { setColorScheme } = useMantineColorScheme()
  const flows = useQuery(flowsQuery).data?.flows
  const runs = useQuery(runsQuery({ limit: 12 })).data?.runs
  const offered = useOffered()
  const actions = useMemo((): SpotlightActionGroupData[] => {
    const page = (label: string, to: string, icon: ReactNode, keys: string[]) => ({
      id: `page ${to}`,
      label,
      leftSection: icon,
      rightSection: <Keys names={keys} />,
      onClick: () => void go(to),
    })
    return [
      {
        group: offered?.heading ?? '',
        actions: (offered?.offers ?? []).map(({ name, keys, act }) => ({
          id: `offer ${name}`,
          label: name,
          leftSection: <SquarePen {...ICON} />,
          rightSection: keys && <Keys names={[keys]} />,
          onClick: () => void act(),
        })),
      },
      {
        group: 'Go to',
        actions: [
          page('Flows', '/flows', <Workflow {...ICON} />, ['G', 'F']),
          page('Runs', '/runs', <Play {...ICON} />, ['G', 'R']),
          page('Approvals', '/approvals', <Inbox {...ICON} />, ['G', 'A']),
        ],
      },
      {
        group: 'Flows',
        actions: (flows ?? []).map((flow) => ({
          id: `flow ${flow.name}`,
          label: flow.title,
          description: flow.path,
          leftSection: <KindGlyph kind="flow" />,
          onClick: () => void go(`/flows/${encodeURIComponent(flow.name)}`),
        })),
      },
      {
        group: 'Runs',
        actions: (runs ?? []).map((run) => {
          const { look, word } = runWord(run.status)
          return {
            id: `run ${run.run_id}`,
            label: run.title,
            description: `${word.toLowerCase()}, ${ago(run.created_at, Date.now())}`,
            keywords: [run.run_id, run.flow, word],
            leftSection: <StateGlyph state={look} size={16} className={stateTone(look)} />,
            onClick: () => void go(`/runs/${run.run_id}`),
          }
        }),
      },
      {
        group: 'Act',
        actions: [
          {
            id: 'dark',
            label: 'Use the dark theme',
            icon: <Moon {...ICON} />,
            act: () => setColorScheme('dark'),
          },
          {
            id: 'light',
            label: 'Use the light theme',
            icon: <Sun {...ICON} />,
            act: () => setColorScheme('light'),
          },
          {
            id: 'auto',
            label: 'Use the theme of the system',
            icon: <Monitor {...ICON} />,
            act: () => setColorScheme('auto'),
          },
          { id: 'keys', label: 'Show all keys', icon: <CircleHelp {...ICON} />, act: onKeys },
        ].map(({ id, label, icon, act }) => ({ id, label, leftSection: icon, onClick: act })),
      },
    ].filter((group) => group.actions.length > 0)
  }, [flows, runs, go, setColorScheme, onKeys, offered])
  return (
    <Spotlight
      actions={actions}
      shortcut="mod + K"
      attributes={{ content: { 'aria-label': 'Search or act' } }}
      nothingFound="Nothing has this name."
      highlightQuery
      scrollable
      maxHeight="60vh"
      limit={24}
      overlayProps={{ blur: 0, backgroundOpacity: 0.4 }}
      yOffset="0"
      size="var(--palette)"
      searchProps={{
        placeholder: 'Search flows and runs, or act',
        'aria-label': 'Search flows and runs, or act',
        leftSection: <Search {...ICON} />,
      }}
      classNames={{
        content: styles.content ?? '',
        body: styles.body ?? '',
        search: styles.search ?? '',
        actionsList: styles.list ?? '',
        action: styles.action ?? '',
        actionLabel: styles.label ?? '',
        actionDescription: styles.where ?? '',
        actionBody: styles.words ?? '',
        actionSection: styles.section ?? '',
        actionsGroup: styles.group ?? '',
        empty: styles.empty ?? '',
      }}
    />
  )
}

function Keys({ names }: { names: string[] }) {
  return (
    <span className={styles.keys}>
      {names.map((name) => (
        <Key key={name} name={name} />
      ))}
    </span>
  )
}
