/** Values of this implementation; none is part of the protocol. */

/** First wait after a failed dial; doubles with each failure. */
export const DIAL_BACKOFF_FIRST_MS = 500
/** Longest wait between dials of one device: a device that comes back is dialed, or dials, within this. */
export const DIAL_BACKOFF_MAX_MS = 60_000
/** A wait is drawn from this share of itself up to all of it, so that devices don't dial in step. */
export const DIAL_JITTER_FROM = 0.5
/** Head start of each address before the next is tried beside it (RFC 8305 recommends 250 ms). */
export const ADDRESS_STAGGER_MS = 250
/** Addresses of one device tried in one dial. */
export const MAX_ADDRESSES_TRIED = 16
/** Of these, found on the LAN: whoever repeats a name there does not crowd out the addresses of a card or a link. */
export const MAX_DISCOVERED_ADDRESSES = 8
/** One address: connecting and the handshake. */
export const DIAL_TIMEOUT_MS = 8_000
/** Devices dialed at once. */
export const MAX_DIALS = 4
/** Of these, such to devices that there is a tunnel to, over something better: addresses that lead nowhere take long to say so, and others wait. */
export const MAX_BETTER_DIALS = 2
/** Beside these, such to devices that there was just news of: a better way is taken within 2 s of when it appears, whatever else is dialed in vain… */
export const MAX_NEWS_DIALS = 2
/** …and after so long beside a dial of the same device, which leads to where it was. */
export const STUCK_DIAL_MS = 500
/**
 * Beside all these, such through others, which say at once where they don't lead: who can only be reached like that does not wait until
 * dials of many who are away have come to nothing.
 */
