import { Checkbox, Modal, Select, Textarea, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { Folder, Play } from 'lucide-react'
import { type FormEvent, type ReactNode, useState } from 'react'
import { Problem, sentence } from '@/shared/api/problem'
import type { Json, JsonObject } from '@/shared/api/types'
import { Button } from '@/shared/ui/button'
import { Wrong } from '@/shared/ui/notice'
import styles from './run-form.module.css'
import { asText, type Field, folderWords, readTyped } from './run-values'

export interface RunFormProps {
  title: string
  /** What its button says. */
  action?: string
  fields: readonly Field[]
  /** What stands in the fields at first, in place of their defaults. */
  given?: JsonObject | undefined
  /** How this run differs from a plain one. */
  plan?: ReactNode
  /** False while what it starts with is not known yet. */
  ready?: boolean
  start: (inputs: JsonObject, key: string) => Promise<{ run_id: string }>
  /** Save what waits first: a run takes the stored revision. */
  before: () => Promise<boolean>
  onStarted: (runId: string) => void
  onClose: () => void
}

/** What a run is given, asked in a form made from the flow's `inputs`. */
export function RunForm(props: RunFormProps) {
  const { title, action = 'Run', fields, given, plan, ready = true, before, onStarted, onClose } = props
  const [typed, setTyped] = useState<{ [name: string]: string }>(() =>
    Object.fromEntries(fields.map((field) => [field.name, firstOf(field, given?.[field.name])])),
  )
  const [wrong, setWrong] = useState<{ readonly [name: string]: string }>({})
  // One key for one form: pressing Run twice starts one run.
  const [key] = useState(() => crypto.randomUUID())
  const start = useMutation({
    mutationFn: async (values: JsonObject) => {
      if (!(await before())) throw new Error('The flow is not saved yet, so it cannot be run.')
      return props.start(values, key)
    },
    onSuccess: ({ run_id }) => onStarted(run_id),
    onError: (error) => setWrong(problemsOf(error)),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const { values, errors } = readTyped(fields, typed)
    setWrong(errors)
    if (Object.keys(errors).length === 0) start.mutate(values)
  }
  const general = start.error && Object.keys(wrong).length === 0 ? sentence(start.error) : null
  return (
    <Modal opened onClose={onClose} title={title} size="md">
      <form className={styles.form} onSubmit={submit} noValidate>
        {fields.map((field, at) => (
          <FieldInput
            key={field.name}
            field={field}
            first={at === 0}
            value={typed[field.name] ?? ''}
            error={wrong[field.name]}
            onChange={(value) => setTyped((all) => ({ ...all, [field.name]: value }))}
          />
        ))}
        {fields.length === 0 && <p className={styles.none}>This flow asks for nothing.</p>}
        {plan}
        {general && <Wrong inline>{general}</Wrong>}
        <footer className={styles.foot}>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="ink"
            type="submit"
            icon={<Play size={14} strokeWidth={1.8} />}
            busy={start.isPending || !ready}
          >
            {action}
          </Button>
        </footer>
      </form>
    </Modal>
  )
}

const firstOf = (field: Field, given: Json | undefined): string =>
  given === undefined ? field.initial : asText(given)

/** The studio's findings, each at its field where it names one. */
function problemsOf(error: unknown): { [name: string]: string } {
  const told = error instanceof Problem ? error.body.problems : null
  if (told === null || told === undefined || typeof told !== 'object' || Array.isArray(told)) return {}
  return Object.fromEntries(Object.entries(told).map(([name, why]) => [name, String(why)]))
}

function FieldInput({
  field,
  value,
  error,
  first,
  onChange,
}: {
  field: Field
  value: string
  error: string | undefined
  first: boolean
  onChange: (value: string) => void
}) {
  const shared = {
    label: field.title,
    description: field.description || undefined,
    error: error ?? null,
    required: field.required,
    'data-autofocus': first || undefined,
  }
  if (field.kind === 'switch') {
    return (
      <Checkbox
        label={field.title}
        description={field.description || undefined}
        checked={value === 'true'}
        onChange={(event) => onChange(String(event.currentTarget.checked))}
      />
    )
  }
  if (field.kind === 'choice') {
    return (
      <Select
        {...shared}
        data={[...field.choices]}
        value={value || null}
        onChange={(next) => onChange(next ?? '')}
      />
    )
  }
  if (field.kind === 'long' || field.kind === 'json') {
    return <Textarea {...shared} value={value} onChange={(event) => onChange(event.currentTarget.value)} />
  }
  const folder = field.kind === 'folder'
  const number = field.kind === 'number' || field.kind === 'integer'
  return (
    <TextInput
      {...shared}
      value={value}
      {...(number ? { inputMode: 'decimal' as const } : {})}
      {...(folder
        ? {
            leftSection: <Folder size={14} strokeWidth={1.5} />,
            placeholder: '/path/to/folder',
            description: <FolderWords says={field.description} path={value || field.initial} />,
            inputWrapperOrder: ['label', 'input', 'description', 'error'] as const,
          }
        : {})}
      classNames={folder || number ? { input: styles.mono ?? '' } : {}}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}

function FolderWords({ says, path }: { says: string; path: string }) {
  return (
    <>
      {says && <span className={styles.says}>{`${says} `}</span>}
      {folderWords(path)}
    </>
  )
}
