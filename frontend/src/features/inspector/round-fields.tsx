import { LIST_NAMES } from '@/entities/document/lists'
import type { Json } from '@/entities/document/read'
import { OPEN } from '@/entities/expression/template'
import { TextField } from './fields'
import styles from './inspector.module.css'
import { problem } from './problem'
import { Reads } from './reads'
import type { TaskTabProps } from './task-fields'
import { asListOrText, asNumber, jsonAt, textOf } from './values'

/** The fields of tasks that choose, repeat or wait. */
export function RoundFields(props: TaskTabProps) {
  const { kind } = props.task
  if (kind === 'condition') return <ConditionFields {...props} />
  if (kind === 'loop') return <LoopFields {...props} />
  return kind === 'wait' ? <WaitFields {...props} /> : null
}

const plain = (value: string): Json | undefined => (value.trim() === '' ? undefined : value.trim())

/** Keys whose value is an expression as it is. */
const BARE = new Set(['if', 'on', 'while', 'for_each', 'times'])

interface FieldProps {
  props: TaskTabProps
  name: string
  label: string
  codes?: readonly string[]
  read?: (value: string) => Json | undefined
  placeholder?: string
  area?: boolean
  stacked?: boolean
}

/** One field under the kind's key; what is left empty is taken out. */
function Field({ props, name, label, codes = [], read = plain, ...look }: FieldProps) {
  const { reading, task, onSet } = props
  return (
    <TextField
      {...look}
      label={label}
      mono
      bare={BARE.has(name)}
      value={textOf(reading, task, task.kind, name)}
      error={problem(props, ...codes)}
      onCommit={(value) => onSet([task.kind, name], read(value))}
    />
  )
}

/** What an expression reads; such a field is an expression with or without its `${{ }}`. */
function FieldReads({ reading, task, name }: Pick<TaskTabProps, 'reading' | 'task'> & { name: string }) {
  const text = textOf(reading, task, task.kind, name)
  return <Reads reading={reading} text={text.includes(OPEN) || text === '' ? text : `${OPEN} ${text} }}`} />
}

function ConditionFields(props: TaskTabProps) {
  const { reading, task } = props
  const form = jsonAt(reading, task, 'condition', 'on') === null ? 'if' : 'on'
  const branches = task.lists.filter((list) => list.branch !== null && !LIST_NAMES.has(list.branch))
  return (
    <section className={styles.section}>
      <Field
        props={props}
        name={form}
        label={form === 'if' ? 'If' : 'By the value of'}
        codes={['bad_condition', 'bad_expression', 'bad_form']}
        area
      />
      <FieldReads reading={reading} task={task} name={form} />
      <dl className={styles.reads}>
        {branches.map(({ branch, tasks }) => (
          <div key={branch}>
            <dt>{branch}</dt>
            <dd>
              {tasks.length === 0 ? (
                <span className={styles.later}>nothing to do</span>
              ) : (
                tasks.map((one) => one.name).join(', ')
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}

function LoopFields(props: TaskTabProps) {
  const { reading, task } = props
  const has = (name: string) => jsonAt(reading, task, 'loop', name) !== null
  if (has('while')) {
    return (
      <section className={styles.section}>
        <Field props={props} name="while" label="While" codes={['bad_condition', 'bad_expression']} area />
        <FieldReads reading={reading} task={task} name="while" />
        <Field
          props={props}
          name="max_iterations"
          label="At most"
          placeholder="a bound, such as 10"
          codes={['unbounded_loop']}
          read={asNumber}
        />
      </section>
    )
  }
  if (has('times')) {
    return (
      <section className={styles.section}>
        <Field props={props} name="times" label="Times" codes={['bad_value']} read={asNumber} />
        <FieldReads reading={reading} task={task} name="times" />
      </section>
    )
  }
  return (
    <section className={styles.section}>
      <Field
        props={props}
        name="for_each"
        label="For each"
        placeholder="inputs.files"
        codes={['bad_value', 'bad_expression', 'bad_form']}
        read={asListOrText}
        area
      />
      <FieldReads reading={reading} task={task} name="for_each" />
      <div className={styles.two}>
        <Field props={props} name="as" label="Called" placeholder="item" stacked />
        <Field props={props} name="max_parallel" label="At once" placeholder="1" read={asNumber} stacked />
      </div>
    </section>
  )
}

function WaitFields(props: TaskTabProps) {
  const { reading, task } = props
  const has = (name: string) => jsonAt(reading, task, 'wait', name) !== null
  if (has('message')) {
    return (
      <section className={styles.section}>
        <Field props={props} name="message" label="Message" />
        <Field props={props} name="expires" label="Expires" placeholder="never" />
      </section>
    )
  }
  const form = has('until') ? 'until' : 'for'
  return (
    <section className={styles.section}>
      <Field
        props={props}
        name={form}
        label={form === 'for' ? 'For' : 'Until'}
        placeholder={form === 'for' ? '15m' : '2027-01-31T09:00:00Z'}
        codes={['bad_value', 'bad_form']}
      />
      <p className={styles.remark}>Holds no worker while it waits.</p>
    </section>
  )
}
