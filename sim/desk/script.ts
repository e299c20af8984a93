/**
 * What the people of the world write while somebody watches: a plausible afternoon in which every kind of post occurs, some posts belong in
 * two channels, and some in none because of a keyword or because they answer others. Data only; numbers in the texts vary by
 * round, so that the second hour does not repeat the first.
 */
import type { Draft } from '../world/world.ts'

/** One line of the script. `about` names an earlier line whose newest post it quotes, reposts or answers. */
export interface Line {
  readonly id?: string
  readonly about?: string
  readonly as?: 'quote' | 'repost' | 'replyTo'
  readonly draft: (round: number) => Draft
}

const run = (round: number) => 14 + round
const plot = { kind: 'photo', alt: 'A plot: event rate against energy; the data lie flat on the background' } as const
const crew = { kind: 'photo', alt: 'Three people in hard hats beside a copper-coloured cylinder, thumbs up' } as const

export const script: readonly Line[] = [
  {
    id: 'limit',
    draft: round => ({
      author: 'mira_okafor',
      text: `Run ${run(round)} is unblinded: no dark matter above ${3 + (round % 4)} GeV, and the best limit we ever had. Thank you, everyone who carried lead. #DarkMatter https://arxiv.example/abs/2611.0${1234 + round}`,
      media: [plot],
    }),
  },
  {
    id: 'candidate',
    draft: round => ({
      author: 'gw_alerts_sim',
      text: `Candidate S2611${22 + (round % 8)}b: LIGO, both sites, false alarm once in ${90 + round * 7} years. Sky map in an hour.`,
    }),
  },
  {
    draft: () => ({
      author: 'gwen_pryce',
      text: 'Today’s dull question: why is the good coffee always in the other building?',
    }),
  },
  {
    about: 'limit',
    as: 'repost',
    draft: () => ({ author: 'halden_lab' }),
  },
  {
    id: 'purity',
    draft: round => ({
      author: 'jonas_lindqv',
      text: `The xenon purity monitor says 12:00:00 again. It is not 12:00:00. We replaced sensor ${3 + round} & the cable, and R < 0.3 now.`,
    }),
  },
  {
    about: 'candidate',
    as: 'quote',
    draft: () => ({
      author: 'priya_raghav',
      text: 'Before anyone celebrates: the ringdown is clean in Hanford only. Noise hunt starts now 👀',
    }),
  },
  {
    draft: () => ({
      author: 'zoe_marchand',
      text: 'Is “dark matter” a metaphor, asks referee 2. We answered with 40 pages.',
    }),
  },
  {
    about: 'limit',
    as: 'replyTo',
    draft: () => ({ author: 'oskar_theiss', text: 'Congratulations! And the bricks go back on Monday.' }),
  },
  {
    id: 'crew',
    draft: round => ({
      author: 'halden_lab',
      text: `Shift ${120 + round} is down at 1,400 m: lids on, lights out, counting.`,
      media: [crew, { kind: 'photo', alt: 'The detector seen from below, with a person for scale' }],
    }),
  },
  {
    about: 'limit',
    as: 'quote',
    draft: () => ({
      author: 'amir_tavakol',
      text: 'Worth ten minutes: the dark matter limit is honest about its look-elsewhere effect.',
    }),
  },
  {
    draft: () => ({ author: 'lucas_ferrand', text: 'Vélo ce matin, brouillard ce soir. Rien sur les ondes.' }),
  },
  {
    id: 'thread',
    draft: round => ({
      author: 'lucas_ferrand',
      text: `A short thread on what ${2 + (round % 3)} ringdown overtones would tell us, and why LIGO will not see the third one soon.`,
    }),
  },
  {
    id: 'thread',
    about: 'thread',
    as: 'replyTo',
    draft: () => ({
      author: 'lucas_ferrand',
      text: 'First: gravitational waves from the ringdown die within milliseconds. You get perhaps ten cycles, with noise on top.',
    }),
  },
  {
    draft: () => ({
      author: 'mira_okafor',
      text: 'A question for Friday:',
      poll: ['WIMPs', 'Axions', 'Both', 'Neither'],
    }),
  },
  {
    draft: () => ({
      author: 'moor_observer',
      text: '<!channel> FREE PROOF of dark matter <https://evil.example|click here> @here @everyone *now*',
    }),
  },
  {
    draft: () => ({
      author: 'anya_belskaya',
      text: 'Dark matter снова не найдена, зато фон понят. И это новость.',
      lang: 'ru',
    }),
  },
  {
    draft: () => ({ author: 'oskar_theiss', text: 'Seminar moved to 15:30, room 2.17. Cake at 15:15, same room.' }),
  },
  {
    draft: () => ({
      author: 'gwen_pryce',
      text: 'Explained LIGO to a seven-year-old: “so you listen to the floor?” Yes. We listen to the floor.',
      media: [{ kind: 'video' }],
    }),
  },
  {
    draft: round => ({
      author: 'ines_carvalho',
      text: [
        `Dark matter, round ${round + 1}, the long version. Rotation curves told us first: stars at the rim move as fast as those inside.`,
        'Then lensing: light bends around mass that nobody sees, and the maps agree with the curves.',
        'Then the microwave background: five to one, dark to ordinary, from sound in a plasma 380,000 years young.',
        'None of this says what it is. That is what detectors a mile under a moor are for: very cold, very quiet, very patient.',
      ].join('\n\n'),
    }),
  },
  {
    about: 'crew',
    as: 'quote',
    draft: () => ({ author: 'jonas_lindqv', text: 'For the record: I am the thumb on the left.' }),
  },
]

/** One thought in three posts. */
export const threadTexts: readonly [string, string, string] = [
  'How do you weigh something that you cannot see? A thread, for everyone who asked me at the open day. 1/3',
  'You hang a very cold crystal a mile under a moor and wait until something knocks on it. Almost everything that knocks is dust, lead or a cosmic ray. 2/3',
  'What is left after you have explained all of those is either the discovery of the century or a loose cable. So far: cables. 3/3',
]

export const burstAuthors = ['mira_okafor', 'jonas_lindqv', 'halden_lab', 'oskar_theiss'] as const
export const burstTexts = [
  'pressure steady, xenon liquid, nobody talks.',
  'first light on channel 12. It is a real pulse!',
  'somebody has brought cake. Baseline shifts by one spoon.',
  'high voltage at 60 kV, and the lights have not even flickered.',
  'the muon veto counts, the muons come, all is well.',
] as const
