/** What tor says, what comes through it, and what its services are called. */
import { concat, CallerFault, Unavailable } from '@triode/core'
import { ControlReader } from '../../../packages/channels/src/tor/controlReply.ts'
import { FrameReader } from '../../../packages/channels/src/tor/framedStream.ts'
import { formatOnion, onionAddress, parseOnion } from '../../../packages/channels/src/tor/onion.ts'
import { readSocksAnswer } from '../../../packages/channels/src/tor/socks.ts'
import { ContractBroken, target, textTarget, type Target } from '../target.ts'

export const torTargets: readonly Target[] = [
  textTarget({
    name: 'tor-address',
    covers: ['channels/tor/onion.ts parseOnion'],
    faults: [CallerFault],
    seeds: () => [onionAddress(new Uint8Array(32)), onionAddress(new Uint8Array(32).fill(7))],
    words: ['tor:', '.onion', ':', '4711', '65536', 'a', '2', 'A', '8'],
    decode: parseOnion,
    format: formatOnion,
  }),
  target({
    name: 'tor-control-reply',
    covers: ['channels/tor/controlReply.ts ControlReader'],
    faults: [Unavailable],
    seeds: () =>
      ['250 OK\r\n', '250-a=1\r\n250 OK\r\n650 X Y\r\n', '250+x=\r\nline\r\n.\r\n250 OK\r\n'].map((text) =>
        Buffer.from(text),
      ),
    words: ['250', '650', ' ', '-', '+', '\r\n', '.\r\n'],
    decode: (input) => {
      const whole = new ControlReader().push(input)
      const reader = new ControlReader()
      const pieces = [...input].flatMap((byte) => reader.push(Uint8Array.of(byte)))
      if (JSON.stringify(whole) !== JSON.stringify(pieces)) throw new ContractBroken('it depends on the cuts')
    },
  }),
  target({
    name: 'tor-socks-answer',
    covers: ['channels/tor/socks.ts readSocksAnswer'],
    faults: [Unavailable],
    seeds: () => [
      Uint8Array.of(5, 2, 1, 0, 5, 0, 0, 1, 0, 0, 0, 0, 0, 0),
      Uint8Array.of(5, 2, 1, 0, 5, 0xf0, 0, 3, 2, 65, 66, 0, 0),
      Uint8Array.of(5, 2, 1, 0, 5, 4, 0, 4, ...new Uint8Array(18)),
    ],
    decode: (input) => {
      const answer = readSocksAnswer(input)
      if (answer !== undefined && answer.length > input.length) throw new ContractBroken('more than there is')
    },
  }),
  target({
    name: 'tor-frames',
    covers: ['channels/tor/framedStream.ts FrameReader'],
    faults: [],
    seeds: () => [Uint8Array.of(0, 2, 65, 66, 0, 0), Uint8Array.of(0, 1, 65, 0, 1), Uint8Array.of(0, 0, 1)],
    decode: (input) => {
      const whole = concat(...new FrameReader().push(input))
      const reader = new FrameReader()
      const pieces = [...input].flatMap((byte) => reader.push(Uint8Array.of(byte)))
      if (Buffer.compare(whole, concat(...pieces)) !== 0) throw new ContractBroken('it depends on the cuts')
    },
  }),
]
