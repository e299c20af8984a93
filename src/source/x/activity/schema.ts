/**
 * The shapes of the X Activity API that Birdwire reads. X's own pages show three shapes for one answer, so nothing is asked of an answer
 * but what is needed. docs.x.com/x-api/activity/quickstart and …/event-payloads
 */
import { z } from 'zod'

const may = <T extends z.ZodType>(schema: T) => schema.nullish().catch(undefined)
const id = z.string().regex(/^\d{1,20}$/)

export const deleteEvent = 'post.delete'

const subscription = z.object({
  subscription_id: z.string(),
  event_type: z.string(),
  filter: z.object({ user_id: may(id) }),
  tag: may(z.string()),
  webhook_id: may(z.string()),
})
export type WireSubscription = z.infer<typeof subscription>

/** An odd entry counts as missing: should it be one that is wanted, adding it again is answered as a duplicate. */
export const subscriptionList = z.object({
  data: may(z.array(subscription.nullable().catch(null))),
  meta: may(z.object({ next_token: may(z.string()) })),
})

const text = may(z.string())

/** A new subscription, in whatever shape, or why there is none. */
export const subscriptionMade = z.object({
  data: z.unknown().optional(),
  title: text,
  detail: text,
  errors: may(z.array(z.object({ message: text, detail: text, title: text }).nullable().catch(null))),
})

export const subscriptionDeleted = z.unknown()

const event = z.object({
  data: z.object({ event_type: z.string(), payload: z.object({ id: may(id), id_str: may(id) }) }),
})

/** The id of the post whose deletion a line of the stream tells; undefined for any other line, and for what nobody can read. */
export function deletedPost(line: string): string | undefined {
  const read = event.safeParse(parse(line))
  if (!read.success || read.data.data.event_type !== deleteEvent) return undefined
  const { payload } = read.data.data
  return payload.id ?? payload.id_str ?? undefined
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
