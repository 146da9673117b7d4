import { Textarea } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { TaskState } from '@/entities/run'
import { api } from '@/shared/api/client'
import { sentence } from '@/shared/api/problem'
import { useKeys } from '@/shared/lib/keys'
import { Button } from '@/shared/ui/button'
import { Wrong } from '@/shared/ui/notice'
import {
  asTyped,
  type Editable,
  editableOf,
  type HeldIn,
  readInput,
  type Typed,
  workedOut,
} from './held-input'
import { payloadOf } from './payload'
import styles from './task-acts.module.css'

interface HeldProps {
  runId: string
  task: TaskState
  /** Lets the input stand there as the flow would give it. */
  held?: HeldIn | undefined
  /** Listen for F8 and F10: only the one held task in focus of a page should. */
  keys?: boolean
}

/** A task that is held before it begins: let it go, with another input or without running it. */
export function HeldTask({ runId, task, held, keys = false }: HeldProps) {
  const editable = editableOf(task.kind)
  const input = useInput(editable, task.path, held)
  const [output, setOutput] = useState('')
  const release = useMutation({
    mutationFn: (how: 'go' | 'step' | 'skip') =>
      api.releaseTask(
        runId,
        task.path,
        how,
        how === 'skip'
          ? output.trim() === ''
            ? {}
            : { output: payloadOf(output) }
          : input.given === undefined
            ? {}
            : { given: input.given },
      ),
  })
  const busy = release.isPending
  const stays = busy || input.wrong !== undefined
  useKeys({ f8: () => release.mutate('go'), f10: () => release.mutate('step') }, keys && !stays)
  return (
    <section className={styles.acts} aria-label="Held before it begins">
      <p>It has not begun. Let it go on as it is, or change what it is given.</p>
      {editable && (
        <Textarea
          label={editable.label}
          description={input.known ? undefined : 'Leave it empty to give what the flow says.'}
          error={input.wrong}
          autosize
          minRows={2}
          maxRows={8}
          value={input.typed}
          spellCheck={false}
          classNames={{ input: styles.mono ?? '' }}
          onChange={(event) => input.type(event.currentTarget.value)}
        />
      )}
      <div>
        <Button
          small
          look="ink"
          disabled={stays}
          keys={keys ? ['F8'] : []}
          onClick={() => release.mutate('go')}
        >
          Go on
        </Button>
        <Button
          small
          disabled={stays}
          keys={keys ? ['F10'] : []}
          title="Run it, and hold the next one"
          onClick={() => release.mutate('step')}
        >
          Step
        </Button>
        <Button
          small
          disabled={busy}
          title={
            output.trim() === ''
              ? 'Leave it out; those after it see null'
              : 'Leave it out; those after it see the output below'
          }
          onClick={() => release.mutate('skip')}
        >
          Skip
        </Button>
        {input.given !== undefined && <span className={styles.edited}>with your input</span>}
      </div>
      <SkipOutput value={output} onChange={setOutput} />
      {release.error && <Wrong inline>{sentence(release.error)}</Wrong>}
    </section>
  )
}

function SkipOutput({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return (
    <details className={styles.output}>
      <summary>Output to skip with</summary>
      <Textarea
        aria-label="Output to skip with"
        autosize
        minRows={2}
        maxRows={8}
        value={value}
        placeholder="JSON or plain text; null where empty"
        spellCheck={false}
        classNames={{ input: styles.mono ?? '' }}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    </details>
  )
}

/** The input of a held task as it is typed; it starts as what the flow would give, where that is known. */
function useInput(editable: Editable | null, path: string, held: HeldIn | undefined) {
  const [before, setBefore] = useState('')
  const [typed, type] = useState<string | null>(null)
  const text = held?.text
  const run = held?.run
  useEffect(() => {
    let stale = false
    if (editable && text !== undefined && run)
      void workedOut({ text, run }, path, editable).then((value) => stale || setBefore(asTyped(value)))
    return () => {
      stale = true
    }
  }, [editable, path, text, run])
  const shown = typed ?? before
  const { given, wrong }: Typed = editable ? readInput(editable, shown, before) : {}
  return { typed: shown, type, known: before !== '', given, wrong }
}
