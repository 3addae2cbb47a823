/** What a device keeps for others (spec §16), told without saying for whom. */

export interface KeepingService {
  /** In whatever state the vault is. Names no circle, member, device or address. */
  keeping(): Promise<KeepingReport>
}

export interface KeepingReport {
  readonly state: 'new' | 'locked' | 'unlocked'
  /** Circles in which this device is a keeper now; and in which it takes part otherwise. */
  readonly keeperIn: number
  readonly otherCircles: number
  readonly tunnels: number
  /** What is here for others: drops, boxes in them, and bytes that count against the capacity. */
  readonly drops: number
  readonly boxes: number
  readonly bytes: number
  /** Of files: blobs that are to be held, those of which all chunks are here, and bytes that count, also of what is still to come. */
  readonly blobs: number
  readonly wholeBlobs: number
  readonly blobBytes: number
  /** Acknowledgements of one device for another, together. */
  readonly slips: number
  /** How long the box has been held that has been here longest; absent: there is none. */
  readonly oldestForMs?: number
  /** Parts of boxes since the start: taken, refused for want of room, handed over. */
  readonly taken: number
  readonly refused: number
  readonly handedOver: number
  /** In each circle. */
  readonly capacityBytes: number
  readonly memberBytes: number
  /** The largest file that is taken; 0: none. */
  readonly fileBytes: number
  readonly holdHours: number
  /** Bytes of the database and free on its disk; absent while locked. */
  readonly vaultBytes?: number
  readonly freeBytes?: number
  /** While it is unlocked: that no channel works, or that others can't call it where it was told to listen. */
  readonly unreachable?: 'no-channel' | 'cannot-listen'
  /** Codes of what a person has to do something about, as in `DeviceStatus.warnings`. */
  readonly warnings: readonly string[]
}
