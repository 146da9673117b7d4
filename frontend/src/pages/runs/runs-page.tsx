import { FindButton, TopBar } from '@/shared/ui/top-bar'

export function RunsPage() {
  return (
    <main>
      <TopBar title="Runs">
        <FindButton />
      </TopBar>
    </main>
  )
}
