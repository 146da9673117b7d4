/** What the scanner gives: the marks of YAML. */

import type { Place } from './cursor'

export type TokenKind =
  | 'stream end'
  | 'version'
  | 'tag prefix'
  | 'document start'
  | 'document end'
  | 'list'
  | 'map'
  | 'end'
  | '['
  | ']'
  | '{'
  | '}'
  | ','
  | '-'
  | '?'
  | ':'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar'

export interface Token {
  readonly kind: TokenKind
  readonly start: Place
  readonly end: Place
  /** The text of a scalar, the name of an anchor, the handle of a tag, the version. */
  readonly value: string
  /** What opens a scalar ('' = plain); what follows the handle of a tag. */
  readonly detail: string
}

export function token(kind: TokenKind, start: Place, end: Place, value = '', detail = ''): Token {
  return { kind, start, end, value, detail }
}
