import { useStore } from 'zustand'
import { jsonOf } from '@/entities/document/read'
import type { DocumentStore } from '@/entities/document/store'
import { TriggerSwitch } from '@/features/triggers/trigger-switch'

/** What starts the open flow by itself, as its text says it now. */
export function FlowTriggers({
  store,
  flow,
  before,
}: {
  store: DocumentStore
  flow: string
  before: () => Promise<boolean>
}) {
  const { yaml, root } = useStore(store, (state) => state.reading)
  return <TriggerSwitch flow={flow} on={jsonOf(yaml, root, 'on')} before={before} />
}
