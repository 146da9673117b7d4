/**
 * `presets` and `include`: other files' keys under the flow's own. The texts of all files stand one
 * behind the other, and every place counts in that one text: so each rule reads a merged flow as if
 * it were one file. `settle` then moves what was found in an included file to the entry that includes it.
 */

import type { Diagnostic, Span } from '@/shared/api/types'
import { quote } from '@/shared/lib/sentence'
import { Findings } from './findings'
import { FLOW, LIMITS, type Shape } from './language'
import { merge, roleAsFlow, shift } from './merge'
import { load } from './yaml/load'
import { itemsOf, kindWord, spanOf, type YamlMap } from './yaml/tree'

/** Texts of other files, by path from the flow's folder. */
export type Texts = ReadonlyMap<string, string>

const ENDINGS = ['.yaml', '.yml']
const ROLE_ONLY = agentKeys().filter((key) => !Object.hasOwn(FLOW.keys, key))

function agentKeys(): string[] {
  const agents: Shape | undefined = FLOW.keys.agents?.shape
  return agents?.is === 'MapOf' && agents.shape.is === 'Fields' ? Object.keys(agents.shape.keys) : []
}

/** One file in the one text; `span` is the entry of the flow that brings it. */
interface Part {
  readonly path: string
  readonly firstLine: number
  readonly span: Span
}

/** One path under presets or include: where it stands, and where in the flow that is. */
interface Entry {
  readonly key: string
  readonly path: string
  readonly here: Span
  readonly span: Span
}

export class Files {
  /** Something could not be loaded, so what a name means may stand there. */
  missing = false
  private readonly parts: Part[] = []
  private readonly lines: number

  constructor(
    public text: string,
    private readonly found: Findings,
    private readonly texts: Texts | null,
  ) {
    this.lines = linesIn(text)
  }

  /** The flow with everything that its presets and includes bring. */
  merged(root: YamlMap): YamlMap {
    const brought = this.bring(root, '', null, [])
    return brought.length > 0 ? merge(brought, root, this.found) : root
  }

  /** Move what was found in other files to the entries that include them. */
  settle(findings: Diagnostic[]): Diagnostic[] {
    if (this.parts.length === 0) return findings
    return new Findings(findings.map((finding) => this.settled(finding))).sorted()
  }

  private settled(finding: Diagnostic): Diagnostic {
    const { line } = finding.span
    const part = line > this.lines ? this.parts.findLast((one) => one.firstLine <= line) : undefined
    if (!part) return finding
    const message = `${part.path}, line ${line - part.firstLine + 1}: ${finding.message}`
    return { ...finding, message, span: part.span, fix: null }
  }

  /** The trees that a file brings, in the order in which they count. */
  private bring(tree: YamlMap, beside: string, span: Span | null, trail: readonly string[]): YamlMap[] {
    return ['presets', 'include'].flatMap((key) =>
      itemsOf(tree.values.get(key)).flatMap((item) => {
        if (item.is !== 'scalar' || typeof item.value !== 'string') return []
        const here = spanOf(item)
        return this.one({ key, path: item.value, here, span: span ?? here }, beside, trail)
      }),
    )
  }

  private one(entry: Entry, beside: string, trail: readonly string[]): YamlMap[] {
    const file = this.load(entry, beside)
    if (!file) {
      this.missing = true
      return []
    }
    if (trail.includes(file.path)) {
      const cycle = [...trail.slice(trail.indexOf(file.path)), file.path].join(' → ')
      const sentence = `These files include each other: ${cycle}; take one of them out.`
      this.found.error('include_cycle', sentence, entry.here)
      return []
    }
    if (this.parts.some((part) => part.path === file.path)) return []
    const tree = this.read(file.path, file.text, entry.span)
    if (tree) return [...this.bring(tree, file.path, entry.span, [...trail, file.path]), tree]
    this.missing = true
    return []
  }

  /** The file of an entry; said where there is none. */
  private load(entry: Entry, beside: string): { path: string; text: string } | null {
    let sentence = ''
    if (!this.texts) sentence = `${quote(entry.path)} cannot be loaded: this flow is read without its folder.`
    else if (this.parts.length >= LIMITS.files)
      sentence = `A flow may load ${LIMITS.files} files; this is one more.`
    else {
      for (const candidate of candidates(entry)) {
        const path = resolved(candidate, beside)
        const text = this.texts.get(path)
        if (text !== undefined) return { path, text }
        sentence ||= `There is no file ${quote(path)}.`
      }
    }
    this.found.error('include_not_found', sentence, entry.here)
    return null
  }

  /** Read one file into the one text; its findings join the others. */
  private read(path: string, text: string, span: Span): YamlMap | null {
    const lines = linesIn(this.text)
    const letters = this.text.length + 1
    this.text = `${this.text}\n${text}`
    this.parts.push({ path, firstLine: lines + 1, span })
    const { root, findings } = load(text)
    for (const finding of findings) {
      const { line, column, end_line, end_column } = finding.span
      const moved = { line: line + lines, column, end_line: end_line + lines, end_column }
      this.found.found.push({ ...finding, span: moved })
    }
    if (!root) return null
    shift(root, lines, letters)
    if (root.is === 'map') return isRole(root) ? roleAsFlow(root, stem(path)) : root
    const sentence = `An included file must be a role or a flow, not ${kindWord(root)}.`
    this.found.error('bad_value', sentence, spanOf(root))
    return null
  }
}

function linesIn(text: string): number {
  return text.split('\n').length
}

/** The paths to try: beside the file, and for presets upward in `templates/`. */
function* candidates({ key, path }: Entry): Generator<string> {
  yield* asFiles(path)
  if (key !== 'presets' || path.startsWith('/')) return
  for (let level = 0; level < LIMITS.files_upward; level += 1)
    yield* asFiles(`${'../'.repeat(level)}templates/${path}`)
}

function asFiles(path: string): string[] {
  if (ENDINGS.some((ending) => path.endsWith(ending))) return [path]
  return [`${path}.agentry.flow.yaml`, `${path}/.agentry.flow.yaml`, `${path}.yaml`]
}

/** A path, written in the file `beside`, as a path from the flow's folder. */
function resolved(path: string, beside: string): string {
  const folder = beside.slice(0, beside.lastIndexOf('/') + 1)
  const whole = path.startsWith('/') ? path : folder + path
  const steps: string[] = []
  for (const step of whole.split('/')) {
    if (step === '' || step === '.') continue
    if (step === '..' && steps.length > 0 && steps.at(-1) !== '..') steps.pop()
    else if (step !== '..' || !whole.startsWith('/')) steps.push(step)
  }
  return (whole.startsWith('/') ? '/' : '') + steps.join('/') || '.'
}

/** A role file has keys of an agent, and neither agents nor tasks. */
function isRole({ values }: YamlMap): boolean {
  if (values.has('agents') || values.has('tasks')) return false
  return ROLE_ONLY.some((key) => values.has(key)) || values.get('tools')?.is === 'list'
}

function stem(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).split('.')[0] ?? ''
}
