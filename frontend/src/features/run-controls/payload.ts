import type { Json } from '@/shared/api/types'

/** JSON where it can be read as such, else the text as it stands. */
export function payloadOf(text: string): Json {
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}
