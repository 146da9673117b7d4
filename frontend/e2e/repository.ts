import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Make a small git repository, `ledger`, with a real history of a few people and weeks. */
export async function makeRepository(): Promise<string> {
  const folder = join(await mkdtemp(join(tmpdir(), 'agentry-repo-')), 'ledger')
  await mkdir(folder)
  const git = (args: string[], env: NodeJS.ProcessEnv = {}) =>
    execFileSync('git', args, { cwd: folder, env: { ...process.env, ...env }, stdio: 'pipe' })
  git(['init', '--quiet', '--initial-branch=main'])
  const people = ['Ada', 'Grace', 'Ada', 'Alan', 'Ada', 'Grace']
  for (let commit = 0; commit < 24; commit += 1) {
    const name = people[commit % people.length] ?? 'Ada'
    const at = new Date(Date.UTC(2026, 8, 1 + commit * 3, 9 + (commit % 7))).toISOString()
    const file = commit % 3 === 0 ? 'ledger.py' : commit % 3 === 1 ? 'README.md' : `part_${commit}.py`
    const lines = Array.from({ length: 4 + ((commit * 7) % 19) }, (_, line) => `${commit} ${line}`)
    await writeFile(join(folder, file), `${lines.join('\n')}\n`)
    git(['add', '--all'])
    git(['commit', '--quiet', '-m', `Change ${file}`], {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: `${name.toLowerCase()}@example.org`,
      GIT_AUTHOR_DATE: at,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: `${name.toLowerCase()}@example.org`,
      GIT_COMMITTER_DATE: at,
    })
  }
  return folder
}
