export type { Changed, Delta, EventType, RunEvent } from './events'
export { createFeed, type Feed, feed } from './feed'
export { fold, foldAll } from './fold'
export { chooseIteration, chosenIn, iterations, lookAt } from './iterations'
export { createRunStore, type OpenRun, type RunStore, type Streamed } from './open-run'
export * from './paths'
export * from './rounds'
export * from './select'
export { follow } from './source'
export * from './state'
export { useChosen, useOpenRun, useRun, useTaskNow } from './store'
export {
  approvalWord,
  hasEnded,
  runWord,
  summaryWord,
  taskLook,
  taskWord,
  type Word,
  whySkipped,
} from './words'
