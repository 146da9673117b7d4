import { Textarea } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { hasEnded, type TaskState } from '@/entities/run'
import { api } from '@/shared/api/client'
import { sentence } from '@/shared/api/problem'
import type { Json, RunStatus } from '@/shared/api/types'
import { Button } from '@/shared/ui/button'
import { Wrong } from '@/shared/ui/notice'
import { useNewRun } from './run-buttons'
import styles from './task-acts.module.css'

type Of = { runId: string; task: TaskState }

/** What a person can do with one task of a run: let a held one go, send what it waits for, run from it. */
export function TaskActs({ runId, task, status }: Of & { status: RunStatus }) {
  if (task.status === 'held') return <Held runId={runId} task={task} />
  if (task.status === 'waiting' && task.message !== null) return <Waits runId={runId} task={task} />
  if (hasEnded(status) && task.startedAt !== null) return <FromHere runId={runId} task={task} />
  return null
}

function Held({ runId, task }: Of) {
  const release = useMutation({
    mutationFn: (how: 'go' | 'step' | 'skip') => api.releaseTask(runId, task.path, how),
  })
  const busy = release.isPending
  return (
    <section className={styles.acts} aria-label="Held before it begins">
      <p>Held before it begins.</p>
      <div>
        <Button small look="ink" disabled={busy} onClick={() => release.mutate('go')}>
          Go on
        </Button>
        <Button
          small
          disabled={busy}
          title="Run it, and hold the next one"
          onClick={() => release.mutate('step')}
        >
          Step
        </Button>
        <Button
          small
          disabled={busy}
          title="Leave it out; those after it see null"
          onClick={() => release.mutate('skip')}
        >
          Skip
        </Button>
      </div>
      {release.error && <Wrong inline>{sentence(release.error)}</Wrong>}
    </section>
  )
}

function Waits({ runId, task }: Of) {
  const [text, setText] = useState('')
  const [id] = useState(() => crypto.randomUUID())
  const send = useMutation({
    mutationFn: () => api.sendMessage(runId, task.message ?? '', payloadOf(text), id),
  })
  return (
    <form
      className={styles.acts}
      aria-label={`Send ${task.message}`}
      onSubmit={(event) => {
        event.preventDefault()
        send.mutate()
      }}
    >
      <Textarea
        label={
          <>
            Waits for the message <code>{task.message}</code>
          </>
        }
        autosize
        minRows={2}
        value={text}
        placeholder="JSON or plain text"
        spellCheck={false}
        onChange={(event) => setText(event.target.value)}
      />
      <div>
        <Button small look="ink" type="submit" busy={send.isPending || send.isSuccess}>
          Send
        </Button>
      </div>
      {send.error && <Wrong inline>{sentence(send.error)}</Wrong>}
    </form>
  )
}

function FromHere({ runId, task }: Of) {
  const fork = useNewRun(() => api.forkRun(runId, task.path))
  return (
    <section className={styles.acts} aria-label="Run again from this task">
      <div>
        <Button
          small
          busy={fork.isPending}
          title="A new run that keeps what came before this task"
          onClick={() => fork.mutate()}
        >
          Run from here
        </Button>
      </div>
      {fork.error && <Wrong inline>{sentence(fork.error)}</Wrong>}
    </section>
  )
}

/** JSON where it can be read as such, else the text as it stands. */
export function payloadOf(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
