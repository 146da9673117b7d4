import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { openBrowser, visit } from './browser.ts'
import { type Studio, startStudio } from './studio.ts'

const FLOW = 'tasks:\n  - id: first\n    tool: echo\n    with: {text: Hello}\n'
let folder: string
let studio: Studio
let browser: Browser

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'agentry-findings-'))
  await writeFile(join(folder, 'words.agentry.flow.yaml'), FLOW)
  studio = await startStudio(folder)
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
  await studio?.stop()
  await rm(folder, { recursive: true, force: true })
})

test('a slip is found while typing and put right, with no word from the studio', async () => {
  const { page, context } = await visit(browser, 'dark', { width: 1440, height: 900 })
  // The page loads, and from then on the studio neither checks nor saves.
  await page.route(/\/api\/v1\/flows\/(validate|words)$/, (route) =>
    route.request().method() === 'GET' ? route.continue() : route.abort(),
  )
  await openSource(page, `${studio.url}/flows/words`)
  await typeAt(page, 'tool: echo', '  x')
  await page.locator('.cm-words', { hasText: 'not defined' }).waitFor()
  assert.equal(await page.locator('.cm-lintRange-error').count(), 1)

  await page.getByRole('tab', { name: /Problems/ }).click()
  const problem = page.getByRole('listitem').filter({ hasText: 'echo  x' })
  await problem.getByRole('button', { name: 'Use echo' }).click()
  await page.locator('.cm-words').waitFor({ state: 'detached' })
  assert.equal(await page.locator('.cm-line', { hasText: 'tool:' }).textContent(), '    tool: echo')
  await context.close()
})

test('the studio and the browser say the same, once', async () => {
  const { page, context, wrong } = await visit(browser, 'light', { width: 1440, height: 900 })
  await openSource(page, `${studio.url}/flows/words`)
  const answered = page.waitForResponse(/\/flows\/validate$/)
  await typeAt(page, 'tool: echo', '\ntimeout: 90')
  const { diagnostics } = (await (await answered).json()) as { diagnostics: { message: string }[] }
  assert.equal(diagnostics.length, 1)
  await page.getByRole('tab', { name: /Problems/ }).click()
  const shown = page.getByRole('list', { name: 'Problems' }).getByRole('listitem')
  await shown.first().waitFor()
  assert.equal(await shown.count(), 1)
  assert.deepEqual(wrong, [])
  await context.close()
})

async function openSource(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.locator('[data-task-path="first"]').waitFor()
  await page.getByRole('textbox', { name: 'Source of the flow' }).waitFor()
}

async function typeAt(page: Page, line: string, letters: string): Promise<void> {
  await page.locator('.cm-line', { hasText: line }).click()
  await page.keyboard.press('End')
  await page.keyboard.type(letters)
}
