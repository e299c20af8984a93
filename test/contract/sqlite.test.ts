/** The embedded engine keeps the store's contract. */
import { sqliteGround } from './sqlite-ground.ts'
import { storeContract } from './store.contract.ts'

storeContract('SQLite', sqliteGround)
