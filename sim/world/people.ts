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

/** A fresh copy of everyone. Ids start at 900000000000000001, in the order above. */
export function createPeople(): WorldUser[] {
  return rows.map(([handle, name, lang, bio], index) => ({
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
