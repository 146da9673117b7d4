/**
 * The shapes of the wire, as the studio's own OpenAPI document says them (`schema.d.ts` is generated).
 * `snake_case` as on every wire; times are integer ms UTC.
 */
import type { components } from './schema'

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** OpenAPI says `unknown` where any JSON may stand; here that is said as `Json`. */
type Wire<T> = unknown extends T
  ? Json
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [Key in keyof T]: Wire<T[Key]> }
      : T

type Shapes = components['schemas']

export type Approval = Wire<Shapes['Approval']>
export type Checked = Wire<Shapes['FlowChecked']>
export type Diagnostic = Wire<Shapes['Diagnostic']>
export type Edge = Wire<Shapes['Edge']>
export type Failure = Wire<Shapes['Failure']>
export type Fix = Wire<Shapes['Fix']>
export type Flow = Wire<Shapes['Flow']>
export type FlowSummary = Wire<Shapes['FlowSummary']>
export type Graph = Omit<Wire<Shapes['Graph']>, 'vertices'> & { vertices: Vertex[] }
export type Position = Wire<Shapes['Position']>
export type ProblemBody = Pick<Shapes['Problem'], 'error' | 'detail'> & Partial<Shapes['Problem']>
export type RecentRun = Wire<Shapes['RecentRun']>
export type Run = Wire<Shapes['Run']>
export type RunFile = Wire<Shapes['RunFile']>
export type RunStatus = Shapes['RunSummary']['status']
export type RunSummary = Wire<Shapes['RunSummary']>
export type Saved = Wire<Shapes['FlowSaved']>
export type Span = Wire<Shapes['Span']>
export type Studio = Wire<Shapes['StudioState']>
export type TaskKind = Shapes['Vertex']['kind']
export type Tool = Wire<Shapes['Tool']>
/** How a run differs from a plain one while its flow is being developed. */
export type Trial = Partial<Omit<Wire<Shapes['TrialStart']>, 'inputs'>>
export type Trigger = Wire<Shapes['Trigger']>
export type Usage = Wire<Shapes['Usage']>
/** `branch` names the list of its parent that a task stands in, where the parent has several. */
export type Vertex = Omit<Wire<Shapes['Vertex']>, 'branch'> & { branch?: string | null }
/** The names of events that the studio can send; `entities/run/events` says what each carries. */
export type EventName = Shapes['Event']['type']

/** How a task stands; folded from events, so it is on no wire. */
export type TaskStatus =
  | 'pending'
  | 'held'
  | 'ready'
  | 'running'
  | 'waiting'
  | 'completed'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'timed_out'
