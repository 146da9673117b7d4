import type { ComponentPropsWithRef, ReactNode } from 'react'
import { Link } from 'react-router'
import { join } from '../lib/join'
import styles from './button.module.css'
import { Key } from './key'

type Look = {
  /** `ink` is the one main action of a view. */
  look?: 'ink' | 'plain' | 'quiet' | 'on'
  icon?: ReactNode
  /** Keys that do the same, shown beside the words. */
  keys?: string[]
  small?: boolean
  full?: boolean
  children?: ReactNode
}

export type ButtonProps = Look & Omit<ComponentPropsWithRef<'button'>, 'children'> & { busy?: boolean }

/** A button 28 high (22 when small); without children it is square and needs an `aria-label`. */
export function Button({
  look,
  icon,
  keys,
  small,
  full,
  busy,
  disabled,
  className,
  children,
  ...rest
}: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={drawn({ look, small, full, children }, className)}
    >
      <Inside icon={icon} keys={keys}>
        {children}
      </Inside>
    </button>
  )
}

type LinkButtonProps = Look &
  Omit<ComponentPropsWithRef<'a'>, 'children' | 'href'> & { to: string; plain?: boolean }

/** A link that looks like a button; `plain` leaves the app (downloads, raw files). */
export function LinkButton({
  look,
  icon,
  keys,
  small,
  full,
  plain,
  to,
  className,
  children,
  ...rest
}: LinkButtonProps) {
  const name = drawn({ look, small, full, children }, className)
  const inside = (
    <Inside icon={icon} keys={keys}>
      {children}
    </Inside>
  )
  if (plain)
    return (
      <a {...rest} href={to} className={name}>
        {inside}
      </a>
    )
  return (
    <Link {...rest} to={to} className={name}>
      {inside}
    </Link>
  )
}

function Inside({
  icon,
  keys,
  children,
}: {
  icon?: ReactNode
  keys?: string[] | undefined
  children?: ReactNode
}) {
  return (
    <>
      {icon}
      {children}
      {keys?.map((key) => (
        <Key key={key} name={key} />
      ))}
    </>
  )
}

function drawn(look: { [key in keyof Look]?: Look[key] | undefined }, className?: string): string {
  return join(
    styles.button,
    styles[look.look ?? 'plain'],
    look.small && styles.small,
    look.full && styles.full,
    !look.children && styles.square,
    className,
  )
}
