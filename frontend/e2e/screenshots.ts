import { cp, mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Page } from 'playwright-core'
import { openBrowser, type Theme, visit } from './browser.ts'
import { approve, awaitEnd, awaitQuestion, openEditor, openFlows, openReport, startRun } from './journey.ts'
import { makeRepository } from './repository.ts'
import { startStudio } from './studio.ts'

const OUT = resolve(import.meta.dirname, '../../docs/images')
const SIZES = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
]
const THEMES: Theme[] = ['dark', 'light']
/** The names to take, all without any. */
const WANTED = new Set(process.argv.slice(2))
const wants = (...names: string[]) => WANTED.size === 0 || names.some((name) => WANTED.has(name))

const NIGHTLY = `name: Nightly summary
on:
  schedule:
    - {cron: "0 7 * * MON-FRI", timezone: Europe/Berlin}
  webhook: {secret: SHOP_HOOK}
inputs:
  since: {type: integer, default: 0}
tasks:
  - {id: note, name: Note what is new, tool: echo, with: {since: "\${{ inputs.since }}"}}
`

/** Take the pictures of docs/images: the first journey in both themes and two sizes. */
async function main(): Promise<void> {
  await mkdir(OUT, { recursive: true })
  const repo = await makeRepository()
  // A folder of its own, so that the pictures show no checkout's path.
  const flows = join(dirname(repo), 'acme', 'flows')
  await cp(resolve(import.meta.dirname, '../../flows'), flows, { recursive: true })
  const studio = await startStudio(flows)
  const browser = await openBrowser()
  try {
    for (const theme of THEMES)
      for (const size of SIZES) {
        const { page, context } = await visit(browser, theme, size)
        const keep = async (name: string) => {
          if (wants(name)) await shoot(page, `${name}-${theme}-${size.width}`)
        }
        if (wants('flows', 'editor', 'editor-run', 'approval', 'report', 'run')) {
          await openFlows(page, studio.url)
          await keep('flows')
          await openEditor(page)
          await keep('editor')
          await startRun(page, repo)
          await awaitQuestion(page)
          await keep('editor-run')
          await page.goto(`${studio.url}/approvals`)
          await awaitQuestion(page)
          await keep('approval')
          await approve(page)
          const runId = await awaitEnd(studio.url)
          await openReport(page, studio.url, runId)
          await keep('report')
          await page.goto(`${studio.url}/runs/${runId}`)
          await page.locator('[data-row="render"]').waitFor()
          await keep('run')
        }
        if (wants('run-message')) {
          await openWaiting(page, studio.url)
          await keep('run-message')
        }
        if (wants('editor-held')) {
          await openHeld(page, studio.url, repo)
          await keep('editor-held')
          await page.getByRole('button', { name: /^Stop/ }).click()
        }
        if (wants('triggers')) {
          // Gone again before the list of flows is looked at.
          const nightly = join(flows, 'nightly.agentry.flow.yaml')
          await writeFile(nightly, NIGHTLY)
          await openTriggers(page, studio.url)
          await keep('triggers')
          await page.getByRole('switch').click()
          await page.getByRole('button', { name: 'By hand' }).waitFor()
          await rm(nightly)
        }
        await context.close()
      }
  } finally {
    await browser.close()
    await studio.stop()
    await rm(dirname(repo), { recursive: true, force: true })
  }
}

/** Start an order and open its page, where it waits for the message `payment`. */
async function openWaiting(page: Page, url: string): Promise<void> {
  const answer = await fetch(`${url}/api/v1/flows/order/runs`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ inputs: { total: 620 } }),
  })
  const { run_id } = (await answer.json()) as { run_id: string }
  await page.goto(`${url}/runs/${run_id}`)
  await page.getByRole('button', { name: 'Send' }).waitFor()
}

/** Set a breakpoint on the writer's task, run, and wait until the run is held before it. */
async function openHeld(page: Page, url: string, repo: string): Promise<void> {
  await page.goto(`${url}/flows/repo-report`)
  await page.locator('[data-task-path="draft"]').click()
  await page.keyboard.press('b')
  await startRun(page, repo)
  await page.getByRole('button', { name: /^Go on/ }).waitFor({ timeout: 60_000 })
}

/** Turn on what starts a flow by itself and show it. */
async function openTriggers(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/flows/nightly`)
  await page.getByRole('button', { name: 'By hand' }).click()
  await page.getByRole('switch').click()
  await page.getByLabel('Next times').waitFor()
}

async function shoot(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready)
  // The canvas lays itself out in a worker and then moves its camera.
  await page.waitForTimeout(900)
  await page.screenshot({ path: join(OUT, `${name}.png`) })
  console.log(`${name}.png`)
}

await main()
