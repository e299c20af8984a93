/**
 * What the service says of itself over HTTP, as far as the desk shows it. Read with a schema of the desk's own; a service that does
 * not answer, or answers otherwise, is simply not quoted.
 */
import { z } from 'zod'

const answer = z.object({
  sources: z.array(z.object({ state: z.string(), detail: z.string() })),
  lanes: z.array(z.object({ pending: z.number(), sent: z.number() })),
  tallies: z.array(z.object({ result: z.string(), count: z.number() })),
  gaps: z.array(
    z.object({
      from: z.number(),
      to: z.number(),
      state: z.string(),
      how: z.string(),
      why: z.string(),
      posts: z.number(),
    }),
  ),
})
export type ServiceAnswer = z.infer<typeof answer>

/** How long an answer may take: the page is refreshed every second. */
const patienceMs = 900

export async function askService(serviceUrl: string): Promise<ServiceAnswer | undefined> {
  try {
    const response = await fetch(new URL('/api/status', serviceUrl), { signal: AbortSignal.timeout(patienceMs) })
    const parsed = answer.safeParse(await response.json())
    return parsed.success ? parsed.data : undefined
  } catch {
    return undefined
  }
}
