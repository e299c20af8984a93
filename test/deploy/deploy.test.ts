/** What is shipped for running Birdwire names only what exists: files, commands, settings, metrics. */
import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { parse } from 'yaml'
import { settingNames } from '../../src/config.ts'
import { ManualClock } from '../../src/kit/clock.ts'
import { createMetrics } from '../../src/obs/metrics.ts'
import { roles } from '../../src/service/role.ts'
import { openStore } from '../../src/store/open.ts'
import { tempFolder } from '../contract/sqlite-ground.ts'
import { copyOf, stepsOf } from './dockerfile.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const main = read('src/main.ts')
const isCommand = (name: string) => main.includes(`.command('${name}')`)

test('the Dockerfile copies what is there, runs as nobody special, and asks for health', () => {
  const steps = stepsOf(join(root, 'Dockerfile'))
  const copies = steps.filter(({ word }) => word === 'COPY').map(copyOf)
  assert.ok(copies.length > 5)
  for (const { from, what } of copies)
    if (from === undefined) for (const path of what) assert.ok(existsSync(join(root, path)), `COPY ${path}`)
  const last = steps.filter(({ stage }) => stage === 'last')
  const at = (word: string) => last.findIndex(step => step.word === word)
  assert.ok(at('USER') > 0 && at('USER') < at('ENTRYPOINT'))
  assert.equal(last[at('USER')]?.rest, 'node')
  assert.match(last[at('HEALTHCHECK')]?.rest ?? '', /\/healthz/)
  assert.match(last[at('ENTRYPOINT')]?.rest ?? '', /^\["node", "dist\/src\/main\.js"\]$/)
  assert.ok(isCommand(JSON.parse(last[at('CMD')]?.rest ?? '[]')[0]))
  const ignored = read('.dockerignore').split('\n')
  for (const { from, what } of copies)
    if (from === undefined) for (const path of what) assert.ok(!ignored.includes(path), path)
  for (const secret of ['.env', 'data', '.git'])
    assert.ok(ignored.includes(secret), `${secret} may not get into an image`)
})

for (const file of ['compose.yaml', 'deploy/compose.postgres.yaml'])
  test(`${file}: nothing of it may be written but its data, it may not gain rights, and it starts what there is`, () => {
    const { services } = parse(read(file), { merge: true })
    const ours: Record<string, Record<string, unknown>> = Object.fromEntries(
      Object.entries<Record<string, unknown>>(services).filter(([, service]) => 'build' in service),
    )
    assert.ok(Object.keys(ours).length > 0)
    for (const [name, service] of Object.entries(ours)) {
      assert.equal(service['read_only'], true, name)
      assert.deepEqual(service['cap_drop'], ['ALL'], name)
      assert.deepEqual(service['security_opt'], ['no-new-privileges:true'], name)
      const [command = 'serve', option, role] = (service['command'] ?? []) as string[]
      assert.ok(isCommand(command), command)
      if (option !== undefined)
        assert.ok(option === '--role' && roles.some(known => known === role), `${option} ${role}`)
      for (const setting of Object.keys((service['environment'] as object | undefined) ?? {}))
        assert.ok(
          settingNames.some(known => known === setting),
          setting,
        )
    }
  })

test('the unit starts the command, keeps its data in its own folder, and has time to stop', () => {
  const unit = read('deploy/birdwire.service')
  assert.match(unit, /^ExecStart=\/usr\/bin\/env node \S+\/dist\/src\/main\.js serve$/m)
  assert.match(unit, /^RestartPreventExitStatus=2$/m)
  const [, data = ''] = /BIRDWIRE_DATA=\/var\/lib\/(\S+)/.exec(unit) ?? []
  assert.match(unit, new RegExp(`^StateDirectory=${data}$`, 'm'))
  for (const guard of ['NoNewPrivileges=yes', 'ProtectSystem=strict', 'DynamicUser=yes', 'UMask=0077'])
    assert.ok(unit.includes(guard), guard)
  const [, seconds] = /^TimeoutStopSec=(\d+)$/m.exec(unit) ?? []
  assert.ok(Number(seconds) > 10)
})

test('dashboard and alerts ask only for metrics that there are, with labels that they have', async () => {
  const folder = tempFolder()
  const clock = new ManualClock(0)
  const store = await openStore({ dir: folder.dir, clock, newId: () => 'id' })
  const { registry } = createMetrics({ store, sources: () => [], silences: () => [], now: () => 0 })
  const known = new Map(registry.getMetricsAsArray().map(metric => [metric.name, metric]))
  const asked = [
    ...JSON.stringify(JSON.parse(read('deploy/grafana-dashboard.json'))).matchAll(/"expr":"((?:[^"\\]|\\.)*)"/g),
  ].map(([, expression = '']) => JSON.parse(`"${expression}"`) as string)
  const rules: { rules: { expr: string; labels: object; annotations: { summary: string; description: string } }[] }[] =
    parse(read('deploy/alerts.yaml')).groups
  for (const { rules: each } of rules)
    for (const { expr, annotations } of each) {
      asked.push(expr)
      assert.ok(annotations.summary.length > 10 && annotations.description.length > 10)
    }
  assert.ok(asked.length > 20)
  for (const expression of asked) {
    for (const [, name = '', labels = ''] of expression.matchAll(
      /\b((?:birdwire|process|nodejs)_\w+)(?:\{([^}]*)\})?/g,
    )) {
      const metric = known.get(name) ?? known.get(name.replace(/_(bucket|sum|count)$/, ''))
      assert.ok(metric !== undefined, `${name} in: ${expression}`)
      const has: readonly string[] = [
        ...('labelNames' in metric ? (metric.labelNames as string[]) : []),
        'le',
        'instance',
        'job',
      ]
      for (const [, label = ''] of labels.matchAll(/(\w+)\s*(?:=~?|!=|!~)/g))
        assert.ok(has.includes(label), `${label} of ${name}`)
    }
    assert.equal(expression.split('(').length, expression.split(')').length, expression)
  }
  await store.close()
  folder.remove()
})
