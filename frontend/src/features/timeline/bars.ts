import type { Piece } from '@/entities/run'
import type { Scale } from './scale'
import styles from './timeline.module.css'

export const NAMED: Record<Piece['what'], string> = {
  turn: 'Turn',
  call: 'Call',
  wait: 'Waiting',
  plain: 'Task',
}

export function tone(piece: Piece): string | undefined {
  if (piece.what === 'wait') return styles.wait
  if (piece.outcome === 'failed') return styles.failed
  if (piece.outcome === 'going') return styles.running
  return piece.what === 'call' ? styles.call : undefined
}

export function place(scale: Scale, from: number, to: number) {
  const left = scale.left(from)
  return { left: `${left}%`, width: `${Math.max(0, scale.left(to) - left)}%` }
}
