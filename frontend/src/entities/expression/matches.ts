/** `matches()` without the patterns that make a browser's own search run for ever. */

const MAX_STEPS = 1e7

/** Whether the pattern is found in the text; throws where that could take long. */
export function matches(text: string, pattern: string): boolean {
  if (stepsOf(text, pattern) > MAX_STEPS)
    throw new Error('matches() would take too long here; the server computes it.')
  return new RegExp(pattern, 'u').test(text)
}

/** How many steps a search that tries every way can need, at most; infinite where it may double. */
function stepsOf(text: string, pattern: string): number {
  const bare = pattern.replace(/\\[^1-9k]/gs, 'x').replace(/\[\^?\]?[^\]]*\]/g, 'x')
  // Look-around and back-references: the server's library has neither.
  if (/\\|\(\?(?!:)/.test(bare)) throw new Error('matches() has no such pattern.')
  if (/\([^()]*[*+?{|][^()]*\)[*+?{]|\)\)+[*+?{]/.test(bare.replaceAll('(?:', '('))) return Infinity
  const loops = bare.match(/[*+]|\{/g)?.length ?? 0
  const forks = bare.match(/[?|]/g)?.length ?? 0
  return (text.length + 1) ** (loops + 1) * 2 ** forks
}
