import type { Json, ProblemBody } from './types'

/** A refused request: the code, sentence and way out that the studio answered with. */
export class Problem extends Error {
  readonly status: number
  readonly code: string
  readonly hint: string | null
  readonly body: { [key: string]: Json }

  constructor(status: number, body: ProblemBody & { [key: string]: Json | undefined }) {
    super(body.detail)
    this.name = 'Problem'
    this.status = status
    this.code = body.error
    this.hint = body.hint ?? null
    this.body = body as { [key: string]: Json }
  }
}

/** The studio did not answer: nothing came back, so there is no status and no body. */
export class Silence extends Error {
  constructor(cause: unknown) {
    super('The studio does not answer. Check that it still runs.', { cause })
    this.name = 'Silence'
  }
}

/** Say what went wrong in one sentence, whatever was thrown. */
export function sentence(error: unknown): string {
  if (error instanceof Problem) return error.hint ? `${error.message} ${error.hint}` : error.message
  return error instanceof Error ? error.message : String(error)
}
