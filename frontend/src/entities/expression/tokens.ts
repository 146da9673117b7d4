/** The letters of an expression, as `agentry.flow.letters` reads them. */

export type Token = { kind: 'string' | 'number' | 'name' | 'mark'; text: string; start: number }

const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+|//[^\n]*)`,
    String.raw`(?<string>[bB]?[rR](?:'[^'\n]*'|"[^"\n]*")` +
      String.raw`|[bB]?(?:"""(?:[^\\]|\\.)*?"""|'''(?:[^\\]|\\.)*?'''` +
      String.raw`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))`,
    String.raw`(?<number>(?:0[xX][0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?` +
      String.raw`|\.[0-9]+(?:[eE][-+]?[0-9]+)?)[uU]?)`,
    '(?<name>[A-Za-z_][A-Za-z0-9_]*)',
    String.raw`(?<mark>&&|\|\||[=!<>]=|[-+*/%!<>?:.,()\[\]{}])`,
  ].join('|'),
  'sy',
)

/** Every token; with `one` only the first, and none where no token starts. */
export function tokensOf(source: string, want: 'all' | 'one' = 'all'): Token[] {
  const tokens: Token[] = []
  for (let at = 0; at < source.length; ) {
    TOKEN.lastIndex = at
    const found = TOKEN.exec(source)
    if (!found) {
      if (want === 'one') return tokens
      throw new Error(`${JSON.stringify(source[at])} has no meaning in an expression.`)
    }
    const [kind] = Object.entries(found.groups ?? {}).find(([, text]) => text !== undefined) ?? []
    if (kind !== 'space') tokens.push({ kind: kind as Token['kind'], text: found[0], start: at })
    if (want === 'one') return tokens
    at = TOKEN.lastIndex
  }
  return tokens
}
