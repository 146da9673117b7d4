import { FindButton, TopBar } from '@/shared/ui/top-bar'

export function ApprovalsPage() {
  return (
    <main>
      <TopBar title="Approvals">
        <FindButton />
      </TopBar>
    </main>
  )
}
