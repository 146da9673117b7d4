/** What may be written at the caret: keys and values by the flow's schema, names by the flow itself. Pure. */

import type {
  Completion,
  CompletionContext,
  CompletionResult,
  CompletionSource,
} from '@codemirror/autocomplete'
import { besidesAt, membersAt } from '@/entities/diagnostics/offers'
import type { JsonObject } from '@/shared/api/types'

/** Names that this flow gives. */
export interface Names {
  readonly agents: readonly string[]
  readonly tools: readonly string[]
  readonly models: readonly string[]
}

const PROVIDERS = ['openai:', 'anthropic:', 'ollama:']

/** The keys above a line, from the top, by indentation alone: it works on half-typed text. `-` is a list item. */
export function keysAbove(lines: readonly string[], at: number): string[] {
  const keys: string[] = []
  let indent = indentOf(lines[at] ?? '')
  const own = /^(\s*)((?:- )+)/.exec(lines[at] ?? '')
  if (own) {
    keys.unshift('-')
    indent = own[1]?.length ?? 0
    keys.unshift(...parentOfItem(lines, at, indent))
    return keys
  }
  for (let row = at - 1; row >= 0; row -= 1) {
    const line = lines[row] ?? ''
    if (line.trim() === '' || line.trim().startsWith('#')) continue
    const item = /^(\s*)((?:- )+)(.*)$/.exec(line)
    const dash = item ? (item[1]?.length ?? 0) : -1
    const content = item ? dash + (item[2]?.length ?? 0) : indentOf(line)
    if (item && content === indent) {
      keys.unshift('-')
      return [...parentOfItem(lines, row, dash), ...keys]
    }
    if (content < indent) {
      const key = /^(?:"([^"]+)"|'([^']+)'|([\w.-]+))\s*:/.exec((item ? item[3] : line.trim()) ?? '')
      if (!key) return []
      keys.unshift(key[1] ?? key[2] ?? key[3] ?? '')
      indent = content
      if (item) {
        keys.unshift('-')
        return [...parentOfItem(lines, row, dash), ...keys]
      }
    }
  }
  return keys
}

/** A list item stands under its key, further in or at the same column. */
function parentOfItem(lines: readonly string[], at: number, dash: number): string[] {
  for (let row = at - 1; row >= 0; row -= 1) {
    const line = lines[row] ?? ''
    if (line.trim() === '' || line.trim().startsWith('#')) continue
    const inner = /^(\s*)((?:- )*)(.*)$/.exec(line)
    const content = (inner?.[1]?.length ?? 0) + (inner?.[2]?.length ?? 0)
    const isItem = (inner?.[2] ?? '') !== ''
    if (content > dash || (content === dash && isItem)) continue
    const key = /^([\w.-]+)\s*:/.exec(inner?.[3] ?? '')
    if (!key?.[1]) continue
    return [...keysAbove(lines, row), key[1]]
  }
  return []
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length
}

/** The schema of the place that `keys` lead to. */
export function schemaAt(root: JsonObject, keys: readonly string[]): JsonObject[] {
  let here = settle(root, root)
  for (const key of keys) here = here.flatMap((schema) => settle(root, child(schema, key)))
  return here
}

function child(schema: JsonObject, key: string): unknown {
  if (key === '-') return schema.items
  const properties = asObject(schema.properties)
  return properties && key in properties ? properties[key] : schema.additionalProperties
}

