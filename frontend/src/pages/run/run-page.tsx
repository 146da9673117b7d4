import { FindButton, TopBar } from '@/shared/ui/top-bar'

export function RunPage() {
  return (
    <main>
      <TopBar title="Run">
        <FindButton />
      </TopBar>
    </main>
  )
}
