import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'

export type Theme = 'dark' | 'light'

/** The distribution's own Chromium; no browser is downloaded. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.AGENTRY_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
}

export type Visit = { page: Page; context: BrowserContext; wrong: string[] }

/** A page in one theme that notes whatever goes wrong in it. */
export async function visit(
  browser: Browser,
  theme: Theme,
  viewport = { width: 1280, height: 800 },
): Promise<Visit> {
  const context = await browser.newContext({ viewport, colorScheme: theme, reducedMotion: 'reduce' })
  await context.addInitScript((name) => {
    try {
      localStorage.setItem('agentry-theme', name)
    } catch {
      // The report stands in a frame that has no storage.
    }
  }, theme)
  const page = await context.newPage()
  page.setDefaultTimeout(20_000)
  const wrong: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') wrong.push(message.text())
  })
  page.on('pageerror', (error) => wrong.push(error.message))
  page.on('response', (answer) => {
    if (answer.status() >= 500) wrong.push(`${answer.status()} ${answer.url()}`)
  })
  return { page, context, wrong }
}

/** What axe finds serious on a page, as sentences that start with where it was. */
export async function barriers(page: Page, where: string): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).exclude('iframe').analyze()
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  return serious.map(
    ({ id, help, nodes }) =>
      `${where}: ${id}: ${help}\n${nodes.map((node) => `  ${node.target.join(' ')} ${node.failureSummary ?? ''}`).join('\n')}`,
  )
}
