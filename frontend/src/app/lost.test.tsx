import { MantineProvider } from '@mantine/core'
import { render, screen } from '@testing-library/react'
import { createMemoryRouter, RouterProvider } from 'react-router'
import { beforeEach, expect, test, vi } from 'vitest'
import { Silence } from '@/shared/api/problem'
import { Lost } from './lost'

// React and the router both write what they caught; the page under test is meant to break.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined))

function breakWith(error: unknown) {
  const Broken = () => {
    throw error
  }
  const router = createMemoryRouter([{ path: '*', element: <Broken />, errorElement: <Lost /> }])
  render(
    <MantineProvider>
      <RouterProvider router={router} />
    </MantineProvider>,
  )
}

const told: [string, unknown, RegExp][] = [
  [
    'a fault of the page is called its own',
    new TypeError('destroy is not a function'),
    /^This page met a fault of the studio's own: destroy is not a function\.$/,
  ],
  ['a silent studio is called silent', new Silence(new TypeError('Failed to fetch')), /does not answer/],
  [
    'a part that did not load is told as such',
    new TypeError('Failed to fetch dynamically imported module: /assets/x.js'),
    /could not be loaded/,
  ],
]

test.each(told)('%s, with the ways out', (_, error, words) => {
  breakWith(error)
  expect(screen.getByRole('alert').textContent).toMatch(words)
  expect(screen.getByRole('button', { name: 'Reload the page' })).toBeTruthy()
  expect(screen.getByRole('link', { name: 'Go to Flows' }).getAttribute('href')).toBe('/flows')
})
