/** What may be added, and what each writes. Pure. */

import type { TaskDraft } from '@/entities/document/structure'
import type { Json, TaskKind } from '@/shared/api/types'

export interface Choice {
  readonly key: string
  readonly group: 'Agents in this flow' | 'Kinds' | 'Tools'
  readonly kind: TaskKind
  readonly name: string
  readonly what: string
  /** The word that the new id is made of. */
  readonly word: string
  /** Everything behind the id. */
  readonly body: TaskDraft
}

export interface Offer {
  readonly agents: readonly { readonly name: string; readonly model: string }[]
  readonly tools: readonly {
    readonly name: string
    readonly description: string
    /** Arguments that a call must have. */
    readonly required: readonly string[]
  }[]
}

/** What a new call says for an argument that it must have. */
const EXAMPLES: Readonly<Record<string, string>> = {
  command: 'ls -la',
  code: 'print("Hello")',
  path: 'notes.txt',
  content: 'Hello',
  data: '{"hello": "world"}',
  query: '$',
}

/** Every choice of a flow: its agents, the kinds, the tools. */
export function choicesOf(offer: Offer): Choice[] {
  const agents = offer.agents.map(
    ({ name, model }): Choice => ({
      key: `agent:${name}`,
      group: 'Agents in this flow',
      kind: 'agent',
      name,
      what: model,
      word: name,
      body: [
        ['agent', name],
        ['input', 'Say what to do.'],
      ],
    }),
  )
  const kinds: Choice[] = [
    kind('approval', 'Approval', 'a person decides', [['approval', { ask: 'Continue?' }]]),
    kind('parallel', 'Parallel', 'side by side', [['parallel', lanes(offer)]]),
    kind('sequential', 'Sequence', 'one after the other', [['sequential', lanes(offer)]]),
    kind('condition', 'Condition', 'then or else', [
      // biome-ignore lint/suspicious/noThenProperty: the language says `then`
      ['condition', { if: 'true', then: lanes(offer), else: [] }],
    ]),
    kind('loop', 'Loop', 'again and again, with a bound', [['loop', { times: 3, do: lanes(offer) }]]),
    kind('wait', 'Wait', 'a pause that holds no worker', [['wait', { for: '15m' }]]),
  ]
  const tools = offer.tools.map(
    ({ name, description, required }): Choice => ({
      key: `tool:${name}`,
      group: 'Tools',
      kind: 'tool',
      name,
      what: description.split(/[.;:]/)[0] ?? '',
      word: name,
      body: toolBody(name, required),
    }),
  )
  return [...agents, ...kinds, ...tools]
}

function kind(kindName: TaskKind, name: string, what: string, body: TaskDraft): Choice {
  return { key: `kind:${kindName}`, group: 'Kinds', kind: kindName, name, what, word: kindName, body }
}

function toolBody(tool: string, required: readonly string[]): TaskDraft {
  if (required.length === 0) return [['tool', tool]]
  return [
    ['tool', tool],
    ['with', Object.fromEntries(required.map((name) => [name, EXAMPLES[name] ?? '']))],
  ]
}

/** A list may not be empty: a container begins with one task that does something harmless. */
function lanes(offer: Offer): Json {
  const agent = offer.agents[0]?.name
  if (agent) return [{ id: 'first', agent, input: 'Say what to do.' }]
  const tool = offer.tools.find(({ name }) => name === 'echo') ?? offer.tools[0]
  return [{ id: 'first', ...Object.fromEntries(toolBody(tool?.name ?? 'echo', tool?.required ?? [])) }]
}

/** The choices that match, best first; every letter of the words typed stands in the name or the description. */
export function matching(choices: readonly Choice[], typed: string): Choice[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return [...choices]
  return choices
    .map((choice) => ({ choice, rank: Math.max(...words.map((word) => rank(choice, word))) }))
    .filter(({ rank }) => rank < NO_MATCH)
    .sort((a, b) => a.rank - b.rank)
    .map(({ choice }) => choice)
}

const NO_MATCH = 9
function rank(choice: Choice, word: string): number {
  const name = choice.name.toLowerCase()
  if (name.startsWith(word)) return 0
  if (name.includes(word)) return 1
  if (choice.what.toLowerCase().includes(word)) return 2
  return NO_MATCH
}
