import { Popover, Switch } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { AlarmClock } from 'lucide-react'
import { useState } from 'react'
import { api } from '@/shared/api/client'
import { sentence } from '@/shared/api/problem'
import { flowTriggersQuery } from '@/shared/api/queries'
import type { Json } from '@/shared/api/types'
import { Button } from '@/shared/ui/button'
import { Wrong } from '@/shared/ui/notice'
import { TriggerEntries } from './trigger-entries'
import styles from './triggers.module.css'
import { entriesIn } from './words'

interface SwitchProps {
  flow: string
  /** What the text has under `on:` now; null where it has none. */
  on: Json
  /** Save what waits first: what is turned on is the stored flow. */
  before: () => Promise<boolean>
}

/** Whether a flow starts by itself, in the bar of its editor; there only for flows that say what starts them. */
export function TriggerSwitch({ flow, on, before }: SwitchProps) {
  const [open, setOpen] = useState(false)
  const { data, error } = useQuery(flowTriggersQuery(flow))
  const known = data?.triggers ?? []
  const enabled = known.some((trigger) => trigger.enabled)
  const entries = entriesIn(on)
  // One that was turned on and whose `on:` is gone can still be turned off.
  if (entries.length === 0 && !enabled) return null
  return (
    <Popover
      opened={open}
      onChange={setOpen}
      position="bottom-end"
      offset={8}
      width={340}
      trapFocus
      withRoles
    >
      <Popover.Target>
        <Button
          look={enabled ? 'on' : 'quiet'}
          icon={<AlarmClock size={16} strokeWidth={1.5} />}
          aria-expanded={open}
          title="What starts this flow without you"
          onClick={() => setOpen(!open)}
        >
          {enabled ? 'Starts by itself' : 'By hand'}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Starts by itself" className={styles.float ?? ''}>
        <Turn flow={flow} enabled={enabled} before={before} />
        {error && <Wrong inline>{sentence(error)}</Wrong>}
        <TriggerEntries entries={entries} triggers={known.filter((trigger) => trigger.enabled)} />
      </Popover.Dropdown>
    </Popover>
  )
}

function Turn({ flow, enabled, before }: Omit<SwitchProps, 'on'> & { enabled: boolean }) {
  const client = useQueryClient()
  const turn = useMutation({
    mutationFn: async (wanted: boolean) => {
      if (wanted && !(await before()))
        throw new Error('The flow is not saved yet, so it cannot be turned on. Save it first.')
      return api.turnTriggers(flow, wanted)
    },
    onSuccess: (told) => {
      client.setQueryData(flowTriggersQuery(flow).queryKey, told)
      void client.invalidateQueries({ queryKey: ['triggers'] })
    },
  })
  return (
    <div className={styles.turn}>
      <Switch
        label="Starts by itself"
        description={
          enabled ? 'On. Saving the flow changes what starts it.' : 'Off. Nothing but you starts this flow.'
        }
        classNames={{ description: styles.said ?? '', thumb: styles.thumb ?? '' }}
        checked={enabled}
        disabled={turn.isPending}
        onChange={(event) => turn.mutate(event.currentTarget.checked)}
      />
      {turn.error && <Wrong inline>{sentence(turn.error)}</Wrong>}
    </div>
  )
}
