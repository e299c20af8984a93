/** Where the database of one life is: a folder of its own on a real disk, or a database of its own on a PostgreSQL server. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PostgresServer } from '../rig/postgres-server.ts'

/** A new and empty database, and the settings that lead to it. */
export interface Database {
  /** `BIRDWIRE_DATA`: where the process's own files are, whatever the engine. */
  readonly dir: string
  readonly environment: Readonly<Record<string, string>>
  remove(): Promise<void>
}

export interface Engine {
  readonly name: 'sqlite' | 'postgres'
  create(): Promise<Database>
}

export function postgres(server: PostgresServer): Engine {
  return {
    name: 'postgres',
    async create() {
      const own = await sqlite.create()
      return { ...own, environment: { ...own.environment, DATABASE_URL: await server.newDatabase() } }
    },
  }
}

export const sqlite: Engine = {
  name: 'sqlite',
  async create() {
    const dir = mkdtempSync(join(tmpdir(), 'birdwire-crash-'))
    return {
      dir,
      environment: { BIRDWIRE_DATA: dir },
      remove: async () => rmSync(dir, { recursive: true, force: true }),
    }
  },
}
