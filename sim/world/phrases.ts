/**
 * What the invented people write about: sentences of an invented physics week, in their languages, with the characters
 * that break bots. `hostile` holds texts that would ping, format or inject if anybody forgot to escape them.
 */

export const sentences: Readonly<Record<string, readonly string[]>> = {
  en: [
    'Dark matter limits from Run 14 are out: nothing below 3 GeV, and we are proud of that nothing.',
    'LIGO noise budget talk at 15:00, room 2.17. Bring your own coffee.',
    'New axion haloscope result: 18.4 µeV, Q > 50,000 & rising.',
    'The xenon purity monitor says 12:00:00 again. It is not 12:00:00.',
    'If R < 0.3 and σ > 5 then we celebrate; otherwise we recalibrate.',
    'Referee 2 asks whether "dark matter" is a metaphor.',
    'Muon veto is back. Thanks to everyone who carried lead bricks.',
    'IBM, of all people, lent us a dilution fridge.',
    'A naïve estimate gives 10⁻⁴⁷ cm²; a careful one gives 10⁻⁴⁷ cm² and a headache.',
    'Gravitational waves seminar: what the ringdown tells us.',
    'Postdoc position in dark-matter searches, three years, good mountains.',
    'The neutrino floor is not a floor, it is fog.',
    'Open data from Run 13: 4.2 TB, README included 🎉',
    'We measured the ground moving 3 nm. It was the bus.',
  ],
  fr: [
    "Matière noire : la limite d'hier tient toujours.",
    'Le cryostat est à 12 mK, enfin ! 🥶',
    'Séminaire axions à Orvault : venez nombreux & curieux.',
  ],
  ja: ['暗黒物質の新しい上限値を発表しました。', '今夜の観測は中止です。雨🌧️', '重力波イベント候補が一つ、解析中です。'],
  ru: [
    'Тёмная материя снова не найдена, зато фон понят.',
    'Семинар о гравитационных волнах в среду в 15:00.',
    'Аксионы? Пока только ограничения.',
  ],
  ar: ['نتائج جديدة عن المادة المظلمة اليوم.', 'الندوة القادمة عن الأكسيونات يوم الأربعاء.'],
  zh: ['暗物質直接探測的新結果:沒有訊號,但靈敏度提高了三倍。', '低溫探測器今晚降溫到12毫K。'],
  pl: ['Ciemna materia: wciąż nic, ale jakie piękne nic.', 'Neutrina znów górą! 🦉'],
  pt: ['Matéria escura: novos limites publicados hoje.', 'A câmara está fria e nós também.'],
  de: ['Dunkle Materie: neue Grenzen, alte Lötstellen.', 'Der Kühlkreislauf läuft wieder. Größte Übung der Woche.'],
  es: ['Materia oscura: límites nuevos, café viejo.', '¡El detector está frío! ¿Quién apagó la calefacción?'],
  ko: ['암흑물질 탐색 결과가 나왔습니다.', '오늘 세미나는 중력파입니다.'],
  tr: ['Karanlık madde için yeni sınırlar yayımlandı.', 'İstanbul’daki seminer ertelendi.'],
  el: ['Η σκοτεινή ύλη παραμένει σκοτεινή.', 'Σεμινάριο για βαρυτικά κύματα την Τετάρτη.'],
  he: ['תוצאות חדשות בחיפוש אחר חומר אפל.', 'הסמינר נדחה ליום רביעי.'],
  cs: ['Temná hmota: nové limity, staré boty.', 'Detektor je opět v provozu.'],
  hi: ['डार्क मैटर की खोज में नई सीमाएँ।', 'आज का सेमिनार गुरुत्वाकर्षण तरंगों पर है।'],
  th: ['ผลการค้นหาสสารมืดล่าสุดออกแล้ว', 'คืนนี้เครื่องตรวจวัดเริ่มทำงาน'],
  da: ['Mørkt stof: stadig mørkt.', 'Magneten er kold igen. Blåbærgrød til alle.'],
}

export const hostile: readonly string[] = [
  '<!channel> free proof of dark matter <https://evil.example|click>',
  'Hello @here and @channel and @everyone, the axion seminar moved',
  '*bold* _not italic_ ~strike~ `code` ```block``` > quote',
  'log: 12:00:00 started, 12:00:01 :tada: <@U012AB3CD> & done &amp; dusted',
  '<script>alert("axion")</script> & <b>LIGO</b>',
  '&lt;already escaped&gt; &amp;amp; still text',
  'zero\u200bwidth dark\u00a0matter and a \u202eright-to-left override\u202c',
  '| a | b |\n|---|---|\n1. one\n- two\n# not a heading',
  '<!date^1392734382^{date}|LIGO> <#C024BE7LR> <!subteam^SAZ94GDB8>',
]

export const tags: readonly string[] = [
  'DarkMatter',
  'LIGO',
  'axion',
  'Run14',
  'neutrino',
  'физика',
  '暗黒物質',
  'openData',
  'GW',
]
export const cashtags: readonly string[] = ['$QCRY', '$XENO']
export const links: readonly string[] = [
  'https://arxiv.example/abs/2611.01234',
  'https://halden-lab.example/news/run-14?from=x&lang=en',
  'https://www.nordic-physics.example/jobs/postdoc-dark-matter-2027',
  'https://axion-weekly.example/',
]
export const alts: readonly string[] = [
  'A plot: event rate against energy; the data lie flat on the background',
  'The detector seen from below, copper-coloured, with a person for scale',
  'Whiteboard full of Feynman diagrams & one cat',
  'Diagramme : limites à 90 % (ligne rouge), résultats précédents en gris',
]
export const polls: readonly (readonly string[])[] = [
  ['WIMPs', 'Axions', 'Both', 'Neither'],
  ['Coffee', 'Tea <strong>'],
]
export const comments: readonly string[] = [
  'This.',
  'Worth ten minutes:',
  'We saw the same in Run 12 👀',
  'Careful with the last plot.',
  'Ha! & yes.',
  '必読。',
  'Important for the axion people 🧵',
]
export const answers: readonly string[] = [
  'Yes, the second plot.',
  'No: σ is 3 there, not 5.',
  'Congratulations! 🎉',
  'Which run?',
  'See you on Wednesday & bring bricks.',
  'Спасибо!',
]
