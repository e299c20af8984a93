/**
 * Ids that nothing else has: UUIDs of version 7 (RFC 9562). They grow with time, so what is made together lies together in an index; a
 * burst of random ids would touch, and make durable, every page of it.
 */
import { randomUUID } from 'node:crypto'
import type { Clock } from './clock.ts'

export function newIds(clock: Pick<Clock, 'now'>): () => string {
  return () => {
    const time = clock.now().toString(16).padStart(12, '0')
    // Version 4 has its version at 14; from the place after it all but the variant is chance, as version 7 wants it.
    return `${time.slice(0, 8)}-${time.slice(8, 12)}-7${randomUUID().slice(15)}`
  }
}
