import styles from './key.module.css'

const MAC = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform)

const DRAWN: Record<string, string> = {
  mod: MAC ? '⌘' : 'Ctrl',
  enter: '↵',
  shift: '⇧',
  up: '↑',
  down: '↓',
  left: '←',
  right: '→',
  delete: 'Del',
  backspace: '⌫',
  escape: 'Esc',
  space: 'Space',
  alt: MAC ? '⌥' : 'Alt',
}

/** A key cap. `mod+k` is written `⌘K` on a Mac and `Ctrl K` elsewhere. */
export function Key({ name }: { name: string }) {
  const text = name
    // `+` is a key too, so only a plus between two names parts them.
    .split(/(?<=.)\+(?=.)/)
    .map((part) => DRAWN[part.toLowerCase()] ?? part.toUpperCase())
    .join(MAC ? '' : ' ')
  return (
    <kbd className={styles.key} data-key={name}>
      {text}
    </kbd>
  )
}
