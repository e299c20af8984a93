/** Words of four letters and more that are in every other text of a language, so that nobody should choose posts by them. Our own list, not complete. */
const common = new Set(
  `about above after again all also although always another anyone anything around back because been before being below better between both
  came cannot come comes could does doing done down during each either else enough even ever every everyone everything find first from
  getting give given goes going gonna good great have having here hers herself himself into itself just keep know known last later least less like
  likely little long look looking made make makes making many maybe might more most much must myself need needs never next nothing often once only other others
  ours over people perhaps please probably quite rather really right said same says seem seems seen several shall should since some someone something
  sometimes soon still such sure take taken tell than thank thanks that their theirs them themselves then there therefore these they thing things
  think this those though through thus time today together tomorrow tonight under until upon used using very want wants week well were what whatever
  when whenever where whether which while whole whom whose will with within without work would year years yesterday your yours yourself
  aber alle allem allen aller alles also andere auch beim bist dann dass dein deine dem denn derer dessen diese diesem diesen dieser dieses doch dort durch
  eine einem einen einer eines euch euer gegen gibt habe haben hatte heute hier ihnen ihre immer jede jeder jedes jetzt kann kein keine mehr mein meine mich muss
  nach nicht nichts noch oder ohne schon sehr sein seine sich sind sondern über unser viel vom waren weil wenn werden wieder wird wurde zwischen
  ainsi alors après aussi autre avant avec avoir bien cela cette ceux chez comme comment dans depuis donc elle elles encore être faire fait leur leurs mais même
  moins nous notre parce pendant peut plus pour pourquoi quand quelle sans sera sont sous tout toute tous toutes très vers voici vous votre
  ahora algo ante antes aquí como con cuando desde donde durante ella ellos entre eres esta está estas este esto estos fueron hace hacia hasta mientras mucho
  muy nada nosotros otra otro para pero poco porque puede quien según será siempre sobre también tanto tiene toda todo todos usted`.split(
    /\s+/,
  ),
)

/** Whether the word says nothing of what a text is about, in any case of its letters. */
export const isCommon = (word: string): boolean => common.has(word.toLowerCase())
