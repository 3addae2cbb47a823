/** All keys that follow from one chain key: each is derived once, when it is first asked for. */
import { equalBytes, nextKeys, type Suite } from '@triode/core'

export class KeyLine {
  /** Of the entry that the first key is the key of. */
  readonly seq: number
  private readonly suite: Suite
  private readonly chain: Uint8Array[]
  private readonly messageKeys: Uint8Array[] = []

  constructor(suite: Suite, seq: number, first: Uint8Array) {
    this.suite = suite
    this.seq = seq
    this.chain = [first]
  }

  /** Whether `chainKey`, of entry `seq`, follows from the first one: it opens nothing more then. */
  leadsTo(seq: number, chainKey: Uint8Array): boolean {
    for (let step = 0; step <= seq - this.seq; step++)
      if (equalBytes(this.chainKey(step), chainKey)) return true
    return false
  }

  /** Keys of messages up to entry `seq`: of all on the way, for not every entry moves the chain on. */
  *upTo(seq: number): Generator<Uint8Array, void> {
    for (let step = 0; step <= seq - this.seq; step++) {
      this.chainKey(step + 1)
      yield this.messageKeys[step] as Uint8Array
    }
  }

  private chainKey(step: number): Uint8Array {
    while (this.chain.length <= step) {
      const { messageKey, nextChainKey } = nextKeys(this.suite, this.chain.at(-1) as Uint8Array)
      this.messageKeys.push(messageKey)
      this.chain.push(nextChainKey)
    }
    return this.chain[step] as Uint8Array
  }
}
