/**
 * The people of an invented physics group and its neighbours: names and handles that belong to nobody, several languages
 * and scripts, a few protected and suspended accounts. Ids do not depend on the seed, so tests may name them.
 */
import type { WorldUser } from './model.ts'

type Row = readonly [handle: string, name: string, lang: string, bio: string]

const rows: readonly Row[] = [
  ['mira_okafor', 'Mira Okafor', 'en', 'Dark matter, direct detection. Runs the group. Tea.'],
  ['jonas_lindqv', 'Jonas Lindqvist', 'en', 'Cryogenics & xenon purity at the Halden lab'],
  ['zoe_marchand', 'Zoé Marchand', 'fr', 'Matière noire, axions, vélo'],
  ['h_takamori', '高森 遥', 'ja', '重力波と暗黒物質の研究者'],
  ['anya_belskaya', 'Аня Бельская', 'ru', 'Теория поля, тёмная материя, лыжи'],
  ['layla_nasser_', 'ليلى ناصر', 'ar', 'فيزياء الجسيمات والمادة المظلمة'],
  ['wei_shan_lin', '林蔚珊', 'zh', '暗物質實驗與低溫探測器'],
  ['tomasz_wrona', 'Tomasz Wróna 🦉', 'pl', 'Neutrino nights'],
  ['priya_raghav', 'Priya Raghavendra', 'en', 'LIGO-adjacent. Noise hunter.'],
  ['ines_carvalho', 'Inês Carvalho', 'pt', 'Cosmologia observacional'],
  ['oskar_theiss', 'Oskar Theiß', 'de', 'Detektorbau, Löten, Kaffee'],
  ['sofia_quiroga', 'Sofía Quiroga', 'es', 'Materia oscura y café'],
  ['dev_anandan', 'Dev Anandan', 'en', 'postdoc; axion haloscopes; bad puns'],
  ['minseo_han', '한민서', 'ko', '입자물리학, 암흑물질'],
  ['kofi_asante_p', 'Kofi Asante-Prah', 'en', 'Monte Carlo all day'],
  ['elif_sonmez', 'Elif Sönmez', 'tr', 'Parçacık fiziği'],
  ['rhea_papado', 'Ρέα Παπαδοπούλου', 'el', 'Βαρυτικά κύματα'],
  ['noam_avidan', 'נועם אבידן', 'he', 'חומר אפל'],
  ['bjork_hallsd', 'Björk Hallsdóttir', 'en', 'glaciology → muons'],
  ['lucas_ferrand', 'Lucas Ferrand', 'fr', 'Ondes gravitationnelles'],
  ['gwen_pryce', 'Gwen Pryce ☄️', 'en', 'Science writer. Asks the dull questions.'],
  ['amir_tavakol', 'Amir Tavakol', 'en', 'Simulation & statistics, p-values with care'],
  ['hana_vesela', 'Hana Veselá', 'cs', 'Fyzika a hory'],
  ['uma_delacroix', 'Uma Delacroix', 'en', 'Sterile neutrinos'],
  ['ravi_thakkar', 'Ravi Thakkar', 'hi', 'कण भौतिकी, डार्क मैटर'],
  ['nok_suwannarat', 'นก สุวรรณรัตน์', 'th', 'ฟิสิกส์อนุภาค'],
  ['pelle_gronn', 'Pelle Grønn', 'da', 'superconducting magnets'],
  ['mateo_ibarra', 'Mateo Ibarra 👨‍🔬', 'es', 'Grafeno y ruido'],
  ['halden_lab', 'Halden Underground Lab', 'en', '1,400 m below the moor. News and open days.'],
  ['axion_weekly', 'Axion Weekly', 'en', 'A digest of axion searches'],
  ['gw_alerts_sim', 'GW Alerts', 'en', 'Candidate events, automatically. Not a human.'],
  ['nordic_physics', 'Nordic Physics Society', 'en', 'Meetings, prizes, jobs'],
  ['quietcryo', 'QuietCryo Instruments', 'en', 'Dilution refrigerators. $QCRY'],
  ['moor_observer', 'The Moor Observer', 'en', 'Local news from the moor'],
  ['prof_penrhyn', 'Idris Penrhyn', 'en', 'Emeritus. Types slowly.'],
  ['night_shift_bot', 'Night Shift 🤖', 'en', 'Run 14 status, every hour'],
  ['ada_shielded', 'Ada Shields', 'en', 'Private notes'],
  ['locked_lukas', 'Lukas Zott', 'de', 'nur für Freunde'],
  ['gone_gareth', 'Gareth Vale', 'en', ''],
  ['perpetual_pete', 'Perpetual Pete', 'en', 'FREE ENERGY. They do not want you to know'],
]

