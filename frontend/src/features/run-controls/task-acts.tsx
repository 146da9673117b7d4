import { Textarea } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { hasEnded, type TaskState } from '@/entities/run'
import { api } from '@/shared/api/client'
import { sentence } from '@/shared/api/problem'
import type { RunStatus } from '@/shared/api/types'
import { Button } from '@/shared/ui/button'
import { Wrong } from '@/shared/ui/notice'
import type { HeldIn } from './held-input'
import { HeldTask } from './held-task'
import { payloadOf } from './payload'
import { useNewRun } from './run-buttons'
import styles from './task-acts.module.css'

type Of = { runId: string; task: TaskState }

/** What a person can do with one task of a run: let a held one go, send what it waits for, run from it. */
export function TaskActs({
  runId,
  task,
  status,
  held,
  keys = false,
}: Of & { status: RunStatus; held?: HeldIn | undefined; keys?: boolean }) {
  if (task.status === 'held') return <HeldTask runId={runId} task={task} held={held} keys={keys} />
  if (task.status === 'waiting' && task.message !== null) return <Waits runId={runId} task={task} />
  if (hasEnded(status) && task.startedAt !== null) return <FromHere runId={runId} task={task} />
  return null
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
