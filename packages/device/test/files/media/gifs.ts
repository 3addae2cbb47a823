/** A GIF for tests, with what programs put into one. */
import type { Picture } from '../../../src/files/media/picture.ts'
import { SECRET } from './images.ts'

/** Codes of eight bits each, which are numbers of colours below this; it is also the one that clears, and the next ends. */
const CLEAR = 128
/** As many follow one that clears before codes grow longer. */
const MAX_RUN = 120
/** Of the pictures in images.ts. */
const COLOURS: readonly (readonly [number, number, number])[] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
  [1, 2, 3],
]

/** Two frames, a comment, XMP, something private, and what follows its end. @param isInterlaced rows in four passes */
export function tellingGif({ width, height, data }: Picture, isInterlaced = false): Buffer {
  const colours = Buffer.alloc(3 * CLEAR)
  for (const [index, colour] of COLOURS.entries()) colours.set(colour, 3 * index)
  const screen = Buffer.concat([
    Buffer.from('GIF89a'),
    u16(width, height),
    Buffer.of(0x80 | 6, 0, 0),
    colours,
  ])
  const rows = [...Array.from({ length: height }).keys()]
  const passes = isInterlaced
    ? [
        [0, 8],
        [4, 8],
        [2, 4],
        [1, 2],
      ]
    : [[0, 1]]
  const inOrder = passes.flatMap(([first = 0, step = 1]) =>
    rows.filter((row) => row >= first && (row - first) % step === 0),
  )
  const pixels = inOrder.flatMap((row) =>
    Array.from({ length: width }, (_, x) => indexOf(data, 4 * (row * width + x))),
  )
  const place = Buffer.concat([Buffer.of(0x2c), u16(0, 0, width, height), Buffer.of(isInterlaced ? 0x40 : 0)])
  const frame = Buffer.concat([place, Buffer.of(7), pieces(codesOf(pixels))])
  const dot = Buffer.concat([
    Buffer.of(0x2c),
    u16(1, 1, 1, 1),
    Buffer.of(0),
    Buffer.of(7),
    pieces(codesOf([3])),
  ])
  return Buffer.concat([
    screen,
    extension(0xff, Buffer.from('NETSCAPE2.0'), Buffer.of(1, 0, 0)),
    extension(0xfe, Buffer.from(SECRET)),
    extension(0xff, Buffer.from('XMP DataXMP'), Buffer.from(`<x>${SECRET}</x>`)),
    extension(0xf9, Buffer.of(1, 10, 0, 3)),
    frame,
    extension(0x77, Buffer.from(SECRET)),
    dot,
    Buffer.of(0x3b),
    Buffer.from(SECRET),
  ])
}

function indexOf(data: Uint8ClampedArray, at: number): number {
  return COLOURS.findIndex((colour) => colour.every((part, index) => part === data[at + index]))
}

function codesOf(pixels: readonly number[]): Buffer {
  const codes: number[] = []
  for (const [index, pixel] of pixels.entries()) {
    if (index % MAX_RUN === 0) codes.push(CLEAR)
    codes.push(pixel)
  }
  return Buffer.from([...codes, CLEAR + 1])
}

function extension(label: number, ...content: Buffer[]): Buffer {
  return Buffer.concat([Buffer.of(0x21, label), ...content.map((one) => piece(one)), Buffer.of(0)])
}

function pieces(bytes: Buffer): Buffer {
  const all: Buffer[] = []
  for (let at = 0; at < bytes.length; at += 255) all.push(piece(bytes.subarray(at, at + 255)))
  return Buffer.concat([...all, Buffer.of(0)])
}

function piece(bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of(bytes.length), bytes])
}

function u16(...values: number[]): Buffer {
  const bytes = Buffer.alloc(2 * values.length)
  for (const [index, value] of values.entries()) bytes.writeUInt16LE(value, 2 * index)
  return bytes
}

/** 30 x 26 pixels of noise, as another program writes them: codes of up to ten bits. */
export const NOISE = Buffer.from(
  'R0lGODdhHgAaAIMAAP////Pz89zc3M3NzcHBwbKysqWlpZubm4+Pj35+fmpqalNTUzw8PCcnJxEREQAAACwAAAAAHgAaAEAI/wABDGjwYMEDAQUfJBAAIEEDBAoUHkzwgAGCBAoMOBB4sMADAAUWHKgIAECDAgQUImggoICCAAccMAhpkeEBAwgACDDAEEEBBgAeBHhg4COBkg8eOPiJ4OLKAwpAOuBpQCADBgcoLrB4lCMABAMSLNXJQKyClhQHOlCggICABAFyBhW4YEBBBQ4QPGBZAKTOiFNFInwYYHDBuUoHEGgA4MDMnBg9VhyaQC9dAVEjF/1o4MCBrwAWCBhgkoFEAw0GGCStgKKDBwiO5iyw0SCApUS/CmXcdIFf3wSDInDQIO6DiA2Pf20LsfjIikAJGqjKoLUDhor7KlgQoEFRjwvYCv90bPLBANMLYgMYqgAozqAMqjY8iTD38QNbHXA/mcAAgQDr/TRSe+k54AABL0VEgEsiJaBTAAts5KBJiy3QwIUCgEXASgAAJZBbCCyg0XoBMDBUaX0t4BAA7e31AFS3laRiSdUJsNVKBRBUXFKwBTCAXRkh9JVcCiGVm4MNfJZRUnpVZwADApj2F2mkbZheRjohlEBKGx3QwFgZMRBeUroFACCLDVX1XmoJXAVSWyLB1xBQSSGolwKqKRBiUtuZRxRcFAGQkmRV6fXRda99lFNwAgn6JmwMNEBnSUEJIECSRx0kwGfcNRTUaw4OgABm1yHQHVAIzpVAWBn1+Vls4XU0qEBIi7FlQEh9VWcaXBaepN9HnpXUgJ4EJSVmVHVutFIAVRW04UKiGWBXZ3td1GZfx90aEAA7',
  'base64',
)
/** SHA-256 of their red, green, blue and alpha, as that program reads them. */
export const NOISE_DIGEST = '77e3a7a6d01ae5b8edb7159a64d61220af745da4c44997edc4bf649e528ea056'
