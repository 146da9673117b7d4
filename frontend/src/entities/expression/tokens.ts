/** The letters of an expression, as `agentry.flow.letters` reads them. */

export type Token = { kind: 'string' | 'number' | 'name' | 'mark'; text: string; start: number }

const TOKEN = new RegExp(
  [
    String.raw`(\s+|//[^\n]*)`,
    String.raw`([bB]?[rR](?:'[^'\n]*'|"[^"\n]*")` +
      String.raw`|[bB]?(?:"""(?:[^\\]|\\.)*?"""|'''(?:[^\\]|\\.)*?'''` +
      String.raw`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'))`,
    String.raw`((?:0[xX][0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?` +
      String.raw`|\.[0-9]+(?:[eE][-+]?[0-9]+)?)[uU]?)`,
    '([A-Za-z_][A-Za-z0-9_]*)',
    String.raw`(&&|\|\||[=!<>]=|[-+*/%!<>?:.,()\[\]{}])`,
  ].join('|'),
  'sy',
)
const KINDS = ['string', 'number', 'name', 'mark'] as const

/** The letters at `at` that belong together; no `token` where they are white space or a comment. */
export function lexemeAt(source: string, at: number): { text: string; token: Token | null } | null {
  TOKEN.lastIndex = at
  const found = TOKEN.exec(source)
  if (!found) return null
  const [text, space, ...groups] = found
  const kind = KINDS[groups.findIndex((group) => group !== undefined)]
  return { text, token: space === undefined && kind ? { kind, text, start: at } : null }
}

/** Every token up to `end`, where none starts any more. */
export function scan(source: string): { tokens: Token[]; end: number } {
  const tokens: Token[] = []
  for (let at = 0; at < source.length; ) {
    const found = lexemeAt(source, at)
    if (!found) return { tokens, end: at }
    if (found.token) tokens.push(found.token)
    at += found.text.length
  }
  return { tokens, end: source.length }
}
