/** As in package.json: of what is written for people to see which Birdwire it is. */
export const version = '0.1.0'
