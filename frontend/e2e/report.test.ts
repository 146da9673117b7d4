import assert from 'node:assert/strict'
import { rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { after, before, test } from 'node:test'
import type { Browser } from 'playwright-core'
import { barriers, openBrowser, type Theme, visit } from './browser.ts'
import { approve, awaitEnd, awaitQuestion, openEditor, openFlows, openReport, startRun } from './journey.ts'
import { makeRepository } from './repository.ts'
import { type Studio, startStudio } from './studio.ts'

let studio: Studio
let browser: Browser
let repo: string

before(async () => {
  repo = await makeRepository()
  studio = await startStudio()
  browser = await openBrowser()
})

after(async () => {
  await browser?.close()
  await studio?.stop()
  if (repo) await rm(dirname(repo), { recursive: true, force: true })
})

for (const theme of ['dark', 'light'] satisfies Theme[])
  test(`a person opens the studio, runs repo-report, approves and reads the report (${theme})`, async () => {
    const { page, context, wrong } = await visit(browser, theme)
    const found: string[] = []
    await openFlows(page, studio.url)
    found.push(...(await barriers(page, 'flows')))

    await openEditor(page)
    found.push(...(await barriers(page, 'the editor')))

    await startRun(page, repo)
    await awaitQuestion(page)
    found.push(...(await barriers(page, 'the editor while a question waits')))
    await approve(page)
    const runId = await awaitEnd(studio.url)

    await page.goto(`${studio.url}/runs/${runId}`)
    await page.getByRole('region', { name: 'Timeline' }).waitFor()
    await page.locator('[data-row="render"]').waitFor()
    found.push(...(await barriers(page, 'the run')))

    await openReport(page, studio.url, runId)
    found.push(...(await barriers(page, 'the report')))
    assert.deepEqual(wrong, [], 'nothing goes wrong in the console')
    assert.deepEqual(found, [], 'axe finds nothing serious')
    await context.close()
  })

test('every other page is accessible in both themes', async () => {
  for (const theme of ['dark', 'light'] satisfies Theme[]) {
    const { page, context, wrong } = await visit(browser, theme)
    const found: string[] = []
    for (const path of ['/flows', '/runs', '/approvals', '/nothing-here']) {
      await page.goto(`${studio.url}${path}`)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForLoadState('load')
      found.push(...(await barriers(page, `${path} (${theme})`)))
    }
    await page.goto(`${studio.url}/flows`)
    await page.getByRole('link', { name: 'Repo report' }).waitFor()
    await page.keyboard.press('?')
    await page.getByRole('dialog', { name: 'Keys' }).waitFor()
    found.push(...(await barriers(page, `the keys (${theme})`)))
    await page.keyboard.press('Escape')
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder('Search flows and runs, or act').waitFor()
    found.push(...(await barriers(page, `the palette (${theme})`)))
    assert.deepEqual(wrong, [], 'nothing goes wrong in the console')
    assert.deepEqual(found, [], 'axe finds nothing serious')
    await context.close()
  }
})
