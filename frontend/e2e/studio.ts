import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const ROOT = resolve(import.meta.dirname, '../..')
const AGENTRY = process.env.AGENTRY_BIN ?? join(ROOT, '.venv/bin/agentry')
const START_MS = 60_000

export type Studio = { url: string; home: string; stop: () => Promise<void> }

/** Start the real studio on a free port with a data folder of its own; `flows` is the folder it opens. */
export async function startStudio(flows = 'flows'): Promise<Studio> {
  const home = await mkdtemp(join(tmpdir(), 'agentry-e2e-'))
  const port = await freePort()
  const child = spawn(AGENTRY, ['up', flows, '--no-open', '--port', String(port)], {
    cwd: ROOT,
    env: { ...process.env, AGENTRY_HOME: home },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: string[] = []
  child.stdout.on('data', (piece: Buffer) => said.push(piece.toString()))
  child.stderr.on('data', (piece: Buffer) => said.push(piece.toString()))
  const url = `http://127.0.0.1:${port}`
  try {
    await answers(url, child)
  } catch (error) {
    child.kill('SIGKILL')
    throw new Error(`The studio did not start: ${String(error)}\n${said.join('')}`)
  }
  return {
    url,
    home,
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, 'exit')
        child.kill('SIGTERM')
        const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
        await ended
        clearTimeout(late)
      }
      await rm(home, { recursive: true, force: true })
    },
  }
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  const until = Date.now() + START_MS
  while (Date.now() < until) {
    if (child.exitCode !== null) throw new Error(`It ended with ${child.exitCode}.`)
    const ok = await fetch(`${url}/api/v1/health`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (ok) return
    await new Promise((done) => setTimeout(done, 100))
  }
  throw new Error(`No answer within ${START_MS / 1000} s.`)
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('No port.')
  server.close()
  await once(server, 'close')
  return address.port
}
