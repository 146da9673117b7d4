import { JsonInput, NumberInput, Switch, Textarea } from '@mantine/core'
import { useState } from 'react'
import type { Json, JsonObject } from '@/shared/api/types'
import styles from './args-form.module.css'

/** A call's arguments as fields: text as text, numbers and switches as such, the rest as JSON. */
export function ArgsForm({ args, onChange }: { args: JsonObject; onChange: (args: JsonObject) => void }) {
  return (
    <div className={styles.form}>
      {Object.entries(args).map(([name, value], at) => (
        <Field
          key={name}
          name={name}
          value={value}
          first={at === 0}
          onChange={(next) => onChange({ ...args, [name]: next })}
        />
      ))}
    </div>
  )
}

type FieldProps = { name: string; value: Json; first: boolean; onChange: (value: Json) => void }

function Field({ name, value, first, onChange }: FieldProps) {
  if (typeof value === 'string')
    return (
      <Textarea
        label={name}
        value={value}
        autosize
        minRows={1}
        maxRows={14}
        autoFocus={first}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    )
  if (typeof value === 'number')
    return (
      <NumberInput
        label={name}
        value={value}
        onChange={(next) => typeof next === 'number' && onChange(next)}
      />
    )
  if (typeof value === 'boolean')
    return <Switch label={name} checked={value} onChange={(event) => onChange(event.currentTarget.checked)} />
  return <JsonField name={name} value={value} onChange={onChange} />
}

function JsonField({ name, value, onChange }: Omit<FieldProps, 'first'>) {
  const [text, setText] = useState(() => JSON.stringify(value, null, 2))
  const [wrong, setWrong] = useState<string | null>(null)
  const change = (next: string) => {
    setText(next)
    try {
      onChange(JSON.parse(next) as Json)
      setWrong(null)
    } catch {
      setWrong('This is not JSON yet, so the value before it stands.')
    }
  }
  return <JsonInput label={name} value={text} error={wrong} maxRows={14} onChange={change} />
}
