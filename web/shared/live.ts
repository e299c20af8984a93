/** The line to the server: whether it is open, and asking for JSON. */

/** `connecting` until the first answer; `lost` while the browser tries again by itself. */
export type Line = 'connecting' | 'open' | 'lost'

/** Sends JSON and gives back the answer's. Rejects when the server cannot be reached or refuses. */
export async function post(path: string, body: unknown): Promise<unknown> {
  const response = await fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(await response.text())
  return await response.json()
}
