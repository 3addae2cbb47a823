/** Memory for one image after another: of what is thrown away thousands of times much would lie about for a while. */
export class Scratch {
  private memory = new Uint8Array(0)

  /** The same memory each time: what was taken before holds something else now. */
  take(bytes: number): Uint8Array<ArrayBuffer> {
    if (this.memory.length < bytes) this.memory = new Uint8Array(Math.max(bytes, this.memory.length * 2))
    return this.memory.subarray(0, bytes)
  }
}
