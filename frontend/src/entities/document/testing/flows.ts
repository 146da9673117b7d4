/** Flows as people write them, for property tests: comments everywhere, anchors, every style of list and text. */

import fc from 'fast-check'

/** What a generated task is like; `print` makes letters of it. */
interface Shape {
  readonly kind: 'agent' | 'tool' | 'sequential' | 'parallel' | 'condition' | 'cases' | 'loop' | 'approval'
  readonly look: 'lines' | 'inline' | 'spread'
  readonly named: boolean
  readonly text: number
  readonly fields: number
  readonly comments: number
  readonly children: readonly Shape[]
  readonly others: readonly Shape[]
  readonly inlineList: boolean
}

/** One flow: its tasks and how the file is written. */
export interface FlowShape {
  readonly tasks: readonly Shape[]
  readonly crlf: boolean
  readonly endless: boolean
  readonly mark: boolean
  readonly spaced: boolean
  /** Nothing stands below the tasks. */
  readonly last: boolean
  readonly column: 0 | 2 | 4
}

/** Texts as values: `%` is where a reference to an earlier task may stand; lines hang one step below their key. */
const TEXTS: readonly (readonly string[])[] = [
  ['Say it.'],
  ['"With \\"quotes\\", a tab\t and % \\u00e9"'],
  ["'It''s 👋 done, %'"],
  ['a\ttab, ünïcödé 日本語, no # comment'],
  ['|', '  Group by theme', '', '  # no comment', '    deeper', '  %.'],
  ['|-', '  one', '  two   '],
  ['|+ # kept', '  end', '', ''],
  ['|', '  a', '       ', '  b'],
  ['|2', '    four spaces', '  two'],
  ['>', '  folded', '  lines', '', '  %'],
  ['>-   # a note', '  no break 🎉'],
  ['"over', '  two lines, %"'],
  ['plain over', '  two lines'],
  [''],
  ['010'],
]

/** Often few, so that every field is the last one at times. */
const bits = fc.oneof(fc.constantFrom(0, 1, 2, 4, 8, 16), fc.nat({ max: 1023 }))

const { task } = fc.letrec<{ task: Shape }>((tie) => ({
  task: fc.record({
    kind: fc.constantFrom(
      'agent' as const,
      'agent' as const,
      'tool' as const,
      'tool' as const,
      'sequential' as const,
      'parallel' as const,
      'condition' as const,
      'cases' as const,
      'loop' as const,
      'approval' as const,
    ),
    look: fc.constantFrom(
      'lines' as const,
      'lines' as const,
      'lines' as const,
      'inline' as const,
      'spread' as const,
    ),
    named: fc.integer({ min: 0, max: 7 }).map((n) => n > 0),
    text: fc.nat({ max: TEXTS.length - 1 }),
    fields: bits,
    comments: bits,
    children: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 1, arbitrary: fc.constant([]) },
      { weight: 3, arbitrary: fc.array(tie('task'), { minLength: 1, maxLength: 3 }) },
    ),
    others: fc.oneof(
      { maxDepth: 2, withCrossShrink: true },
      { weight: 3, arbitrary: fc.constant([]) },
      { weight: 1, arbitrary: fc.array(tie('task'), { minLength: 1, maxLength: 2 }) },
    ),
    inlineList: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
  }),
}))

export const flowShape: fc.Arbitrary<FlowShape> = fc.record({
  tasks: fc.array(task, { minLength: 1, maxLength: 5 }),
  crlf: fc.boolean(),
  endless: fc.boolean(),
  mark: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
  spaced: fc.boolean(),
  last: fc.boolean(),
  column: fc.constantFrom(0 as const, 2 as const, 2 as const, 4 as const),
})

class Printer {
  private ids = 0
  private anchors: string[] = []
  private said: string[] = []

  constructor(private readonly shape: FlowShape) {}

