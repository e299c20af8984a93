/** PostgreSQL keeps the store's contract, word for word the one that the embedded engine keeps. */
import test, { after } from 'node:test'
import { noPostgres, startPostgres } from '../rig/postgres-server.ts'
import { postgresGrounds } from './postgres-ground.ts'
import { storeContract } from './store.contract.ts'

if (noPostgres !== false) test('store on PostgreSQL', { skip: noPostgres }, () => {})
else {
  const server = await startPostgres()
  after(() => server[Symbol.asyncDispose]())
  storeContract('PostgreSQL', postgresGrounds(server), 0.1)
}
