/**
 * Lines of the stream as the simulated X writes them, made ahead, so that making them costs nothing in what is timed; and when a request
 * reached a server in this process.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { subscribe } from 'node:diagnostics_channel'
import type { World, WorldPost } from '../sim/world/world.ts'
import { envelop } from '../sim/x/envelope.ts'
import type { XSim } from '../sim/x/server.ts'

/** A post with all that the open stream's request asked for, and its line end. */
export function lineOf(x: XSim, world: World, post: WorldPost): string {
  const selection = x.connections.at(-1)?.selection
  if (selection === undefined)
    throw new Error('nobody has opened the stream, so nobody has said which fields a line has')
  const { data, includes } = envelop(world, [post], selection, x.url)
  const matched = x.rulesInForce().filter(rule => rule.value.includes(`from:${post.authorId}`))
  const line = selection.spell({
    data: data[0],
    ...(includes === undefined ? {} : { includes }),
    matching_rules: matched.map(({ id, tag }) => (tag === undefined ? { id } : { id, tag })),
  })
  return `${JSON.stringify(line)}\r\n`
}

const startedAt = new AsyncLocalStorage<number>()
let watching = false

/** From now on each HTTP request to this process remembers when its head arrived; see `requestStartedAt`. */
export function watchRequests(): void {
  if (watching) return
  watching = true
  // Node announces it inside the request's own asynchronous context, so whatever the request causes sees this time.
  subscribe('http.server.request.start', () => startedAt.enterWith(performance.now()))
}

/** When the head of the request that is being answered arrived, by `performance.now()`; undefined outside of any. */
export function requestStartedAt(): number | undefined {
  return startedAt.getStore()
}
