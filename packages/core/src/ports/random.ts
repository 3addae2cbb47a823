/** Randomness, handed in. Simulations hand in a seeded one. */
export interface Random {
  /** `count` unpredictable bytes. */
  bytes(count: number): Uint8Array
}
