/**
 * Slack's date tokens (docs.slack.dev/messaging/formatting-message-text#date-formatting). Pure: the moment, the viewer's now and
 * time zone come in. A token that is not known is left standing.
 */

export interface DateView {
  /** Epoch milliseconds; for "today", "yesterday" and "ago". */
  readonly now: number
  /** IANA name; undefined: the viewer's own. */
  readonly timeZone?: string
}

const dayMs = 86_400_000

/** `timestamp` in Unix seconds; `format` with `{tokens}` in it. */
export function formatSlackDate(timestamp: number, format: string, view: DateView): string {
  const at = timestamp * 1000
  return format.replace(/\{([a-z_]+)\}/g, (whole, token: string) => tokenText(token, at, view) ?? whole)
}

function tokenText(token: string, at: number, view: DateView): string | undefined {
  const show = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-GB', {
      ...options,
      ...(view.timeZone === undefined ? {} : { timeZone: view.timeZone }),
    })
      .format(at)
      .replace(',', '')
  const pretty = (plain: string) => nearDay(at, view) ?? plain
  const long = () => show({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
  const medium = () => show({ day: 'numeric', month: 'long', year: 'numeric' })
  const short = () => show({ day: 'numeric', month: 'short', year: 'numeric' })
  switch (token) {
    case 'date_num':
      return new Intl.DateTimeFormat('sv-SE', view.timeZone === undefined ? {} : { timeZone: view.timeZone }).format(at)
    case 'date':
      return medium()
    case 'date_short':
      return short()
    case 'date_long':
      return long()
    case 'date_pretty':
      return pretty(medium())
    case 'date_short_pretty':
      return pretty(short())
    case 'date_long_pretty':
      return pretty(long())
    case 'day_divider_pretty':
      return pretty(long())
    case 'time':
      return show({ hour: '2-digit', minute: '2-digit' })
    case 'time_secs':
      return show({ hour: '2-digit', minute: '2-digit', second: '2-digit' })
    case 'ago':
      return ago(view.now - at)
    default:
      return undefined
  }
}

function nearDay(at: number, view: DateView): string | undefined {
  const day = (ms: number) =>
    new Intl.DateTimeFormat('sv-SE', view.timeZone === undefined ? {} : { timeZone: view.timeZone }).format(ms)
  if (day(at) === day(view.now)) return 'today'
  if (day(at) === day(view.now - dayMs)) return 'yesterday'
  if (day(at) === day(view.now + dayMs)) return 'tomorrow'
  return undefined
}

function ago(ms: number): string {
  const minutes = Math.round(ms / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min ago`
  const hours = Math.round(minutes / 60)
  return hours < 24 ? `${hours} h ago` : `${Math.round(hours / 24)} d ago`
}
