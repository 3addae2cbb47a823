/** What every contender of this case sends: one message after the other, each when the one before has arrived. */
export const MESSAGE_BYTES = 300
/** Enough that p99 rests on ten samples. */
export const MESSAGES = 1_000
export const WARM_UP_MESSAGES = 200
