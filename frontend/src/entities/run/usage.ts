import type { Usage } from '@/shared/api/types'
import { NO_USAGE } from './state'

/** Add two usages; a cost nobody told makes the sum unknown. */
export function add(left: Usage | null, right: Usage): Usage {
  const from = left ?? NO_USAGE
  return {
    input_tokens: from.input_tokens + right.input_tokens,
    output_tokens: from.output_tokens + right.output_tokens,
    cached_tokens: from.cached_tokens + right.cached_tokens,
    cost_usd: from.cost_usd === null || right.cost_usd === null ? null : from.cost_usd + right.cost_usd,
    estimated: from.estimated || right.estimated,
  }
}
