/** What the doctor has to say on each network. */
import assert from 'node:assert/strict'
import { NETWORK, type Network } from './natLab.ts'

type Situation = Network | 'unplugged'

const WORDS: Partial<Record<Situation, readonly RegExp[]>> = {
  [NETWORK.open]: [/^ok tcp works\.$/, /^ok dht works\.$/],
  [NETWORK.independent]: [/^ok tcp works\.$/, /^ok dht works\.$/],
  [NETWORK.symmetric]: [/^ok dht works\. The router here takes another port for each call/],
  [NETWORK.noUdp]: [/^ok tcp works\.$/, /^no dht does not work now\. .*this network may block UDP/],
  [NETWORK.ipv6]: [/^ok tcp works\.$/, /^no dht does not work now\. This network speaks IPv6 alone/],
  unplugged: [
    /^no This machine is in no network now/,
    /^no dht does not work now\. This machine is in no network/,
    /^no .*none of \d+ other devices? is reached/,
  ],
}

/** @throws AssertionError when it does not say what is the matter there */
export function checkDoctor(situation: Situation, lines: readonly string[]): void {
  for (const words of WORDS[situation] ?? [])
    assert.ok(
      lines.some((line) => words.test(line)),
      `${situation}: nothing like ${String(words)} in\n${lines.join('\n')}`,
    )
}

/** Where a link is handed on, it says so and does not make one look for somebody who is there. */
export function checkHandedOn(lines: readonly string[]): void {
  const line = lines.find((one) => one.includes('through another device'))
  assert.match(line ?? '', /which is slower\. Nothing has to be done/)
}
