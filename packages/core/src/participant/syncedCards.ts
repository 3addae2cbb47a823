/** The cards of a circle as sync asks for them: by what few bytes name them (spec §10.9). */
import { equalBytes, utf8 } from '../bytes.ts'
import type { CardBook } from '../circle/card.ts'
import type { MembershipLog } from '../circle/log.ts'
import type { CircleState } from '../circle/state.ts'
import type { Suite } from '../crypto/suite.ts'
import type { DeviceId, ShortDeviceId } from '../id.ts'
import { shortDeviceId, type CardNotice, type SyncedCardVersion } from '../sync/cardFrames.ts'
import type { SyncedCards } from '../sync/host.ts'
import { CARD_TAG_BYTES } from '../sync/spec.ts'

export interface CardParts {
  readonly suite: Suite
  readonly log: MembershipLog
  readonly cards: CardBook
}

export function syncedCards({ suite, log, cards }: CardParts): SyncedCards {
  const tags = new WeakMap<Uint8Array, Uint8Array>()
  const active = activeDevices(() => log.state())
  let listed: { readonly of: unknown; readonly versions: readonly SyncedCardVersion[] } | undefined
  let digested: { readonly versions: readonly SyncedCardVersion[]; readonly digest: Uint8Array } | undefined

  const tagOf = (body: Uint8Array): Uint8Array => suite.hash(body).slice(0, CARD_TAG_BYTES)

  /** Remembered with the card's bytes: the list is made anew whenever one card changes. */
  function tagHere(device: DeviceId): Uint8Array {
    const bytes = cards.bytesOf(device) ?? NO_BYTES
    const tag = tags.get(bytes) ?? tagOf(cards.bodyOf(device) ?? NO_BYTES)
    tags.set(bytes, tag)
    return tag
  }

  function versions(): readonly SyncedCardVersion[] {
    const of = cards.versions()
    if (listed?.of !== of)
      listed = { of, versions: of.map(([device, generation]) => [device, generation, tagHere(device)]) }
    return listed.versions
  }

  function judge(notice: CardNotice): 'news' | 'known' | 'unknown' {
    const device = active(notice.device)
    if (device === undefined) return 'unknown'
    const generation = cards.get(device)?.generation ?? -1
    if (notice.generation !== generation) return notice.generation > generation ? 'news' : 'known'
    // Which of two of one generation counts is seen only in their bodies.
    return equalBytes(notice.tag, tagHere(device)) ? 'known' : 'news'
  }

  return {
    versions,
    judge,
    digest: () => {
      const all = versions()
      if (digested?.versions !== all) {
        const lines = all.map(([device, generation, tag]) => `${device}/${generation}/${tag.toHex()}`)
        digested = { versions: all, digest: suite.hash(utf8(lines.sort().join())) }
      }
      return digested.digest
    },
    newerThan: (device, generation, tag) => {
      const card = cards.get(device)
      if (card === undefined || card.generation < generation) return undefined
      // Who has another one of this generation compares the two, and keeps the one that counts.
      const same = card.generation === generation && equalBytes(tag, tagHere(device))
      return same ? undefined : cards.bytesOf(device)
    },
    find: (short) => {
      const device = active(short)
      const bytes = device && cards.bytesOf(device)
      if (device === undefined || bytes === undefined) return undefined
      return {
        bytes,
        notice: { device: short, generation: cards.get(device)?.generation ?? 0, tag: tagHere(device) },
      }
    },
    put: (bytes) => {
      const { result, device, generation, body } = cards.take(bytes)
      return { result, notice: { device: shortDeviceId(device), generation, tag: tagOf(body) } }
    },
  }
}

/** Finds active devices by the beginning of their ids. */
function activeDevices(stateNow: () => CircleState): (short: ShortDeviceId) => DeviceId | undefined {
  let known: { readonly state: CircleState; readonly devices: Map<ShortDeviceId, DeviceId> } | undefined
  return (short) => {
    const state = stateNow()
    if (known?.state !== state) {
      const devices = [...state.devices.values()].filter((device) => device.active)
      known = { state, devices: new Map(devices.map(({ id }) => [shortDeviceId(id), id])) }
    }
    return known.devices.get(short)
  }
}

const NO_BYTES = new Uint8Array(0)
