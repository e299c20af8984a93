/**
 * The few emoji shortcodes that Birdwire's own words and commands use. A name that is not in here is left as it was typed:
 * `:name:` in the open is better than a hole.
 */
const glyphs: ReadonlyMap<string, string> = new Map([
  ['alarm_clock', '⏰'],
  ['arrow_right', '➡️'],
  ['arrows_counterclockwise', '🔄'],
  ['bar_chart', '📊'],
  ['bell', '🔔'],
  ['bird', '🐦'],
  ['bulb', '💡'],
  ['camera', '📷'],
  ['clapper', '🎬'],
  ['double_vertical_bar', '⏸️'],
  ['eyes', '👀'],
  ['fast_forward', '⏩'],
  ['frame_with_picture', '🖼️'],
  ['heavy_check_mark', '✔️'],
  ['hourglass_flowing_sand', '⏳'],
  ['information_source', 'ℹ️'],
  ['leftwards_arrow_with_hook', '↩️'],
  ['link', '🔗'],
  ['mag', '🔍'],
  ['memo', '📝'],
  ['movie_camera', '🎥'],
  ['mute', '🔇'],
  ['pause_button', '⏸️'],
  ['pencil2', '✏️'],
  ['play_or_pause_button', '⏯️'],
  ['repeat', '🔁'],
  ['rocket', '🚀'],
  ['satellite_antenna', '📡'],
  ['sparkles', '✨'],
  ['speech_balloon', '💬'],
  ['tada', '🎉'],
  ['telescope', '🔭'],
  ['thread', '🧵'],
  ['warning', '⚠️'],
  ['wave', '👋'],
  ['white_check_mark', '✅'],
  ['x', '❌'],
])

/** The picture of a shortcode (without colons), if known. */
export function emojiOf(name: string): string | undefined {
  return glyphs.get(name)
}
