/**
 * Pictures for the world, as real PNG bytes made here: Slack shows only png, jpg and gif, and the demo must look alive
 * without a network. An avatar is a coloured disc with a pattern from the id; a photo is a plot with noisy points.
 */
import { crc32, deflateSync } from 'node:zlib'
import { createRandom } from './random.ts'

type Colour = readonly [red: number, green: number, blue: number]

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const framed = Buffer.alloc(body.length + 8)
  framed.writeUInt32BE(data.length, 0)
  body.copy(framed, 4)
  framed.writeUInt32BE(crc32(body), body.length + 4)
  return framed
}

/** A PNG (8-bit RGB) of which `paint` gives every pixel's colour. */
export function png(width: number, height: number, paint: (x: number, y: number) => Colour): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header[8] = 8 // bits a channel
  header[9] = 2 // red, green, blue
  const rows = Buffer.alloc(height * (width * 3 + 1)) // each row starts with its filter: 0, none
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) rows.set(paint(x, y), y * (width * 3 + 1) + 1 + x * 3)
  }
  return Buffer.concat([
    signature,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** A pleasant colour of this hue (0 to 1). */
function colour(hue: number, light: number): Colour {
  const channel = (offset: number) => {
    const k = (offset + hue * 12) % 12
    return Math.round(255 * (light - 0.55 * Math.min(light, 1 - light) * Math.max(-1, Math.min(k - 3, 9 - k, 1))))
  }
  return [channel(0), channel(8), channel(4)]
}

/** A square face for an account: the same for the same id, mirrored like a face. */
export function avatarPng(id: string, size = 96): Buffer {
  const random = createRandom(`avatar:${id}`)
  const hue = random.next()
  const ink = colour(hue, 0.42)
  const ground = colour((hue + 0.08) % 1, 0.86)
  const cells = Array.from({ length: 15 }, () => random.chance(0.55))
  return png(size, size, (x, y) => {
    const column = Math.floor((x * 5) / size)
    const row = Math.floor((y * 5) / size)
    return cells[row * 3 + (column < 3 ? column : 4 - column)] === true ? ink : ground
  })
}

/** A plot as physicists post them: axes, a falling curve, points around it. */
export function photoPng(key: string, width = 480, height = 270): Buffer {
  const random = createRandom(`photo:${key}`)
  const hue = random.next()
  const paper: Colour = [250, 250, 247]
  const line = colour(hue, 0.45)
  const steep = 1.5 + random.next() * 3
  const curve = (x: number) => height * (0.9 - 0.75 * Math.exp((-steep * x) / width))
  const noise = Array.from({ length: width }, () => (random.next() - 0.5) * height * 0.12)
  return png(width, height, (x, y) => {
    if (x === 30 || y === height - 24) return [60, 60, 70]
    if (x < 30 || y > height - 24) return paper
    const at = Math.floor(x / 12) * 12 + 6
    const dot = Math.hypot(x - at, y - curve(at) - (noise[at] ?? 0)) < 3
    if (dot) return [70, 72, 84]
    return Math.abs(y - curve(x)) < 1.5 ? line : paper
  })
}
