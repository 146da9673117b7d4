/** Why a task cannot be read yet, in one sentence. */

import type { Span } from '@/shared/api/types'
import { quote } from '@/shared/lib/sentence'
import { lastStep } from './document'
import type { Where } from './places'
import type { Order } from './reach'
import type { Subject } from './subject'

export function sayNotEnded(subject: Subject, where: Where, target: string, order: Order, span: Span): void {
  const { reach } = subject
  const ours = lastStep(where.path)
  const name = reach.tasks.get(target)?.id ?? ''
  const who = ours ? `Task ${quote(ours)}` : 'This'
  const around = new Set(reach.around(where.path).map((task) => task.path))
  let code = 'task_not_ended'
  let sentence = `${who} reads tasks.${name}, which may not have ended by then; name it in needs, or move it up.`
  if (target === where.path) {
    sentence = `Task ${quote(ours)} reads its own result, which is not there before it ends.`
  } else if (around.has(target)) {
    sentence = `Task ${quote(ours)} stands in ${quote(name)}, which ends only after it; read another task.`
  } else if (reach.around(target).some((task) => task.path === where.path)) {
    sentence = `Task ${quote(ours)} reads tasks.${name}, which stands in it and starts only after it.`
  } else if (order === 'loop') {
    code = 'inside_loop'
    const loop = outerLoop(subject, target, around)
    sentence =
      `${who} reads tasks.${name}, which has a result for each iteration of loop ${quote(loop)}; ` +
      `read tasks.${loop}.output.`
  } else if (inOtherBranch(subject, target, around)) {
    sentence = `${who} reads tasks.${name}, which stands in another branch; only one of them is taken.`
  }
  subject.found.error(code, sentence, span)
}

/** The id of the outmost loop around the target that is not around the reader. */
function outerLoop({ reach }: Subject, target: string, around: ReadonlySet<string>): string {
  const loops = reach.around(target).filter((task) => task.kind === 'loop' && !around.has(task.path))
  return loops.at(-1)?.id ?? ''
}

function inOtherBranch({ reach }: Subject, target: string, around: ReadonlySet<string>): boolean {
  const outmost = reach.around(target).find((task) => around.has(task.parent))
  return outmost !== undefined && outmost.branch !== null
}
