/**
 * What Slack makes of a slash command's text where the app asked for `should_escape`
 * (docs.slack.dev/interactivity/implementing-slash-commands): names of people and channels become ids, addresses become links, and `&`, `<`,
 * `>` are escaped. A private channel loses its name: `<#C987|>`. A name that nobody has stays as it was typed. Pure.
 */
import type { SimChannel, SimUser } from '../types.ts'

const token =
  /@([a-z0-9._-]+)|#([\p{L}\p{N}_-]+)|https?:\/\/[^\s<>]+|(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|org|net|io|social|app)(?:\/[^\s<>]*)?/giu

function entities(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

/** The text as the app gets it. */
export function escapeCommandText(text: string, users: Iterable<SimUser>, channels: Iterable<SimChannel>): string {
  const people = new Map([...users].map(user => [user.name.toLowerCase(), user]))
  const rooms = new Map([...channels].filter(each => each.kind !== 'im').map(each => [each.name.toLowerCase(), each]))
  let escaped = ''
  let end = 0
  for (const match of text.matchAll(token)) {
    const [typed, person, room] = match
    escaped += entities(text.slice(end, match.index))
    end = match.index + typed.length
    if (person !== undefined) {
      const user = people.get(person.toLowerCase())
      escaped += user === undefined ? entities(typed) : `<@${user.id}|${user.name}>`
    } else if (room !== undefined) {
      const channel = rooms.get(room.toLowerCase())
      const name = channel?.kind === 'private' ? '' : channel?.name
      escaped += channel === undefined ? entities(typed) : `<#${channel.id}|${name}>`
    } else {
      const bare = !/^https?:/i.test(typed)
      escaped += bare ? `<http://${entities(typed)}|${entities(typed)}>` : `<${entities(typed)}>`
    }
  }
  return escaped + entities(text.slice(end))
}
