import type { Page } from 'playwright-core'

/** Steps of the first journey, used by the test and by the screenshots. */
export const REPORT = 'Repo report'

export async function openFlows(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByRole('link', { name: REPORT }).waitFor()
}

export async function openEditor(page: Page): Promise<void> {
  await page.getByRole('link', { name: REPORT }).click()
  await page.locator('[data-task-path="publish"]').waitFor()
}

/** Press Run in the top bar, fill the form, and start. */
export async function startRun(page: Page, repo: string): Promise<void> {
  await page
    .getByRole('button', { name: /^Run\b/ })
    .first()
    .click()
  const form = page.getByRole('dialog', { name: /Run/ })
  await form.waitFor()
  const folder = form.getByLabel(/Repository/)
  if (await folder.isVisible()) await folder.fill(repo)
  await form.getByRole('button', { name: /^Run\b/ }).click()
}

/** Wait for the card on the canvas that asks. */
export async function awaitQuestion(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Approve/ }).waitFor({ timeout: 60_000 })
}

export async function approve(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Approve/ }).click()
}

/** The id of the newest run. */
export async function newestRun(url: string): Promise<{ run_id: string; status: string }> {
  const answer = await fetch(`${url}/api/v1/runs?limit=1`)
  const { runs } = (await answer.json()) as { runs: { run_id: string; status: string }[] }
  const run = runs[0]
  if (!run) throw new Error('No run has started.')
  return run
}

/** Wait until the newest run has ended; return its id. */
export async function awaitEnd(url: string): Promise<string> {
  for (let tries = 0; tries < 300; tries += 1) {
    const run = await newestRun(url)
    if (run.status === 'completed') return run.run_id
    if (['failed', 'cancelled'].includes(run.status)) throw new Error(`The run ended as ${run.status}.`)
    await new Promise((done) => setTimeout(done, 200))
  }
  throw new Error('The run did not end within a minute.')
}

/** Open a run's output and wait until the report itself is drawn. */
export async function openReport(page: Page, url: string, runId: string): Promise<void> {
  await page.goto(`${url}/runs/${runId}?view=output`)
  await page.frameLocator('[data-testid="report"]').getByRole('heading', { name: 'Summary' }).waitFor()
}
