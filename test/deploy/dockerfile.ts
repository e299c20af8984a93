/** Reads our Dockerfile, as far as we use the language, and does its steps without Docker: what cannot be built here is at least done here. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

export interface Step {
  readonly stage: string
  readonly word: string
  /** What follows the word; lines that end in a backslash are one. */
  readonly rest: string
}

/** https://docs.docker.com/reference/dockerfile/ */
export function stepsOf(file: string): readonly Step[] {
  const text = readFileSync(file, 'utf8')
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, ' ')
  let stage = ''
  return text
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => {
      const [, word = '', rest = ''] = /^(\w+)\s+(.*)$/.exec(line) ?? []
      if (word === 'FROM') stage = / AS (\w+)$/i.exec(rest)?.[1] ?? 'last'
      return { stage, word, rest }
    })
}

/** What a COPY names: where from (another stage, or the folder of the Dockerfile), and where to. */
export function copyOf({ rest }: Step): {
  readonly from: string | undefined
  readonly what: readonly string[]
  readonly to: string
} {
  const words = rest.split(/\s+/)
  const from = words[0]?.startsWith('--from=') ? words.shift()?.slice('--from='.length) : undefined
  return { from, what: words.slice(0, -1), to: words.at(-1) ?? '' }
}

/** Does the COPY and RUN steps of every stage in folders under `under`, as this user; the folder of the last stage. */
export function build(root: string, under: string): string {
  const folders = new Map<string, string>()
  const folderOf = (stage: string) => {
    const known = folders.get(stage) ?? join(under, stage)
    mkdirSync(known, { recursive: true })
    folders.set(stage, known)
    return known
  }
  for (const step of stepsOf(join(root, 'Dockerfile'))) {
    const folder = folderOf(step.stage)
    if (step.word === 'COPY') {
      const { from, what, to } = copyOf(step)
      for (const path of what) {
        const source = from === undefined ? join(root, path) : join(folderOf(from), path.replace(/^\/app\//, ''))
        const target = to.endsWith('/') ? join(folder, to, basename(path)) : join(folder, to)
        cpSync(source, target, {
          recursive: true,
          filter: each => !/\/(node_modules|dist|output)$/.test(each) || from !== undefined,
        })
      }
    }
    // The rest of the last stage is about users and folders of an image.
    if (step.word === 'RUN' && step.stage !== 'last') {
      const done = spawnSync('sh', ['-c', step.rest], { cwd: folder, encoding: 'utf8' })
      if (done.status !== 0) throw new Error(`RUN ${step.rest}: ${done.stdout}${done.stderr}`)
    }
  }
  return folderOf('last')
}
