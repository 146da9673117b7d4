import { useEffect, useMemo, useRef, useState } from 'react'
import type { CanvasTool } from '@/features/canvas/docks'
import type { Part } from './drawer'

/** Which panes are open. A run closes source and inspector, so that the callouts have room, and gives them back. */
export function usePanes(running: boolean) {
  const [source, setSource] = useState(!running)
  const [inspector, setInspector] = useState(!running)
  const [drawer, setDrawer] = useState(running)
  const [part, setPart] = useState<Part>(running ? 'timeline' : 'problems')
  const [tool, setTool] = useState<CanvasTool>('select')
  const before = useRef({ running, source: true })
  useEffect(() => {
    if (before.current.running === running) return
    if (running) {
      before.current = { running, source }
      setSource(false)
      setInspector(false)
      setPart('timeline')
      setDrawer(true)
    } else {
      before.current.running = false
      setSource(before.current.source)
      setInspector(true)
      setPart('problems')
      setDrawer(false)
    }
  }, [running, source])
  return useMemo(
    () => ({
      source,
      setSource,
      inspector,
      setInspector,
      drawer,
      setDrawer,
      part,
      setPart,
      tool,
      setTool,
      openDrawer(next: Part) {
        setPart(next)
        setDrawer(true)
      },
    }),
    [source, inspector, drawer, part, tool],
  )
}

export type Panes = ReturnType<typeof usePanes>
