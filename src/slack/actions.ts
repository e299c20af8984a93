/** What the buttons and menus of our messages are called: those who compose them (out) and those who hear of presses (in) mean the same. */

/** The menu, or a button, of a message that shows posts: the action is its value, the post is the message's. */
export const postAction = 'birdwire:post'
/** The choice in that menu that is an address: Slack opens it itself. */
export const openChoice = 'open'
/** Begins the name of a button whose value is what one would type after `/birdwire`. */
export const doAction = 'birdwire:do'