function settle(root: JsonObject, schema: unknown): JsonObject[] {
  const one = asObject(schema)
  if (!one) return []
  if (typeof one.$ref === 'string') {
    let target: unknown = root
    for (const part of one.$ref.replace(/^#\//, '').split('/')) target = asObject(target)?.[part]
    return settle(root, target)
  }
  const options = [one.anyOf, one.oneOf, one.allOf].flatMap((list) => (Array.isArray(list) ? list : []))
  return [one, ...options.flatMap((option) => settle(root, option))]
}

function asObject(value: unknown): JsonObject | null {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as JsonObject) : null
}

/** A key whose value is an expression without `${{ }}`, and what is typed of it. */
const BARE = /^\s*(?:- )*(?:.*[{,]\s*)?(if|while|for_each|times|on):\s+["']?(.*)$/

/** Make the source of completions. `names` and `schema` are asked each time: both grow while typing. */
export function completions(names: () => Names, schema: () => JsonObject | null): CompletionSource {
  return (context) => {
    const line = context.state.doc.lineAt(context.pos)
    const before = line.text.slice(0, context.pos - line.from)
    const open = before.lastIndexOf('${{')
    if (open >= 0 && !before.slice(open).includes('}}')) return inExpression(context, before.slice(open + 3))
    if (/(^|\s)#/.test(before)) return null
    const value = /^\s*(?:- )*(?:.*[{,]\s*)?([\w-]+):\s+\[?(?:[^,]*,\s*)*([\w.:/-]*)$/.exec(before)
    const keys = () => keysAbove(context.state.doc.toString().split('\n'), line.number - 1)
    const bare = BARE.exec(before)
    if (bare && (bare[1] !== 'on' || /condition/.test(before) || keys().at(-1) === 'condition'))
      return inExpression(context, bare[2] ?? '')
    if (value) return ofValue(context, value[1] ?? '', value[2] ?? '', keys, names(), schema())
    const key = /^\s*(?:- )*([\w-]*)$/.exec(before)
    if (!key || (key[1] === '' && !context.explicit)) return null
    return ofKey(context, key[1] ?? '', keys(), schema())
  }
}

function result(context: CompletionContext, typed: string, options: Completion[]): CompletionResult | null {
  return options.length > 0 ? { from: context.pos - typed.length, options, validFor: /^[\w.:/-]*$/ } : null
}

function ofKey(
  context: CompletionContext,
  typed: string,
  keys: readonly string[],
  schema: JsonObject | null,
): CompletionResult | null {
  if (!schema) return null
  const options = schemaAt(schema, keys).flatMap((place) =>
    Object.entries(asObject(place.properties) ?? {}).map(([name, described]) => ({
      label: name,
      detail: detailOf(described),
      apply: `${name}: `,
      type: 'property',
    })),
  )
  return result(context, typed, dedupe(options))
}

function ofValue(
  context: CompletionContext,
  key: string,
  typed: string,
  keys: () => string[],
  names: Names,
  schema: JsonObject | null,
): CompletionResult | null {
  const { doc } = context.state
  const named: Record<string, readonly string[]> = {
    agent: names.agents,
    tool: names.tools,
    tools: names.tools,
    model: [...names.models, ...PROVIDERS],
    first_of: [...names.models, ...PROVIDERS],
  }
  const list = key === 'needs' ? besidesAt(doc.toString(), doc.lineAt(context.pos).number) : named[key]
  if (list)
    return result(
      context,
      typed,
      list.map((label) => ({ label })),
    )
  if (!schema) return null
  const options = schemaAt(schema, [...keys(), key]).flatMap((place): Completion[] => {
    if (Array.isArray(place.enum)) return place.enum.map((one) => ({ label: String(one) }))
    if (place.type === 'boolean') return [{ label: 'true' }, { label: 'false' }]
    return Array.isArray(place.examples)
      ? place.examples.map((one) => ({ label: String(one), detail: 'such as' }))
      : []
  })
  return result(context, typed, dedupe(options))
}

/** The members of an expression: what stands there in this flow, the schemas of its answers too. */
function inExpression(context: CompletionContext, inside: string): CompletionResult | null {
  const { doc } = context.state
  const offers = membersAt(doc.toString(), doc.lineAt(context.pos).number, inside)
  const typed = /\w*$/.exec(inside)?.[0] ?? ''
  const options = offers.map(({ label, text, replaces, says }): Completion => {
    const wider = replaces - typed.length
    return {
      label,
      ...(says ? { detail: says } : {}),
      apply: (view, _, from, to) => {
        const start = from - wider
        view.dispatch({
          changes: { from: start, to, insert: text },
          selection: { anchor: start + text.length },
          userEvent: 'input.complete',
        })
      },
    }
  })
  return options.length > 0 ? { from: context.pos - typed.length, options, validFor: /^\w*$/ } : null
}

function detailOf(described: unknown): string {
  const text = asObject(described)?.description
  return typeof text === 'string' ? (text.split(/[.;:]/)[0] ?? '') : ''
}

function dedupe(options: Completion[]): Completion[] {
  return [...new Map(options.map((option) => [option.label, option])).values()]
}
