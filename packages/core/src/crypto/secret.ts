/** A secret with a scope: `using key = Secret.take(bytes)` zeroes the bytes where the block ends. */
export class Secret implements Disposable {
  #bytes: Uint8Array | undefined

  private constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** Takes ownership: the caller keeps no other reference, for `bytes` itself is zeroed at the end. */
  static take(bytes: Uint8Array): Secret {
    return new Secret(bytes)
  }

  /** The bytes themselves, not a copy. @throws RangeError after the end of the scope */
  get bytes(): Uint8Array {
    if (this.#bytes === undefined) throw new RangeError('a secret was used after its scope')
    return this.#bytes
  }

  /** Idempotent. What the engine copied while it moved memory is beyond JavaScript's reach (spec §3.6). */
  [Symbol.dispose](): void {
    this.#bytes?.fill(0)
    this.#bytes = undefined
  }

  toString(): string {
    return '[secret]'
  }

  toJSON(): string {
    return '[secret]'
  }
}
