/** Make an unhandled member of a closed union a compile error; at run time name what came. */
export function unreachable(value: never): never {
  throw new Error(`Not handled: ${JSON.stringify(value)}`)
}
