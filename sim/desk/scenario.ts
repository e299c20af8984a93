/**
 * The demo's set-up as data: the workspace, its channels, and the slash commands that are really typed into them at the start. The
 * channels show the three ways of wanting something: everything of a few people, a few people but only about something, and a
 * topic from anyone. The fourth is empty, for trying.
 */

/** Fits the seed of a simulated Slack workspace. */
export const demoWorkspace = {
  team: { id: 'T0HALDEN', name: 'Halden Dark Matter', domain: 'halden-dark-matter' },
  users: [
    { id: 'U0NELL', name: 'nell', realName: 'Nell Aspinall', displayName: 'Nell', isAdmin: true },
    { id: 'U0TARIQ', name: 'tariq', realName: 'Tariq Bensouda', displayName: 'Tariq' },
    { id: 'U0GUS', name: 'gus', realName: 'Gus Visser', displayName: 'Gus', guest: 'multi' },
  ],
  channels: [
    { id: 'C0LABNEWS', name: 'lab-news', bot: true, purpose: 'What our own people write' },
    { id: 'C0WAVES', name: 'gravitational-waves', bot: true, purpose: 'Ringdowns, noise and candidates' },
    { id: 'C0PAPERS', name: 'papers', bot: true, purpose: 'Dark matter, whoever writes about it' },
    { id: 'C0SANDBOX', name: 'try-it-here', bot: true, purpose: 'Yours to play with' },
  ],
} as const

/** Who sits at the page. */
export const demoPerson = 'U0NELL'

export interface SetUp {
  readonly channel: string
  /** As a person types it. */
  readonly text: string
}

/** Typed at the start, in this order. */
export const demoSetUp: readonly SetUp[] = [
  { channel: 'C0LABNEWS', text: '/birdwire follow mira_okafor jonas_lindqv halden_lab oskar_theiss' },
  { channel: 'C0WAVES', text: '/birdwire follow gw_alerts_sim priya_raghav lucas_ferrand gwen_pryce' },
  { channel: 'C0WAVES', text: '/birdwire keyword add LIGO, ringdown, "gravitational waves"' },
  { channel: 'C0PAPERS', text: '/birdwire topic add "dark matter"' },
]
