/** Text -> every finding, never just the first. Runs, opens and imports nothing; never throws on a text. */

import type { Diagnostic } from '@/shared/api/types'
import { documentOf } from './document'
import { conditions, expressions } from './expressions'
import { Files, type Texts } from './files'
import { Findings } from './findings'
import { FLOW, TOOLS } from './language'
import { Reach } from './reach'
import { needsCycle, noRetry, noTimeout, unknownAgent, unknownNeed, unusedAgent } from './rules'
import { badModel, modelCycle, unknownModel, unknownTool } from './rules-names'
import { secretInText } from './rules-secrets'
import { typeMismatch, ungatedTool, unreachableTask } from './sense'
import { readFields } from './shapes'
import type { Rule, Subject } from './subject'
import { TaskReader } from './tasks'
import { loadRest } from './yaml/recover'
import { kindWord, spanOf, type YamlMap } from './yaml/tree'

/** What a browser cannot know by itself. */
export interface Known {
  /** The tools that flows may name; absent: those that are built in. */
  readonly tools?: ReadonlySet<string>
  /** The files that presets and includes may load; absent: none is known. */
  readonly files?: Texts
}

export interface Checked {
  readonly findings: readonly Diagnostic[]
  /** What the rules were asked about; null where nothing could be read. */
  readonly subject: Subject | null
}

const IDS = /\bid: *['"]?([A-Za-z_][A-Za-z0-9_-]*)/g
/** Where a part could not be read, what it names may well be there. */
const NAMES = new Set([
  ...['missing_key', 'unknown_agent', 'unknown_env', 'unknown_input', 'unknown_model'],
  ...['unknown_need', 'unknown_provider', 'unknown_task', 'unknown_tool', 'unknown_var'],
  ...['unresolved_var', 'unused_agent'],
])
const NAMES_IN_TASKS = new Set(['missing_key', 'unused_agent'])
const RULES: readonly Rule[] = [
  ...[unknownAgent, unknownTool, unknownModel, badModel, modelCycle],
  ...[unknownNeed, needsCycle, unusedAgent, noTimeout, noRetry, secretInText],
  ...[unreachableTask, typeMismatch, ungatedTool],
  ...[expressions, conditions],
]

/** Check a text; `known` is what the studio told. */
export function check(text: string, known: Known = {}): Checked {
  const rest = loadRest(text)
  const found = new Findings(rest.findings)
  const { root } = rest
  if (root === null) {
    if (found.found.length === 0) {
      const start = { line: 1, column: 1, end_line: 1, end_column: 1 }
      found.error('empty_flow', 'This file is empty; a flow needs tasks.', start)
    }
    return { findings: found.sorted(), subject: null }
  }
  if (root.is !== 'map') {
    found.error('bad_value', `A flow must be a map with tasks, not ${kindWord(root)}.`, spanOf(root))
    return { findings: found.sorted(), subject: null }
  }
  const files = new Files(text, found, known.files ?? null)
  const merged = files.merged(root)
  const lost = [...rest.cut.matchAll(IDS)].map(([, id = '']) => id)
  const subject = subjectOf(merged, files.text, found, known.tools ?? TOOLS, lost)
  for (const rule of RULES) rule(subject)
  let findings = files.settle(found.sorted())
  if (rest.cut !== '' || files.missing) {
    const outside = files.missing || [...rest.keys].some((key) => key !== 'tasks')
    const unsure = outside ? NAMES : NAMES_IN_TASKS
    findings = findings.filter((finding) => !unsure.has(finding.code))
  }
  return { findings, subject }
}

/** Read a tree into what the rules are asked about; what does not fit is said. */
function subjectOf(
  root: YamlMap,
  text: string,
  found: Findings,
  tools: ReadonlySet<string>,
  lost: readonly string[],
): Subject {
  found.path = ''
  const values = readFields(FLOW, root, '', found)
  const reader = new TaskReader(found)
  const tasks = reader.readList(root.values.get('tasks'), '', true)
  const document = documentOf(values, tasks)
  return {
    document,
    root,
    places: reader.places,
    lost: new Set([...reader.lost, ...lost]),
    tools,
    text,
    found,
    reach: new Reach(document),
  }
}
