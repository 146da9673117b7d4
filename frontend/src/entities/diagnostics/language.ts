/** The tables of the language, as the server prints them (`python -m agentry.flow.tables`). */

import tables from '../../../../schemas/language.json'

/** How a value is written; `is` names the reader in `shapes.ts`. */
export type Shape =
  | { readonly is: 'Text'; readonly wanted: string }
  | { readonly is: 'Number'; readonly least: number; readonly most?: number; readonly whole: boolean }
  | { readonly is: 'Choice'; readonly words: readonly string[] }
  | { readonly is: 'AnyMap'; readonly of: string }
  | { readonly is: 'ListOf'; readonly shape: Shape; readonly of: string }
  | { readonly is: 'MapOf'; readonly shape: Shape; readonly of: string; readonly noun: string }
  | {
      readonly is: 'Either'
      readonly wanted: string
      readonly for_map?: Shape
      readonly for_list?: Shape
      readonly for_scalar?: Shape
    }
  | FieldsShape
  | { readonly is: PlainShape }

type PlainShape =
  | 'Anything'
  | 'Cases'
  | 'Condition'
  | 'CountOrExpression'
  | 'Cron'
  | 'Duration'
  | 'Flag'
  | 'Hook'
  | 'Join'
  | 'JsonSchema'
  | 'ListOrExpression'
  | 'Moment'
  | 'OnError'
  | 'OneTime'
  | 'Plain'
  | 'Tasks'
  | 'Version'
  | 'Zone'

export interface FieldsShape {
  readonly is: 'Fields'
  readonly keys: Readonly<Record<string, Key>>
  readonly of: string
  /** Keys that stand elsewhere, with the sentence that says so. */
  readonly hidden?: Readonly<Record<string, string>>
}

/** `missing` is said where a key that must be there is not; `idle`: nothing acts on it yet. */
export interface Key {
  readonly shape: Shape
  readonly missing?: string
  readonly idle?: boolean
}

interface Language {
  readonly flow: FieldsShape
  readonly kinds: readonly string[]
  readonly kind_fields: Readonly<Record<string, FieldsShape>>
  readonly kind_siblings: Readonly<Record<string, Readonly<Record<string, Key>>>>
  readonly task_keys: Readonly<Record<string, Key>>
  readonly triggers: { readonly schedule: FieldsShape; readonly webhook: FieldsShape }
  readonly limits: typeof tables.limits
}

const language = tables as unknown as Language

export const { flow: FLOW, kinds: KINDS, kind_fields: KIND_FIELDS, limits: LIMITS } = language
export const { schedule: SCHEDULE, webhook: WEBHOOK } = language.triggers
export const { kind_siblings: KIND_SIBLINGS, task_keys: TASK_KEYS } = language

const setOf = (names: readonly string[]): ReadonlySet<string> => new Set(names)
export const LIST_NAMES = setOf(tables.list_names)
export const TYPES: readonly string[] = tables.types
export const TOOLS = setOf(tables.tools)
export const PROVIDERS = setOf(tables.providers)
export const ROOTS = setOf(tables.roots)
export const LOOP_ROOTS = setOf(tables.loop_roots)
export const TURN_ROOTS = setOf(tables.turn_roots)
export const TRIGGER_ROOTS = setOf(tables.trigger_roots)
export const TASK_FIELDS = setOf(tables.task_fields)
export const RUN_FIELDS = setOf(tables.run_fields)
export const ZONES = setOf(tables.zones)
