import { cpus, tmpdir } from 'node:os'
import { TRIODE, type Case, type Contender, type Figures, type Round } from '../../harness/case.ts'
import { MEMORY } from '../../harness/scratch.ts'
import { Ballast } from './ballast.ts'
import { folderOf, withCopy, type Copy } from './copy.ts'
import { bytesOf, LARGE, MANY, smaller, type Load } from './load.ts'
import { bySending, copyBare, copyByHyperblobs, copyByWebtorrent } from './rivals.ts'
import { copyByScp, copyByScpDefault, missingScp, SCP_DEFAULT_SETUP, SCP_SETUP } from './scp.ts'
import { copyBySyncthing, missingSyncthing, SYNCTHING_SETUP } from './syncthing.ts'
import { copyByTriode } from './triode.ts'
import { copyByWormhole, missingWormhole, WORMHOLE_SETUP } from './wormhole.ts'

async function measured<T>(place: string, load: Load, work: (copy: Copy) => Promise<T>): Promise<T> {
  return await withCopy(place, load, async (copy) => {
    await using _ballast = await Ballast.hold(folderOf(copy))
    return await work(copy)
  })
}

interface Setting {
  readonly place: string
  readonly load: Load
  /** What `elapsedMs` is in the case's own figure. */
  readonly figure: (load: Load, elapsedMs: number) => number
  readonly name: string
}

function contender(
  setting: Setting,
  name: string,
  setup: string,
  copyBy: (copy: Copy) => Promise<number>,
  missing?: () => Promise<string | undefined>,
): Contender {
  return {
    name,
    setup,
    ...(missing !== undefined && { missing }),
    measure: async ({ quick }: Round): Promise<Figures> => {
      const load = quick ? smaller(setting.load) : setting.load
      const elapsedMs = await measured(setting.place, load, copyBy)
      return { [setting.name]: setting.figure(load, elapsedMs) }
    },
  }
}

function gibibytesOf(load: Load): number {
  return bytesOf(load) / 1_073_741_824
}

function triode(setting: Setting, name: string, setup: string, options: readonly string[] = []): Contender {
  return {
    name,
    setup,
    measure: async ({ quick }: Round): Promise<Figures> => {
      const load = quick ? smaller(setting.load) : setting.load
      const copied = await measured(setting.place, load, (copy) => copyByTriode(copy, options))
      return {
        [setting.name]: setting.figure(load, copied.elapsedMs),
        'sender, most resident': copied.senderMiB,
        'receiver, most resident': copied.receiverMiB,
        'sealed after': copied.sealedMs / 1e3,
        'sender, processor time': copied.senderMs / 1e3 / gibibytesOf(load),
        'receiver, processor time': copied.receiverMs / 1e3 / gibibytesOf(load),
        'processors busy with it':
          (100 * (copied.senderMs + copied.receiverMs)) / (cpus().length * copied.elapsedMs),
      }
    },
  }
}

function contendersOf(setting: Setting): Contender[] {
  return [
    triode(
      setting,
      TRIODE,
      'two daemons in a hybrid circle over the tcp channel; sealed once, verified on arrival, sealed at rest on both, saved to a file; hashing and sealing in two worker threads.',
    ),
    triode(setting, 'triode-one-thread', 'the same without worker threads.', ['--file-threads', '0']),
    contender(
      setting,
      'tls',
      'node:tls, mutual TLS 1.3 with the same group, cipher and kind of certificate; files read, sent and written, nothing verified or sealed at rest.',
      bySending('./tls.child.ts'),
    ),
    contender(
      setting,
      'libp2p',
      'js-libp2p, TCP, Noise, Yamux, one stream; nothing verified or sealed at rest.',
      bySending('./libp2p.child.ts'),
    ),
    contender(
      setting,
      'hyperblobs',
      'hyperblobs on hypercore 11 with an encryption key, over TCP and its Noise stream, blocks of 256 KiB.',
      copyByHyperblobs,
    ),
    contender(
      setting,
      'webtorrent',
      'webtorrent 1.9, TCP between a seeder and a leecher; nothing is encrypted.',
      copyByWebtorrent,
    ),
    contender(setting, 'wormhole', WORMHOLE_SETUP, copyByWormhole, missingWormhole),
    contender(setting, 'syncthing', SYNCTHING_SETUP, copyBySyncthing, missingSyncthing),
    contender(setting, 'scp', SCP_SETUP, copyByScp, missingScp),
    contender(setting, 'scp-default', SCP_DEFAULT_SETUP, copyByScpDefault, missingScp),
  ]
}

