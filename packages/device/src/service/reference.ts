/** How people and programs name things. */

/** The id or the unambiguous name of a circle. */
export type CircleRef = string
/** The id or unambiguous name of a member, or the id of one of its devices; `CIRCLE/NAME` narrows a name to a circle. */
export type MemberRef = string
/** A circle, a room, a conversation or a member, by id or unambiguous name; `CIRCLE/NAME` narrows a name. */
export type Where = string
