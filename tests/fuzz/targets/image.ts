/** Images of one's own, as they are looked at before they are sent: whoever made them may mean harm. */
import { dimensionsOf } from '../../../packages/device/src/files/media/dimensions.ts'
import { orientationOf, orientationOnly } from '../../../packages/device/src/files/media/exif.ts'
import { elementHeadOf } from '../../../packages/device/src/files/media/webm.ts'
import { strip } from '../../../packages/device/src/files/media/strip.ts'
import { decodeGif } from '../../../packages/device/src/files/media/gifFrame.ts'
import { tellingGif } from '../../../packages/device/test/files/media/gifs.ts'
import { picture } from '../../../packages/device/test/files/media/images.ts'
import { tellingHeic } from '../../../packages/device/test/files/media/heifs.ts'
import { target, type Target } from '../target.ts'

const SEEDS: Readonly<Record<string, string>> = {
  'image/jpeg':
    'ffd8ffe000104a46494600010100000100010000ffe100224578696600004d4d002a00000008000101120003000000010006000000000000ffdb000401ffc0000b080001000101011100ffda0008010100003f00d2ffd9',
  'image/png':
    '89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000a49444154789c63000100000500010d0a2db40000000049454e44ae426082',
  'image/webp':
    '524946462c00000057454250565038580a0000000800000000000000000045584946080000004d4d002a0000000856503820020000000000',
}

function imageTarget(mediaType: string, files: readonly string[], seed: Uint8Array): Target {
  return target({
    name: `image-${mediaType.slice(6)}`,
    covers: files.map((file) => `device/files/media/${file}.ts`),
    faults: [],
    seeds: () => [seed],
    decode: (input) => {
      const { parts, orientation } = strip(input, mediaType)
      for (const part of parts)
        if ('from' in part && !(part.from <= part.to && part.to <= input.length))
          throw new RangeError('a part that is not there')
      return [parts.length, orientation, dimensionsOf(input, mediaType)]
    },
  })
}

export const imageTargets: readonly Target[] = [
  ...Object.entries(SEEDS).map(([mediaType, seed]) =>
    imageTarget(mediaType, [mediaType.slice(6)], Uint8Array.fromHex(seed)),
  ),
  imageTarget('image/gif', ['gif'], tellingGif(picture(9, 7))),
  target({
    name: 'gif-frame',
    covers: ['device/files/media/gifFrame.ts decodeGif'],
    faults: [RangeError],
    seeds: () => [tellingGif(picture(9, 7)), tellingGif(picture(9, 7), true)],
    decode: (input) => {
      const size = dimensionsOf(input, 'image/gif')
      // As before a preview is made: what says that it is huge is not decoded.
      if (size === undefined || size.width * size.height > 1_000_000) return undefined
      const { width, height, data } = decodeGif(input)
      if (data.length !== 4 * width * height) throw new Error('pixels that are not there')
      return data
    },
  }),
  imageTarget('image/heic', ['boxes', 'heif', 'heifItems', 'heifShape'], tellingHeic()),
  target({
    name: 'exif',
    covers: ['device/files/media/exif.ts'],
    faults: [],
    seeds: () => [orientationOnly(6)],
    decode: orientationOf,
  }),
  target({
    name: 'webm-element',
    covers: ['device/files/media/webm.ts'],
    faults: [],
    seeds: () =>
      ['1a45dfa39f', '1853806701ffffffffffffff', 'a340ff', 'e784'].map((hex) => Uint8Array.fromHex(hex)),
    decode: (input) => {
      const head = elementHeadOf(input)
      if (head !== undefined && !(head.bytes >= 2 && head.bytes <= input.length && head.size >= 0))
        throw new RangeError('an element that is not there')
      return head
    },
  }),
]
