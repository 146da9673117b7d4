import '@fontsource-variable/ibm-plex-sans/wght.css'
import '@fontsource/ibm-plex-mono/latin-400.css'
import '@fontsource/ibm-plex-mono/latin-500.css'
import '@fontsource/ibm-plex-mono/latin-600.css'
import '@mantine/core/styles.layer.css'
import '@mantine/spotlight/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import './tokens.css'
import './measures.css'
import './global.css'

import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { RouterProvider } from 'react-router'
import { queries } from '@/shared/api/queries'
import { router } from './router'
import { resolver, theme } from './theme'
import { ThemeName } from './theme-name'

const scheme = localStorageColorSchemeManager({ key: 'agentry-theme' })

const root = document.getElementById('root')
if (!root) throw new Error('index.html has no #root.')

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={resolver}
      colorSchemeManager={scheme}
      defaultColorScheme="auto"
      deduplicateCssVariables={false}
    >
      <ThemeName />
      <QueryClientProvider client={queries}>
        <RouterProvider router={router} />
        <Notifications position="bottom-left" limit={1} autoClose={5000} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
