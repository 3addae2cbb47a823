/** Pixels in memory: turned upright, and made smaller. */
import { type Dimensions } from './dimensions.ts'

/** Four bytes a pixel: red, green, blue, alpha. */
export interface Picture extends Dimensions {
  readonly data: Uint8ClampedArray
}

/** Whether an orientation (Exif 2.32, tag 0x0112) lays the picture on its side. */
export function isSideways(orientation: number): boolean {
  return orientation >= 5 && orientation <= 8
}

/**
 * A smaller picture, upright, on white, of which no side is longer than `most` pixels: each pixel is the mean of those that it stands
 * for. What is small enough keeps its size.
 */
export function reduced(picture: Picture, orientation: number, most: number): Picture {
  const scale = Math.min(1, most / Math.max(picture.width, picture.height))
  const [across, down] = [picture.width, picture.height].map((side) => Math.max(1, Math.round(side * scale)))
  const small = { width: across ?? 1, height: down ?? 1 }
  const [width, height] = isSideways(orientation) ? [small.height, small.width] : [small.width, small.height]
  const data = new Uint8ClampedArray(width * height * 4)
  for (let y = 0; y < small.height; y++) {
    for (let x = 0; x < small.width; x++) {
      const [toX, toY] = turned(x, y, small, orientation)
      data.set(mean(picture, x, y, small), (toY * width + toX) * 4)
    }
  }
  return { width, height, data }
}

/** Of the pixels of `picture` under pixel (x, y) of one of size `small`. */
function mean({ width, height, data }: Picture, x: number, y: number, small: Dimensions): number[] {
  const [fromX, toX] = span(x, width, small.width)
  const [fromY, toY] = span(y, height, small.height)
  const sums = [0, 0, 0]
  for (let row = fromY; row < toY; row++) {
    for (let at = (row * width + fromX) * 4, end = (row * width + toX) * 4; at < end; at += 4) {
      const alpha = (data[at + 3] ?? 0) / 255
      for (let colour = 0; colour < 3; colour++)
        sums[colour] = (sums[colour] ?? 0) + 255 + ((data[at + colour] ?? 0) - 255) * alpha
    }
  }
  const count = (toX - fromX) * (toY - fromY)
  return [...sums.map((sum) => sum / count), 255]
}

function span(index: number, from: number, to: number): [number, number] {
  const first = Math.floor((index * from) / to)
  return [first, Math.max(first + 1, Math.floor(((index + 1) * from) / to))]
}

/** Where a pixel goes: the eight orientations are the turns and mirror images of a rectangle. */
function turned(x: number, y: number, { width, height }: Dimensions, orientation: number): [number, number] {
  const [right, bottom] = [width - 1 - x, height - 1 - y]
  switch (orientation) {
    case 2:
      return [right, y]
    case 3:
      return [right, bottom]
    case 4:
      return [x, bottom]
    case 5:
      return [y, x]
    case 6:
      return [bottom, x]
    case 7:
      return [bottom, right]
    case 8:
      return [y, right]
    default:
      return [x, y]
  }
}
