/** What may be tuned without a new format. */

/** Records kept, 45 MB of the largest that are usual: at a hundred acts a day, nearly three years. */
export const AUDIT_RECORDS_KEPT = 100_000
/** Of the kept ones, the part that goes at once when there are too many: rarely, and within some 60 ms. */
export const AUDIT_PRUNED_SHARE = 0.01
/** Records between two pauses of a verification or an export: a few milliseconds, so that the device goes on answering. */
export const AUDIT_BATCH = 64
/**
 * Records a day that strangers and peers can cause by breaking the protocol; what is beyond is counted. It would take them
 * eight years to push the rest out.
 */
export const AUDIT_PEER_RECORDS_A_DAY = 32
/** Records a day of what others change in the circles; what is beyond is entered on a later day, as it stands then. */
export const AUDIT_ROSTER_RECORDS_A_DAY = 1_024
