/**
 * Plays one life again and says how it went: `node scripts/run.mjs crash sqlite 17 faults mid-commit:2 any:31 whole:400`. The plan, the world and the
 * faults are the same; what the machine does in between is not, so what shows seldom may take several goes.
 */
import { startPostgres } from '../rig/postgres-server.ts'
import { postgres, sqlite } from './engine.ts'
import { play } from './play.ts'
import { crashTable } from './table.ts'

const [name = '', seed, faults, ...kills] = process.argv.slice(2)
await using ground = new AsyncDisposableStack()
const engine = name === 'postgres' ? postgres(ground.use(await startPostgres())) : sqlite
const life = await play({ engine, seed: Number(seed), faults: faults === 'faults', kills })
const { belong, ...rest } = life.judgement ?? { belong: [] }
process.stdout.write(`${JSON.stringify({ ...rest, belong: belong.length, failures: life.failures }, undefined, 2)}\n`)
process.stdout.write(`${crashTable(engine.name, [life])}\n`)
