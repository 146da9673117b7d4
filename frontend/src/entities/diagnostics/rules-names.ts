/** Tools and models must be known by their names. */

import { nearest, orElse, quote } from '@/shared/lib/sentence'
import { type Model, walk } from './document'
import { use } from './findings'
import { PROVIDERS } from './language'
import { cycleIn } from './reach'
import { entriesOf, namesOf, type Rule, type Subject, sayUnknown, spanAt, textOf, trailOf } from './subject'
import { firstSpan, innerSpan, itemsOf, spanOf, type Yaml, type YamlMap } from './yaml/tree'

/** A tool must be built in, of the flow, or of a plugin. */
export const unknownTool: Rule = (subject) => {
  const known = new Set([...subject.tools, ...namesOf(subject, 'tools')])
  for (const task of walk(subject.document.tasks)) {
    if (!task.tool || known.has(task.tool)) continue
    const sentence = `Task ${quote(task.id)} names tool ${quote(task.tool)}, which is not known`
    const near = nearest(task.tool, known)
    sayUnknown(subject, task, 'unknown_tool', sentence, spanAt(subject, task, 'tool'), near, known)
  }
  subject.found.path = ''
  for (const [name, agent] of entriesOf(subject, 'agents'))
    unknownTools(subject, `Agent ${quote(name)}`, itemsOf(agent.values.get('tools')), known)
  for (const [alias, model] of entriesOf(subject, 'models')) {
    const tools = itemsOf(model.values.get('turns'))
      .flatMap((turn) => (turn.is === 'map' ? itemsOf(turn.values.get('calls')) : []))
      .flatMap((call) => (call.is === 'map' ? (call.values.get('tool') ?? []) : []))
    unknownTools(subject, `Model ${quote(alias)}`, tools, known)
  }
}

function unknownTools(
  subject: Subject,
  who: string,
  tools: readonly Yaml[],
  known: ReadonlySet<string>,
): void {
  for (const tool of tools) {
    const name = textOf(tool)
    if (name === null || known.has(name)) continue
    const near = nearest(name, known)
    const tail = orElse(near, known, 'there are')
    const sentence = `${who} names tool ${quote(name)}, which is not known${tail}`
    subject.found.error('unknown_tool', sentence, spanOf(tool), use(near, spanOf(tool)))
  }
}

/** A model is an alias of the flow, or `provider:model` of a known provider. */
export const unknownModel: Rule = (subject) => {
  const known = namesOf(subject, 'models')
  subject.found.path = ''
  for (const [name, agent] of entriesOf(subject, 'agents'))
    modelName(subject, `Agent ${quote(name)}`, agent.values.get('model'), known)
  for (const [alias, model] of entriesOf(subject, 'models')) {
    for (const item of itemsOf(model.values.get('first_of')))
      modelName(subject, `Model ${quote(alias)}`, item, known)
  }
}

function modelName(subject: Subject, who: string, place: Yaml | undefined, known: ReadonlySet<string>): void {
  const name = textOf(place)
  if (!place || name === null || known.has(name)) return
  const span = spanOf(place)
  const colon = name.indexOf(':')
  const [provider, model] = [name.slice(0, colon), name.slice(colon + 1)]
  if (colon < 0) {
    const near = nearest(name, known)
    const tail = near ? orElse(near) : '; write an alias from models, or provider:model.'
    const sentence = `${who} names model ${quote(name)}, which is not defined${tail}`
    subject.found.error('unknown_model', sentence, span, use(near, span))
  } else if (provider === 'scripted') {
    const sentence = 'The scripted provider follows turns; define it under models and name that.'
    subject.found.error('unknown_model', sentence, span)
  } else if (!PROVIDERS.has(provider)) {
    const near = nearest(provider, PROVIDERS)
    const others = [...PROVIDERS].filter((one) => one !== 'scripted')
    const tail = orElse(near, others, 'there are')
    const sentence = `${who} names provider ${quote(provider)}, which is not known${tail}`
    subject.found.error('unknown_provider', sentence, span, use(near ? `${near}:${model}` : null, span))
  } else if (model === '') {
    const sentence = `${who} names no model after ${quote(provider)}; write ${provider}:NAME.`
    subject.found.error('unknown_model', sentence, span)
  }
}

/** An entry of `models` is a provider's model, scripted turns, or a choice: one of the three. */
export const badModel: Rule = (subject) => {
  subject.found.path = ''
  for (const [alias, entry] of entriesOf(subject, 'models')) {
    const spec = subject.document.models.get(alias)
    if (!spec) continue
    const provider = entry.values.get('provider')
    if (provider && spec.provider !== null && !PROVIDERS.has(spec.provider)) {
      const near = nearest(spec.provider, PROVIDERS)
      const tail = orElse(near, PROVIDERS, 'there are')
      const sentence = `Model ${quote(alias)} names provider ${quote(spec.provider)}, which is not known${tail}`
      subject.found.error('unknown_provider', sentence, spanOf(provider), use(near, spanOf(provider)))
      continue
    }
    const missing = modelNeeds(spec, entry)
    if (missing !== null)
      subject.found.error('bad_model', `Model ${quote(alias)} ${missing}`, innerSpan(entry))
    for (const turn of itemsOf(entry.values.get('turns'))) {
      if (turn.is === 'map' && turn.values.has('calls') === turn.values.has('answer'))
        subject.found.error('bad_model', 'A turn has either calls or an answer.', innerSpan(turn))
    }
  }
}

function modelNeeds(spec: Model, { values }: YamlMap): string | null {
  if (values.has('first_of'))
    return values.has('provider') ? 'has both first_of and a provider; keep one.' : null
  if (!values.has('provider'))
    return 'has no provider; write provider: openai, anthropic, ollama or scripted.'
  if (spec.provider === 'scripted')
    return values.has('turns') ? null : 'is scripted and has no turns; write what it does.'
  if (values.has('turns')) return 'has turns, which only the scripted provider follows.'
  return values.has('model') ? null : "has no model; write the provider's name for it."
}

/** Aliases must lead somewhere. */
export const modelCycle: Rule = (subject) => {
  const entries = new Map(entriesOf(subject, 'models'))
  const leads = [...entries.keys()].flatMap((alias) => {
    const spec = subject.document.models.get(alias)
    return spec ? [[alias, spec.firstOf] as const] : []
  })
  const cycle = cycleIn(new Map(leads))
  const first = entries.get(cycle[0] ?? '')
  if (!first) return
  subject.found.path = ''
  const sentence = `These models lead back to themselves: ${trailOf(cycle)}; take one out of first_of.`
  subject.found.error('model_cycle', sentence, firstSpan(first))
}
