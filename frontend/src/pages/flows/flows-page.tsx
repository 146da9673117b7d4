import { FindButton, TopBar } from '@/shared/ui/top-bar'

export function FlowsPage() {
  return (
    <main>
      <TopBar title="Flows">
        <FindButton />
      </TopBar>
    </main>
  )
}