export const MAX_FORWARD_DIALS = 4
/** Circles of up to this many devices are fully meshed; in larger ones each device dials this many. */
export const MAX_DIALED_TUNNELS = 12
/** Tunnels of one circle altogether; more callers are refused. */
export const MAX_TUNNELS_PER_CIRCLE = 32
/** …but so many where this device is a keeper, which everybody of a circle of a thousand wants to reach: half of the links of TCP, a tenth of a MiB each. */
export const MAX_TUNNELS_OF_KEEPER = 1_024
/** Two tunnels to one device that come up within this were dialed at the same time from both ends. */
export const SIMULTANEOUS_DIAL_MS = 3_000
/** How often a device looks whom to dial, and renews what depends on the hour. */
export const TICK_MS = 1_000
/** How long a lock waits for the network: tor may take 5 s to end, a router 1.5 s to close a port. */
export const CHANNELS_STOP_MS = 15_000
/** Whoever said within this time that they write is writing: a face says so every 3 s. */
export const WRITING_MS = 5_000
/** While somebody writes, drafts are taken for so long after a lock was asked for: a face has to hear of it, and to answer. */
export const LATE_DRAFTS_MS = 1_000
/** Of this, until the others have heard what was still to be said. */
export const LAST_WORDS_MS = 2_000
/** Of this, for one that is being turned on or off. */
export const CHANNEL_SWITCH_MS = 5_000
/** How long a lock waits for files, and for the threads that write them: mostly they end at once. */
export const FILES_STOP_MS = 10_000
/** How long it is believed how much of the disk is free: less is written meanwhile than is left free. */
export const DISK_SEEN_MS = 250
/** How long a LAN announcement is believed. */
export const DISCOVERED_TTL_MS = 120_000
/** Links that may wait in the handshake; for more the oldest go. */
export const MAX_HANDSHAKES = 64
/** Tunnels of invitees; for more the oldest go. */
export const MAX_GUESTS = 16
/** Refused callers that are told of, by reason… */
export const MAX_COMPLAINTS = 20
/** …in this time; after these, once that there are more. */
export const COMPLAINTS_PERIOD_MS = 10_000
/** How often the round trip of a tunnel is measured: it is shown, and each time costs a ping. Transfers measure anew. */
export const ROUND_TRIP_EVERY_MS = 600_000
/** Without a call for this long the vault locks, unless set otherwise. */
export const IDLE_LOCK_DEFAULT_MS = null
/** How often it is looked how long that is: no timer tells of a machine that slept. */
export const IDLE_LOOK_MS = 5_000
/** Typing is shown for this long unless repeated. */
export const TYPING_SHOWN_MS = 6_000
/** A conversation that changed is told of after this: not noticed, and once for a burst of messages. */
export const CONVERSATION_EVENT_DELAY_MS = 30
/** Messages put into the search index between two looks at the clock, while it is filled after unlocking… */
export const FILL_BATCH = 32
/** …for so long at a time: calls are answered in between. */
export const FILL_SLICE_MS = 6
/** How often expired messages are looked for. */
export const HOUSEKEEPING_MS = 1_000
/** Delivery events made for one acknowledgement; more messages than a page shows are asked for again. */
export const MAX_DELIVERY_EVENTS = 500
/** Random bytes that make a room unlike any other. */
export const ROOM_NONCE_BYTES = 16
/** How long an invitation is good for unless said otherwise. */
export const INVITATION_LIFE_DEFAULT_MS = 86_400_000
/** How long a spoken code is good for unless said otherwise: it is typed while it is read out… */
export const SPOKEN_LIFE_DEFAULT_MS = 600_000
/** …and at most: its number can be guessed, and its tries used up, by anybody who can reach this device. */
export const MAX_SPOKEN_LIFE_MS = 3_600_000
/** How long leaving a circle waits for connected devices to hear of it. */
export const LEAVE_GRACE_MS = 1_500
/** How long a device that is out may take to hear by whom; its tunnel ends then. */
export const FAREWELL_MS = 2_000
/** What of the log it is told in one call: 4 MiB, some thousand entries; for more it calls again. */
export const FAREWELL_MAX_BYTES = 4_194_304
/** It is answered once in this time: each answer looks through the log. */
export const FAREWELL_EVERY_MS = 1_000
/** The join request and its answer: the whole exchange. */
export const JOIN_TIMEOUT_MS = 20_000
/** Wait between rounds of dialing an inviter. */
export const JOIN_RETRY_MS = 300
/** How long an inviter is looked for unless said otherwise. */
export const JOIN_WAIT_DEFAULT_MS = 30_000
/** Names announced on the LAN: one a circle and one an invitation. What is beyond is reached by address. */
export const MAX_ANNOUNCED_NAMES = 32
/** Names announced in the DHT, each with a key of its own: one a circle and one an invitation. */
export const MAX_FAR_ANNOUNCED = 16
/** Devices of one circle that are asked for in the DHT at a time; those that come ask by themselves. */
export const MAX_FAR_DEVICES = 32
/** Names asked for in the DHT: of these devices, on two or three days, and of an inviter. */
export const MAX_FAR_SOUGHT = 100
/** An address in the DHT is of use for that long: as nodes keep it. */
export const FAR_TTL_MS = 1_200_000
/** After midnight the name of yesterday is announced for so long: whoever just found it may still call. */
export const FAR_OVERLAP_MS = 600_000
/** Onion services: one a circle, and as many invitations as there is room for. */
export const MAX_ONION_SERVICES = 48
/** Time that passed between two looks, a second apart, or that the clock was set by: more is a sleep. */
export const NAP_MS = 5_000
/** After a sleep of this length hardly a router knows the connections of before. */
export const LONG_NAP_MS = 60_000
/** After a sleep or a move a tunnel has so long to answer… */
export const PROBE_MS = 2_000
/** …and over Tor. */
export const SLOW_PROBE_MS = 15_000
/** Something sent and nothing heard for so long: the far side is asked whether it is there. */
export const UNANSWERED_MS = 3_000
/** More than this under way is a file on a slow line, and its answers late. */
export const MAX_UNANSWERED_BYTES = 65_536
/** A device that says anew where it is has others dial it at once: so many times, as its channels come up one after another… */
export const CARD_NEWS_AT_ONCE = 3
/** …and then not more often than this. */
export const CARD_NEWS_EVERY_MS = 10_000
/** Of a device that said so less than this ago it is dialed once, and its failures before count on: it may say so to have others call at somebody. */
export const CARD_NEWS_RARE_MS = 60_000
/** Addresses that come and go, as a bad cable or a hostile router makes them, count as so many moves at once… */
export const MOVES_AT_ONCE = 8
/** …and then as one in this time: each has dials given up, names asked for and announced anew, and Tor connect anew. A move to another network is seen as two or three. */
export const MOVE_EVERY_MS = 5_000
/** For so long after a start what a card told before stays told: a router, a service of Tor, a network may still be to come. */
export const STARTING_MS = 10_000
/** So many cards with other addresses at once: channels come up one after another… */
export const CARDS_AT_ONCE = 6
/** …and then one in this time: others hear of them no more often. */
export const CARD_EVERY_MS = 10_000
/** For so long after a sleep or a move… */
export const HURRY_MS = 30_000
/** …no wait between dials is longer than this: a network may take a while before it lets anything through. */
export const HURRY_BACKOFF_MS = 2_000
/** A host that did not answer counts for so long as one that this network may not let calls out to. */
export const UNREACHED_MS = 150_000
/** Hosts of which that is remembered. */
export const MAX_UNREACHED = 64
/** Somebody signs in to a network within this, or not at all… */
export const SHUT_HURRY_MS = 600_000
/** …and for so long, where nobody far away is reached, no wait between dials is longer than this. */
export const SHUT_BACKOFF_MS = 5_000
/** That a network lets calls out again has all dialed anew so many times at once… */
export const LET_OUT_AT_ONCE = 2
/** …and then once in this time. */
export const LET_OUT_EVERY_MS = 60_000
/** A tunnel that ended sooner was of no use: the next dial waits as after a failure. */
export const SHORT_LIVED_MS = 5_000
/** A caller's clock is told to be wrong by up to a month; beyond that it is taken for a stranger. */
export const WRONG_CLOCK_HOURS = 31 * 24
/** How often a refused caller's clock is looked into: some milliseconds of HMACs a circle, which strangers can cause. */
export const WRONG_CLOCK_SEARCH_MS = 5_000
/** How long the status shows what went wrong by itself: a device with a wrong clock is called about once a minute. */
export const WARNING_SHOWN_MS = 600_000
/** A chore that goes on failing for the same reason is told of again after this: while it does, the status shows it. */
export const TELL_AGAIN_MS = 300_000
/** Between the cards of two circles of one device: longer than the second that a card's generation shows… */
export const CARD_GAP_MIN_MS = 2_000
/** …and by chance, up to this: a new address reaches the last of ten circles within two minutes. */
export const CARD_GAP_MAX_MS = 12_000

/** Links handed on at a time, of all circles: each is paced, and costs two windows of memory. */
export const MAX_FORWARDED = 32
/** Links that one device may have handed on at a time. */
export const MAX_FORWARDED_PER_PEER = 8
/** Devices in between that are tried for one at a time. */
export const MAX_FORWARD_WAYS = 3
/** Bytes a second of one link in one direction, and what may go at once: messages and pictures, no films. */
export const FORWARD_BYTES_PER_SECOND = 1_048_576
export const FORWARD_BURST_BYTES = 4_194_304
/** A link on which nothing went for so long is ended; a tunnel that lives pings each minute. */
export const FORWARD_IDLE_MS = 180_000
/** How often it is looked whether a link may still be handed on. */
export const FORWARD_CHECK_MS = 2_000
/** Until a link says where it goes. */
export const FORWARD_HEADER_MS = 10_000
/** How long a device is tried by itself before others are asked to hand on. */
export const FORWARD_HEAD_START_MS = 1_500