/** Neighbours of the group, for worlds that ask for more people. */
const neighbours: readonly Row[] = [
  ['ulla_brandvik', 'Ulla Brandvik', 'en', 'Rock mechanics under the moor'],
  ['cem_arikan_', 'Cem Arıkan', 'tr', 'Dedektörler ve deniz'],
  ['greta_holub', 'Greta Holub', 'de', 'Vakuum, Dichtungen, Geduld'],
  ['teo_marchetti', 'Teo Marchetti', 'en', 'Trigger & data acquisition'],
  ['saba_wolde', 'Saba Wolde', 'en', 'Low-background counting. Choir.'],
  ['ivo_kostal', 'Ivo Košťál', 'cs', 'Kryogenika'],
  ['nadia_benali', 'Nadia Benali', 'fr', 'Étalonnage, encore et toujours'],
  ['ewan_strachan', 'Ewan Strachan', 'en', 'Site engineer. Lifts, mostly.'],
  ['yuna_kitamori', '北森 由奈', 'ja', 'アクシオン探索'],
  ['hugo_saldana', 'Hugo Saldaña', 'es', 'Computación para física'],
  ['liv_torgersen', 'Liv Torgersen', 'en', 'Outreach, school visits'],
  ['bao_minh_tr', 'Bảo Minh', 'en', 'Machine learning, sceptically'],
  ['oona_makinen', 'Oona Mäkinen', 'en', 'Superconducting sensors'],
  ['rafael_quint', 'Rafael Quintão', 'pt', 'Lentes gravitacionais'],
  ['dora_szalai', 'Dóra Szalai', 'en', 'Radon is everywhere'],
  ['mads_ellegaard', 'Mads Ellegaard', 'da', 'Kabler og magneter'],
  ['katya_orlenko', 'Катя Орленко', 'ru', 'Статистика и чай'],
  ['farid_zamani_', 'Farid Zamani', 'en', 'Theory. Corrections welcome.'],
  ['moor_railway', 'Moor Light Railway', 'en', 'Delays, and why'],
  ['run14_logbook', 'Run 14 Logbook', 'en', 'Entries of the shift, automatically'],
  ['lead_and_bric', 'Lead & Brick', 'en', 'Shielding since long ago'],
  ['theory_tuesday', 'Theory Tuesday', 'en', 'A seminar, announced'],
  ['jobs_under_gnd', 'Underground Jobs', 'en', 'Positions in rare-event physics'],
  ['vera_achterbg', 'Vera Achterberg', 'de', 'Daten aus dem Keller'],
  ['hill_walker_jo', 'Jo Hartigan', 'en', 'Moor walks, opinions'],
  ['late_train_lou', 'Lou Pemberley', 'en', 'Commuter. Answers everybody.'],
  ['quarkfan_88', 'Quark Fan', 'en', 'Reposts are the highest form of thought'],
  ['tea_and_tensor', 'Tess Okonjo', 'en', 'Undergrad. Questions.'],
  ['radio_hobbyist', 'Bram Oudshoorn', 'en', 'Antennas in the attic'],
  ['museum_of_moor', 'Museum of the Moor', 'en', 'Open on Sundays'],
]

const verified: Readonly<Record<string, WorldUser['verified']>> = {
  mira_okafor: 'blue',
  gwen_pryce: 'blue',
  halden_lab: 'government',
  quietcryo: 'business',
}
const states: Readonly<Record<string, WorldUser['state']>> = {
  ada_shielded: 'protected',
  locked_lukas: 'protected',
  gone_gareth: 'suspended',
  perpetual_pete: 'suspended',
}

/** A fresh copy of everyone, with `neighbours` too where asked. Ids start at 900000000000000001, in the order above. */
export function createPeople(withNeighbours: boolean): WorldUser[] {
  const all = withNeighbours ? [...rows, ...neighbours] : rows
  return all.map(([handle, name, lang, bio], index) => ({
    id: (900_000_000_000_000_001n + BigInt(index)).toString(),
    handle,
    name,
    bio,
    lang,
    verified: verified[handle] ?? 'none',
    followers: 40 + ((index * 7919) % 9000),
    state: states[handle] ?? 'active',
  }))
}
