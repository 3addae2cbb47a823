/** One device in a circle of two: vault, feeds, timeline and search index, and sync over a tunnel. */
import { existsSync } from 'node:fs'
import { Participant, createSuite, type ParticipantEvent } from '@triode/core'
import { nodePrimitives, systemClock, systemRandom } from '@triode/crypto'
import { createCertificate, type TunnelIdentity } from '@triode/tunnel'
import { createSearchIndex, createVault, openVault, type Vault } from '@triode/vault'
import { answerCalls } from '../../harness/child.ts'
import { monotonicMs } from '../../harness/statistics.ts'
import { textOf } from '../../harness/texts.ts'
import { dialTcpTunnel, listenForTunnels } from '../../harness/tunnel.ts'
import { connectSync } from './connect.ts'
import { MESSAGE_BYTES, type Setup } from './load.ts'
import { CONVERSATION, ORDER_KEY, deviceOf, fromHex, makeKeys, pairMembership, type Keys } from './pair.ts'

interface Side extends Setup {
  readonly own: Keys
  readonly other: Keys
}

const suite = createSuite('hybrid', nodePrimitives())
const VAULT = { primitives: nodePrimitives(), random: systemRandom, clock: systemClock }
const PASSPHRASE = 'correct horse battery staple'
/** Messages written in one transaction while filling: what is measured comes after. */
const BATCH = 1_000

function openStore(folder: string): Vault {
  return existsSync(folder)
    ? openVault(folder, VAULT).unlock(PASSPHRASE)
    : createVault(folder, PASSPHRASE, VAULT)
}

function open({ folder, own, other }: Side, onEvent: (event: ParticipantEvent) => void): Participant {
  const vault = openStore(folder)
  return new Participant({
    suite,
    store: vault.store,
    clock: systemClock,
    random: systemRandom,
    search: createSearchIndex(),
    membership: pairMembership(suite, own, other),
    self: deviceOf(suite, own),
    member: deviceOf(suite, own),
    signingKey: suite.signing.fromPkcs8(fromHex(own.pkcs8)),
    orderKey: ORDER_KEY,
    storeIncarnation: vault.incarnation,
    onEvent,
  })
}

function fill(participant: Participant, messages: number): void {
  if (participant.timeline(CONVERSATION).lastMessage() !== undefined) return
  for (let from = 0; from < messages; from += BATCH) {
    participant.transact(() => {
      for (let i = from; i < from + BATCH; i++) {
        participant.write(CONVERSATION, { kind: 'text', text: textOf(i, MESSAGE_BYTES), mentions: [] })
      }
    })
  }
}

async function tunnelIdentity({ pkcs8, publicKey }: Keys): Promise<TunnelIdentity> {
  const certificate = await createCertificate('hybrid', fromHex(pkcs8), fromHex(publicKey))
  return { suite: 'hybrid', pkcs8: fromHex(pkcs8), certificate }
}

/** Calls `done` when so many messages were told of, and so are durable. */
function countMessages(messages: number, done: () => void): (event: ParticipantEvent) => void {
  let left = messages
  return (event) => {
    if (event.type === 'fault') throw event.fault
    if (event.type !== 'changes') return
    left -= event.changes.filter((change) => change.kind === 'added').length
    if (left === 0) done()
  }
}

answerCalls({
  keys: () => makeKeys(suite),
  listen: async (side: Side) => {
    const participant = open(side, () => undefined)
    fill(participant, side.messages)
    return await listenForTunnels(await tunnelIdentity(side.own), (tunnel) => {
      tunnel.onStream((_path, stream) => connectSync(participant, deviceOf(suite, side.other), stream))
    })
  },
  /** Milliseconds from dialling to every message stored, opened and ready to be shown and found. */
  fetch: async ({ port, ...side }: Side & { port: number }) => {
    const arrived = Promise.withResolvers<undefined>()
    const participant = open(
      side,
      countMessages(side.messages, () => arrived.resolve(undefined)),
    )
    const identity = await tunnelIdentity(side.own)
    const started = monotonicMs()
    const tunnel = await dialTcpTunnel(identity, port)
    connectSync(participant, deviceOf(suite, side.other), tunnel.open('/sync'))
    await arrived.promise
    const elapsedMs = monotonicMs() - started
    if (participant.timeline(CONVERSATION).lastMessage()?.text !== textOf(side.messages - 1, MESSAGE_BYTES))
      throw new Error('the newest message is not there')
    return elapsedMs
  },
})
