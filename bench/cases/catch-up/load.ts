/** What every contender of this case catches up on. */
export const MESSAGES = 100_000
export const MESSAGE_BYTES = 300

export interface Setup {
  /** Where this device keeps its data. */
  readonly folder: string
  readonly messages: number
}
