import { useParams } from 'react-router'
import { sentence } from '@/shared/api/problem'
import { Wrong } from '@/shared/ui/notice'
import { FindButton, TopBar } from '@/shared/ui/top-bar'
import { useOpened } from './opened'
import { Studio } from './studio'

/** One flow: its text, its picture, its fields, and the run that is followed. */
export function EditorPage() {
  const { name = '' } = useParams()
  return <OneFlow key={name} name={name} />
}

function OneFlow({ name }: { name: string }) {
  const { opened, error, again } = useOpened(name)
  if (opened) return <Studio {...opened} />
  return (
    <main>
      <TopBar title={name}>
        <FindButton />
      </TopBar>
      {error ? <Wrong onRetry={again}>{sentence(error)}</Wrong> : <div />}
    </main>
  )
}
