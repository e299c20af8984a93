/**
 * What Slack made of a typed text, back to what was typed. With `should_escape` Slack escapes `&`, `<` and `>`, and turns names of
 * people and channels and addresses into `<…>`. docs.slack.dev/interactivity/implementing-slash-commands
 */

/**
 * Addresses and tags become what they were; people, groups and channels without a name stay `<@U1|name>`, so that a control can say that
 * they are not of X. Pure, never throws.
 */
export function typed(text: string): string {
  return text
    .replaceAll(/<([^<>|]*)(?:\|([^<>]*))?>/g, (whole, target: string, label: string | undefined) => {
      // "#physics" is a channel's name here and a tag on X.
      if (target.startsWith('#')) return label === undefined || label === '' ? whole : `#${label}`
      if (/^[@!]/.test(target)) return whole
      // What Slack linked by itself has a label that is the end of the address; somebody's own label hides the address.
      return label !== undefined && target.endsWith(label) ? label : target
    })
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}
