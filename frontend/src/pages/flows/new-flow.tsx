import { Modal, Select, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useNavigate } from 'react-router'
import { api } from '@/shared/api/client'
import { Problem, sentence } from '@/shared/api/problem'
import { Button } from '@/shared/ui/button'
import styles from './new-flow.module.css'
import { EMPTY, fileName, TEMPLATES } from './templates'

const ALL = [EMPTY, ...TEMPLATES]

/** Name a flow, choose what it starts from, and open it. */
export function NewFlow({
  template,
  onClose,
}: {
  /** The id of the template to start from; null keeps the form shut. */
  template: string | null
  onClose: () => void
}) {
  return (
    <Modal opened={template !== null} onClose={onClose} title="New flow" size="sm">
      {template !== null && <Form start={template} onClose={onClose} />}
    </Modal>
  )
}

function Form({ start, onClose }: { start: string; onClose: () => void }) {
  const [from, setFrom] = useState(start)
  const [title, setTitle] = useState(() => (start === EMPTY.id ? '' : (named(start)?.name ?? '')))
  const go = useNavigate()
  const client = useQueryClient()
  const name = fileName(title)
  const make = useMutation({
    mutationFn: () => api.createFlow(name, (named(from) ?? EMPTY).text(title.trim() || 'New flow')),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ['flows'] })
      onClose()
      void go(`/flows/${encodeURIComponent(name)}`)
    },
  })
  const taken = make.error instanceof Problem && [409, 412].includes(make.error.status)
  const send = (event: FormEvent) => {
    event.preventDefault()
    make.mutate()
  }
  return (
    <form className={styles.form} onSubmit={send}>
      <TextInput
        label="Name"
        data-autofocus
        value={title}
        placeholder="Week report"
        onChange={(event) => {
          make.reset()
          setTitle(event.currentTarget.value)
        }}
        error={
          make.error &&
          (taken ? `${name}.agentry.flow.yaml exists already. Choose another name.` : sentence(make.error))
        }
      />
      <p className={styles.file}>{name}.agentry.flow.yaml</p>
      <Select
        label="Starts from"
        allowDeselect={false}
        value={from}
        onChange={(next) => next && setFrom(next)}
        data={ALL.map((one) => ({ value: one.id, label: one.name }))}
        comboboxProps={{ withinPortal: true }}
      />
      <div className={styles.foot}>
        <Button look="quiet" onClick={onClose}>
          Cancel
        </Button>
        <Button
          look="ink"
          type="submit"
          busy={make.isPending}
          disabled={title.trim() === ''}
          keys={['enter']}
        >
          Create flow
        </Button>
      </div>
    </form>
  )
}

const named = (id: string) => ALL.find((one) => one.id === id)
