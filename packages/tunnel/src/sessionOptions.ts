/** How HTTP/2 is set up (spec §7.4), and what a peer may do before it is dropped. */
import { constants, type ServerSessionOptions } from 'node:http2'
import * as tuning from './tuning.ts'

/** How much may be in flight. */
export interface Pace {
  readonly streamWindowBytes: number
  readonly sessionWindowBytes: number
  readonly maxFrameBytes: number
}

export function pace(slow = false): Pace {
  return slow ? SLOW : FAST
}

const FAST: Pace = {
  streamWindowBytes: tuning.STREAM_WINDOW_BYTES,
  sessionWindowBytes: tuning.SESSION_WINDOW_BYTES,
  maxFrameBytes: tuning.MAX_FRAME_BYTES,
}

const SLOW: Pace = {
  streamWindowBytes: tuning.SLOW_STREAM_WINDOW_BYTES,
  sessionWindowBytes: tuning.SLOW_SESSION_WINDOW_BYTES,
  maxFrameBytes: tuning.SLOW_MAX_FRAME_BYTES,
}

/** Options of either side's HTTP/2 session. */
export function sessionOptions({ streamWindowBytes, maxFrameBytes }: Pace) {
  return {
    settings: {
      enablePush: false,
      headerTableSize: 0,
      initialWindowSize: streamWindowBytes,
      maxFrameSize: maxFrameBytes,
      maxConcurrentStreams: tuning.MAX_STREAMS,
      maxHeaderListSize: tuning.MAX_HEADER_BYTES,
    },
    paddingStrategy: constants.PADDING_STRATEGY_NONE,
    maxDeflateDynamicTableSize: 0,
    maxSessionMemory: tuning.MAX_SESSION_MEGABYTES,
    maxSettings: tuning.MAX_SETTINGS,
    maxHeaderListPairs: tuning.MAX_HEADER_PAIRS,
    maxSendHeaderBlockLength: tuning.MAX_HEADER_BYTES,
    maxSessionInvalidFrames: tuning.MAX_INVALID_FRAMES,
    maxSessionRejectedStreams: tuning.MAX_REJECTED_STREAMS,
    streamResetBurst: tuning.RESET_BURST,
    streamResetRate: tuning.RESETS_A_SECOND,
  } satisfies ServerSessionOptions
}
