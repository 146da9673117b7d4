/** Trees laid over each other: what comes later wins, agents key by key, lists of tasks add up. */

import { quote } from '@/shared/lib/sentence'
import type { Findings } from './findings'
import { FLOW } from './language'
import { wrong } from './shape'
import { unknownKey } from './shapes'
import type { Place } from './yaml/cursor'
import { list, map, scalar, textAt, type Yaml, type YamlMap } from './yaml/tree'

const BY_NAME = ['inputs', 'env', 'models', 'tools', 'agents', 'budget', 'outputs']
const NOT_AGENT = new Set(['name', 'description', 'version'])

/** The last tree with what the others bring; what starts a flow is never brought. */
export function merge(trees: readonly YamlMap[], own: YamlMap, found: Findings): YamlMap {
  for (const tree of trees) checkTree(tree, found)
  const all = [...trees, own]
  const merged = like(own)
  for (const [name, key] of own.keys) merged.keys.set(name, key)
  for (const [name, value] of own.values) merged.values.set(name, value)
  for (const key of [...BY_NAME, 'tasks']) {
    const wanted = key === 'tasks' ? 'list' : 'map'
    const owners = all.filter((tree) => tree.values.get(key)?.is === wanted)
    const last = owners.at(-1)
    const at = last?.keys.get(key)
    if (!last || !at || (own.values.has(key) && last !== own)) continue
    const parts = owners.flatMap((owner) => owner.values.get(key) ?? [])
    merged.keys.set(key, at)
    merged.values.set(key, key === 'tasks' ? tasksOf(parts) : laidOver(parts, key === 'agents' ? 3 : 1))
  }
  return merged
}

/** A flow with one agent from a role file; without a name it is called as its file. */
export function roleAsFlow(root: YamlMap, stem: string): YamlMap {
  const [role, agents, flow] = [like(root), like(root), like(root)]
  for (const [name, key] of root.keys) if (!NOT_AGENT.has(name)) role.keys.set(name, key)
  for (const [name, part] of root.values) if (!NOT_AGENT.has(name)) role.values.set(name, part)
  const [first] = root.keys.values()
  const named = root.values.get('name')
  const name = textAt(root, 'name') ?? stem
  if (!first) return flow
  agents.keys.set(
    name,
    named?.is === 'scalar' && textAt(root, 'name') !== null ? named : scalar(stem, first.start, first.end),
  )
  agents.values.set(name, role)
  flow.keys.set('agents', first)
  flow.values.set('agents', agents)
  return flow
}

/** Move every place of a tree down, to where its text stands behind another. */
export function shift(tree: Yaml, lines: number, letters: number): void {
  const moved = ({ line, column, at }: Place): Place => ({ line: line + lines, column, at: at + letters })
  const seen = new Set<Yaml>()
  const waiting: Yaml[] = [tree]
  for (let part = waiting.pop(); part; part = waiting.pop()) {
    // An alias is the same tree once more.
    if (seen.has(part)) continue
    seen.add(part)
    part.start = moved(part.start)
    part.end = moved(part.end)
    if (part.is === 'list') waiting.push(...part.items)
    else if (part.is === 'map') {
      part.lastEnd = moved(part.lastEnd)
      waiting.push(...part.keys.values(), ...part.values.values())
    }
  }
}

/** Say what an included file has that is no flow's, or of the wrong kind. */
function checkTree(tree: YamlMap, found: Findings): void {
  for (const [key, value] of tree.values) {
    if (!Object.hasOwn(FLOW.keys, key)) unknownKey(FLOW, key, tree, 'An included flow', found)
    else if (BY_NAME.includes(key) && value.is !== 'map') wrong(value, quote(key), 'a map', found)
    else if (key === 'tasks' && value.is !== 'list') wrong(value, "'tasks'", 'a list', found)
  }
}

/** An empty map in the place of another. */
function like(tree: YamlMap): YamlMap {
  return map(tree.start, tree.end, tree.inBrackets, tree.lastEnd)
}

function tasksOf(parts: readonly Yaml[]): Yaml {
  const last = parts.at(-1) as Yaml
  if (parts.length === 1 || last.is !== 'list') return last
  const items = parts.flatMap((part) => (part.is === 'list' ? part.items : []))
  return list(last.start, last.end, last.inBrackets, items)
}

function laidOver(parts: readonly Yaml[], depth: number): Yaml {
  return parts.reduce((under, part) => over(under, part, depth))
}

/** Lay one value over another: maps key by key down to `depth`, everything else whole. */
function over(under: Yaml, own: Yaml, depth: number): Yaml {
  if (depth === 0 || under.is !== 'map' || own.is !== 'map') return own
  const merged = like(own)
  // The own keys stand first, so that findings about the map as such point at them.
  for (const [name, key] of [...own.keys, ...under.keys]) {
    if (merged.keys.has(name)) continue
    const [below, above] = [under.values.get(name), own.values.get(name)]
    const value = below && above ? over(below, above, depth - 1) : (above ?? below)
    merged.keys.set(name, key)
    if (value) merged.values.set(name, value)
  }
  return merged
}
