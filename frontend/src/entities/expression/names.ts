/** The words and caps of the expression language, from the language's tables. */

import tables from '../../../../schemas/language.json'

export const FUNCTIONS: ReadonlySet<string> = new Set(tables.functions)
export const MACROS: ReadonlySet<string> = new Set(tables.macros)
export const MAX_LETTERS = tables.limits.expression_letters
export const MAX_NESTING = tables.limits.expression_nesting
export const MAX_MACROS = tables.limits.expression_macros