const RIVALS = ['libp2p', 'hyperblobs', 'webtorrent', 'wormhole', 'syncthing', 'scp', 'scp-default']
const MEMORY_METRICS = ['sender, most resident', 'receiver, most resident'].map((name) => ({
  name,
  unit: 'MiB',
  better: 'lower' as const,
  targets: [{ atMost: 250 }],
}))

const TOUCHED =
  'Before each copy nearly all free memory is written, off the clock, and freed as it is needed: the host of a virtual machine gives a page when it is first touched, and takes back what is free for two seconds; that takes it many times as long as a copy of the page, and would count against whoever needs most.'
/** Where the time goes, on all cores together. */
const TIME_METRICS = [
  { name: 'sealed after', unit: 's', better: 'lower' as const, targets: [] },
  { name: 'sender, processor time', unit: 's/GiB', better: 'lower' as const, targets: [] },
  { name: 'receiver, processor time', unit: 's/GiB', better: 'lower' as const, targets: [] },
  { name: 'processors busy with it', unit: '%', better: 'higher' as const, targets: [] },
]

/** Each would take minutes a round for a figure that is far from the target. */
const SLOW = ['triode-one-thread', 'libp2p', 'hyperblobs', 'webtorrent', 'wormhole']

/** About what a copy takes with this format, cipher, hash and runtime, whoever does it. */
function bare(setting: Setting): Contender {
  const setup =
    'the work on the bytes that a device does, and nothing else: sealed, hashed and written by two threads, sent over node:tls, hashed, written, opened and written as a file by two threads; no vault, circle, message or tunnel, and nothing that a kill would leave whole.'
  return contender(setting, 'bare', setup, copyBare)
}

function largeCase(name: string, question: string, place: string, rounds: number): Case {
  const figure = ({ bytesEach }: Load, elapsedMs: number): number => bytesEach / 1e3 / elapsedMs
  const setting = { place, load: LARGE, figure, name: 'rate' }
  return {
    name,
    question,
    rounds,
    metrics: [
      {
        name: 'rate',
        unit: 'MB/s',
        better: 'higher',
        targets: [
          { atLeast: 0.5, of: { contender: 'tls' } },
          ...RIVALS.map((rival) => ({ atLeast: 1, of: { contender: rival } })),
        ],
      },
      ...MEMORY_METRICS,
      ...TIME_METRICS,
    ],
    contenders: [...contendersOf(setting), bare(setting)].map((one) =>
      SLOW.includes(one.name) ? { ...one, rounds: 1 } : one,
    ),
    notes: [
      `One round of those that take longest: ${SLOW.join(', ')}.`,
      'The clock runs from the request to send a file of 4 GiB to its copy being whole at the far end; sealing, hashing or seeding before the first byte goes counts.',
      'Every copy is compared with the original afterwards, off the clock.',
      '`bare` is no rival: it shows about what this format, cipher and hash take on this runtime and machine, without a device. Why a copy falls short of some rivals: docs/adr/0016-files.md, "What is reachable".',
      TOUCHED,
    ],
  }
}

export const fileCopy = largeCase(
  'file-copy',
  'How fast does a file of 4 GiB go from one device’s folder to another’s, in memory?',
  MEMORY,
  3,
)
export const fileCopyDisk = largeCase('file-copy-disk', 'The same on a disk.', tmpdir(), 1)

export const fileMany: Case = {
  name: 'file-many',
  question: 'How fast does a folder of 10,000 files of 10 kB go from one device to another, in memory?',
  rounds: 3,
  metrics: [
    {
      name: 'files',
      unit: 'files/s',
      better: 'higher',
      targets: RIVALS.map((rival) => ({ atLeast: 1, of: { contender: rival } })),
    },
  ],
  contenders: contendersOf({
    place: MEMORY,
    load: MANY,
    figure: ({ files }, elapsedMs) => files / (elapsedMs / 1e3),
    name: 'files',
  }),
  notes: ['As file-copy. The files lie in a hundred folders of one folder.'],
}