  flow(): string {
    const { column, crlf, endless, mark } = this.shape
    const head = [
      '# a flow 🚀',
      'version: 1',
      'name:   "Odd"   # as it is',
      '',
      'x-slow: &slow {attempts: 3, delay: 10s}   # shared',
      'agents:',
      '  writer: {model: "a:b", prompt: &house "Be short."}',
      '  # between',
      'tasks: # all of them',
    ]
    const body = this.list(this.shape.tasks, column, this.shape.spaced)
    const below = [
      '# after the tasks',
      'outputs:',
      `  text: \${{ tasks.t1.output }} # the first`,
      '  # the end',
    ]
    const foot = this.shape.last ? [] : below
    const text = [...head, ...body, ...foot].join(crlf ? '\r\n' : '\n')
    return (mark ? '\uFEFF' : '') + text + (endless ? '' : crlf ? '\r\n' : '\n')
  }

  private list(tasks: readonly Shape[], column: number, spaced = false): string[] {
    const pad = ' '.repeat(column)
    const earlier: string[] = []
    const out: string[] = []
    tasks.forEach((task, at) => {
      if (spaced && at > 0) out.push('')
      if (task.comments & 1) out.push(`${pad}# about ${this.ids + 1}`)
      if (task.comments & 2 && at === 0) out.push('', `${pad}# own`)
      const [first = '', ...rest] = this.anchored(this.task(task, earlier), task)
      out.push(`${pad}- ${first}`, ...rest.map((line) => (line === '' ? '' : `${pad}  ${line}`)))
      if (task.comments & 4) out.push(`${pad}    # deeper, of ${this.ids}`)
      if (task.comments & 8) out.push(`# far left ${this.ids}`)
      if (rest.length > 0 && first.startsWith('&') && task.fields & 2)
        out.push(`${pad}- *${first.slice(1)}   # once more`)
    })
    return out
  }

  /** Some tasks have an anchor of their own. */
  private anchored(lines: readonly string[], { fields, look }: Shape): readonly string[] {
    return look === 'lines' && (fields & 0b1111100000) === 0b1010100000
      ? [`&task${this.ids}`, ...lines]
      : lines
  }

  /** Lines of one task at column 0, without its dash. */
  private task(shape: Shape, earlier: string[]): string[] {
    if (shape.look !== 'lines') return this.braces(shape, earlier)
    const id = this.id(shape)
    const out: string[] = id ? [`id: ${id}${shape.comments & 16 ? '   # its id' : ''}`] : []
    if (shape.comments & 32) out.push('# inside')
    out.push(...this.kind(shape))
    if (shape.fields & 1) out.push(...this.needs(shape, earlier))
    if (shape.fields & 2) out.push('retry: {attempts: 2, delay: 1s} # twice')
    if (shape.fields & 4) out.push('retry'.length > 0 && shape.fields & 2 ? 'timeout: 5m' : this.shared())
    if (shape.fields & 8) out.push('env:', '  MODE: fast   # a mode', '  # more', '  "odd key": 1')
    if (shape.comments & 64) out.push('# last words')
    if (shape.fields & 16 && shape.others.length > 0 && shape.kind !== 'condition') {
      out.push('on_error:', ...this.list(shape.others, shape.fields & 32 ? 0 : 2))
    }
    if (id) earlier.push(id)
    return out
  }

  private id(shape: Shape): string {
    this.ids += 1
    const id = this.ids % 5 === 4 ? `t-${this.ids}` : `t${this.ids}`
    if (!shape.named && this.ids > 1) return ''
    return id
  }

  /** `retry` by an anchor of this task, or by an alias of one above. */
  private shared(): string {
    if (this.ids % 2 === 0) {
      const name = `a${this.anchors.length}`
      this.anchors.push(name)
      return `retry: &${name} {attempts: 4}`
    }
    return `retry: *${this.anchors.at(-1) ?? 'slow'}`
  }

  private needs(shape: Shape, earlier: readonly string[]): string[] {
    if (earlier.length === 0) return shape.fields & 64 ? ['needs: []'] : []
    const some = earlier.slice(-2)
    if (shape.fields & 128) return ['needs:', ...some.map((id) => `  - ${id}   # edge`)]
    return [`needs: [${some.join(', ')}]`]
  }

