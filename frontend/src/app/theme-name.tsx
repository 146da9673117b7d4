import { useComputedColorScheme } from '@mantine/core'
import { useLayoutEffect } from 'react'

/** Keep `data-theme`, which the tokens read, in step with the chosen or the system's scheme. */
export function ThemeName() {
  const name = useComputedColorScheme('dark', { getInitialValueInEffect: false })
  useLayoutEffect(() => {
    document.documentElement.dataset.theme = name
  }, [name])
  return null
}
