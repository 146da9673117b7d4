import type { Approval } from '@/shared/api/types'

/** A question's first line is its title; the paragraphs that follow are read below it. */
export function parts(approval: Pick<Approval, 'ask' | 'tool' | 'path'>): { title: string; rest: string[] } {
  const [first = '', ...more] = approval.ask.trim().split('\n')
  const title =
    first || (approval.tool ? `Let ${approval.path} call ${approval.tool}?` : `Go on with ${approval.path}?`)
  return {
    title,
    rest: more
      .join('\n')
      .trim()
      .split(/\n{2,}/)
      .filter(Boolean),
  }
}