  private text(shape: Shape): string[] {
    const lines = TEXTS[shape.text] ?? ['x']
    const known = this.said.at(-1)
    const hole =
      known === undefined
        ? 'nothing'
        : known.includes('-')
          ? `\${{ inputs.x }}`
          : `\${{ tasks.${known}.output }}`
    this.said.push(`t${this.ids}`)
    return lines.map((line) => line.replaceAll('%', hole))
  }

  private kind(shape: Shape): string[] {
    const { children, others, kind } = shape
    const value = (key: string, lines: readonly string[]) => [
      `${key}:${lines[0] ? ` ${lines[0]}` : ''}`,
      ...lines.slice(1),
    ]
    if (kind === 'agent' || (children.length === 0 && kind !== 'tool')) {
      return ['agent: writer', ...value('input', this.text(shape))]
    }
    if (kind === 'tool') return ['tool: shell', 'with:', '  cmd: ls -la # list', `  args: [a, "b", {c: 1}]`]
    if (kind === 'approval') return ['approval:', '  ask: Go on?', '  on_expire:', ...this.list(children, 4)]
    const body = (key: string, tasks: readonly Shape[], column: number): string[] => {
      if (tasks.length === 0) return [`${key}: []  # none`]
      if (shape.inlineList)
        return [
          `${key}: [${tasks.map((task) => this.braces({ ...task, look: 'inline' }, []).join('')).join(', ')}]`,
        ]
      return [`${key}:${shape.comments & 128 ? ' # children' : ''}`, ...this.list(tasks, column)]
    }
    const pad = (lines: readonly string[]) => lines.map((line) => (line === '' ? '' : `  ${line}`))
    if (kind === 'condition') {
      const yes = body('then', children, 2)
      if (others.length > 0 || !(shape.fields & 32) || children.length === 0 || shape.inlineList) {
        return ['condition:', '  if: inputs.x > 0', ...pad(yes), ...pad(body('else', others, 0))]
      }
      // One list, read twice.
      return [
        'condition:',
        '  if: inputs.x > 0',
        `  then: &l${this.ids}`,
        ...pad(yes.slice(1)),
        `  else: *l${this.ids}`,
      ]
    }
    if (kind === 'cases') {
      const cases = [...body('yes', children, 2), ...body('"no 2"', others, 2)]
      return ['condition:', '  on: inputs.x', '  cases:', ...pad(pad(cases)), '  default: []']
    }
    if (kind === 'loop') return ['loop:', '  times: 2 # bounded', ...pad(body('do', children, 2))]
    if (shape.fields & 256) return [`${kind}:`, '  # the body', ...pad(body('do', children, 0))]
    return body(kind, children, shape.fields & 512 ? 0 : 2)
  }

  /** A task between braces, on one line or spread over several. */
  private braces(shape: Shape, earlier: string[]): string[] {
    const id = this.id(shape)
    const parts = [...(id ? [`id: ${id}`] : []), ...this.inlineKind(shape)]
    if (shape.fields & 1 && earlier.length > 0) parts.push(`needs: [${earlier.at(-1)}]`)
    if (id) earlier.push(id)
    const tail = shape.look === 'spread' && shape.comments & 16 ? ' # spread' : ''
    if (shape.look === 'inline') return [`{${parts.join(', ')}}`]
    return ['{', ...parts.map((part) => `  ${part},${part.startsWith('needs') ? ' # edge' : tail}`), '}']
  }

  private inlineKind(shape: Shape): string[] {
    const { children, kind } = shape
    if (kind === 'tool' || kind === 'approval') return ['tool: shell', 'with: {cmd: "ls #1", args: [a, b]}']
    if (kind === 'agent' || children.length === 0) return ['agent: writer', `input: 'x, 👋 y'`]
    const list = `[${children.map((task) => this.braces({ ...task, look: 'inline' }, []).join('')).join(', ')}]`
    if (kind === 'condition' || kind === 'cases') return [`condition: {if: "true", then: ${list}, else: []}`]
    if (kind === 'loop') return [`loop: {times: 2, do: ${list}}`]
    return [`${kind}: ${list}`]
  }
}

/** The letters of a flow. */
export function print(shape: FlowShape): string {
  return new Printer(shape).flow()
}
