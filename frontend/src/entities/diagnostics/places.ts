/** Where the expressions of a flow stand, and what each of them can see. */

import type { Task } from './document'
import { walk } from './document'
import { KINDS, LOOP_ROOTS, ROOTS, TRIGGER_ROOTS, TURN_ROOTS } from './language'
import { entriesOf, type Subject } from './subject'
import { textAt, type Yaml, type YamlMap, type YamlScalar } from './yaml/tree'

const NO_EXPRESSIONS = new Set([
  'id',
  'name',
  'needs',
  'sequential',
  'parallel',
  'agent',
  'tool',
  'flow',
  'on_error',
  'pin',
])
const LISTS = new Set(['do', 'then', 'else', 'cases', 'default', 'on_expire'])
const NO_NAMES: ReadonlySet<string> = new Set()

/** Where an expression stands: its task, the names it sees, whether the order of tasks counts. */
export interface Where {
  readonly path: string
  readonly roots: ReadonlySet<string>
  readonly variables: ReadonlySet<string> | null
  readonly ordered: boolean
  /** It is asked between the iterations of its loop, so it sees what the body sees. */
  readonly inside: boolean
  readonly loop: ReadonlySet<string>
}

export interface Expressions {
  readonly where: Where
  readonly tree: Yaml
}

const TOP: Where = {
  path: '',
  roots: ROOTS,
  variables: null,
  ordered: true,
  inside: false,
  loop: NO_NAMES,
}

/** The values of a task that are expressions even without `${{ }}`. */
export function* bareExpressions(
  subject: Subject,
  path: string,
  place: YamlMap,
): Generator<{ where: Where; scalar: YamlScalar }> {
  const owners = { condition: ['if', 'on'], loop: ['for_each', 'while', 'times'] }
  const values: (readonly [string, Yaml | undefined])[] = [['if', place.values.get('if')]]
  for (const [key, names] of Object.entries(owners)) {
    const owner = place.values.get(key)
    if (owner?.is === 'map') for (const name of names) values.push([name, owner.values.get(name)])
  }
  for (const [name, value] of values) {
    if (value?.is === 'scalar') yield { where: whereOf(subject, path, null, name === 'while'), scalar: value }
  }
}

/** What the expressions of a task see. */
function whereOf(
  subject: Subject,
  path: string,
  variables: ReadonlySet<string> | null = null,
  inside = false,
): Where {
  // Only the nearest loop is seen; what stands in a loop's on_error is no iteration of it.
  const loop = subject.reach
    .around(path)
    .find(
      (task) =>
        task.kind === 'loop' && (task.path !== path || inside) && !path.startsWith(`${task.path}/on_error/`),
    )
  if (!loop) return { ...TOP, path, variables, inside }
  return { ...TOP, path, roots: LOOP_ROOTS, variables, inside, loop: loopNames([loop]) }
}

function loopNames(loops: readonly Task[]): Set<string> {
  const names = ['index', 'iteration']
  for (const loop of loops) if (loop.each !== null) names.push('item', loop.itemName)
  return new Set(names)
}

/** What may hold expressions, with what those can see. */
export function* templates(subject: Subject): Generator<Expressions> {
  for (const [path, place] of subject.places) {
    const agent = subject.document.agents.get(textAt(place, 'agent') ?? '')
    const variables = agent ? new Set(agent.vars.keys()) : null
    const where = whereOf(subject, path, variables)
    for (const [key, tree] of place.values) {
      if (KINDS.includes(key) && tree.is === 'map') yield* kindPlaces(subject, where, tree)
      else if (!NO_EXPRESSIONS.has(key)) yield { where, tree }
    }
  }
  yield* agentPlaces(subject)
  for (const key of ['env', 'outputs']) {
    const tree = subject.root.values.get(key)
    if (tree) yield { where: TOP, tree }
  }
  const inputs = triggerInputs(subject)
  if (inputs) yield { where: { ...TOP, roots: TRIGGER_ROOTS, ordered: false }, tree: inputs }
}

/** What agents and scripts hold: they may work in any loop, on any task. */
function* agentPlaces(subject: Subject): Generator<Expressions> {
  const loops = [...walk(subject.document.tasks)].filter((task) => task.kind === 'loop')
  const roots = loops.length > 0 ? LOOP_ROOTS : ROOTS
  const turnRoots = loops.length > 0 ? TURN_ROOTS : new Set([...TURN_ROOTS].filter((name) => name !== 'loop'))
  const where: Where = { ...TOP, roots, ordered: false, loop: loopNames(loops) }
  for (const [name, agent] of entriesOf(subject, 'agents')) {
    const known = subject.document.agents.get(name)
    const variables = known ? new Set(known.vars.keys()) : null
    for (const tree of agent.values.values()) yield { where: { ...where, variables }, tree }
  }
  for (const [, model] of entriesOf(subject, 'models')) {
    const turns = model.values.get('turns')
    if (turns) yield { where: { ...where, roots: turnRoots }, tree: turns }
  }
}

function* kindPlaces(subject: Subject, where: Where, tree: YamlMap): Generator<Expressions> {
  for (const [key, part] of tree.values) {
    if (key === 'while') yield { where: whereOf(subject, where.path, null, true), tree: part }
    else if (!LISTS.has(key)) yield { where, tree: part }
  }
}

function triggerInputs(subject: Subject): Yaml | undefined {
  const on = subject.root.values.get('on')
  const hook = on?.is === 'map' ? on.values.get('webhook') : undefined
  return hook?.is === 'map' ? hook.values.get('inputs') : undefined
}
