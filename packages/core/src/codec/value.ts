/** What frames and records are made of (spec §4.1): maps are not used, so that one value has one encoding. Numbers are safe integers. */
export type Value = number | boolean | string | null | Uint8Array | readonly Value[]
