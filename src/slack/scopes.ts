/**
 * The scopes that Birdwire needs, by what needs them: the methods it calls and the events it hears. The manifests ask for these and
 * no others (a test compares), and `doctor` checks that they were granted. docs.slack.dev/reference/scopes
 */
const scopesByUse: Readonly<Record<string, readonly string[]>> = {
  'chat.postMessage': ['chat:write'],
  'chat.update': ['chat:write'],
  'chat.delete': ['chat:write'],
  'conversations.history': ['channels:history', 'groups:history'],
  'conversations.info': ['channels:read', 'groups:read'],
  'conversations.list': ['channels:read', 'groups:read'],
  'conversations.join': ['channels:join'],
  'users.info': ['users:read'],
  'users.conversations': ['channels:read', 'groups:read'],
  'slash commands': ['commands'],
  'channel and group events': ['channels:read', 'groups:read'],
}

export const neededScopes: readonly string[] = [...new Set(Object.values(scopesByUse).flat())].toSorted()
