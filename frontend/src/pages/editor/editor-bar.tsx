import { FileCode, Pencil, Play, Redo2, StepForward, Undo2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { useStore } from 'zustand'
import type { DocumentStore } from '@/entities/document/store'
import { hasEnded, type RunStore, useRun } from '@/entities/run'
import { LiveRun } from '@/features/run-controls/run-buttons'
import { shortId } from '@/shared/lib/format'
import { Button } from '@/shared/ui/button'
import { FindButton, TopBar } from '@/shared/ui/top-bar'
import styles from './bar.module.css'
import type { FollowedRun } from './followed'
import { RunStateText } from './run-state'
import { SaveState } from './save-state'

const ICON = { size: 16, strokeWidth: 1.5 } as const

/** The top bar of the editor: of the flow while editing, of the run while one is followed. */
export function EditorBar({
  store,
  path,
  following,
  sourceOpen,
  onSource,
  onRun,
  onStep,
  onLeave,
  onConflict,
  triggers,
}: {
  store: DocumentStore
  path: string
  following: FollowedRun
  sourceOpen: boolean
  onSource: () => void
  onRun: () => void
  onStep: () => void
  onLeave: () => void
  onConflict: () => void
  /** What starts the flow by itself. */
  triggers: ReactNode
}) {
  const title = useStore(store, (state) => state.graph.name)
  if (following.store && following.runId !== null) {
    return (
      <TopBar
        title={title}
        path={`run ${shortId(following.runId)}`}
        state={<RunStateText store={following.store} />}
      >
        <Button
          look={sourceOpen ? 'on' : 'quiet'}
          icon={<FileCode {...ICON} />}
          keys={['Y']}
          onClick={onSource}
        >
          Source
        </Button>
        <RunActions run={following.store} onRun={onRun} onLeave={onLeave} />
      </TopBar>
    )
  }
  return (
    <TopBar
      title={title}
      path={path}
      state={
        <>
          {following.missing !== null && (
            <span className={styles.missing} role="alert">
              No run {following.missing} exists.
            </span>
          )}
          <SaveState store={store} onConflict={onConflict} />
        </>
      }
    >
      {triggers}
      <Steps store={store} />
      <FindButton />
      <Button
        icon={<StepForward {...ICON} />}
        title="A trial that holds each task until you let it go · F10"
        onClick={onStep}
      >
        Step
      </Button>
      <Button look="ink" icon={<Play size={14} strokeWidth={1.8} />} keys={['mod+enter']} onClick={onRun}>
        Run
      </Button>
    </TopBar>
  )
}

function RunActions({ run, onRun, onLeave }: { run: RunStore; onRun: () => void; onLeave: () => void }) {
  const status = useRun(run, (open) => open.run.status)
  const runId = useRun(run, (open) => open.run.runId)
  const known = useRun(run, (open) => open.run.lastSeq > 0)
  const paused = useRun(run, (open) => open.run.paused)
  return (
    <>
      <Button
        look="quiet"
        icon={<Pencil {...ICON} />}
        title="Leave the run and edit the flow"
        onClick={onLeave}
      >
        Edit flow
      </Button>
      {hasEnded(status) ? (
        <Button look="ink" icon={<Play size={14} strokeWidth={1.8} />} onClick={onRun}>
          Run
        </Button>
      ) : (
        known && <LiveRun runId={runId} paused={paused} stopping={status === 'cancelling'} />
      )}
    </>
  )
}

function Steps({ store }: { store: DocumentStore }) {
  const past = useStore(store, (state) => state.past.length)
  const future = useStore(store, (state) => state.future.length)
  return (
    <span className={styles.steps}>
      <Button
        look="quiet"
        aria-label="Undo"
        title="Undo"
        disabled={past === 0}
        icon={<Undo2 {...ICON} />}
        onClick={() => store.getState().undo()}
      />
      <Button
        look="quiet"
        aria-label="Redo"
        title="Redo"
        disabled={future === 0}
        icon={<Redo2 {...ICON} />}
        onClick={() => store.getState().redo()}
      />
    </span>
  )
}
