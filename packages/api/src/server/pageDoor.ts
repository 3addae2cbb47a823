/** How the page is opened, and takes what no header can be sent for: addresses that carry a launch code, and the sessions that these become (spec §13.10). */
import type { BackupOffers } from './backupOffers.ts'
import type { Sessions } from './sessions.ts'

export interface PageDoor {
  readonly sessions: Sessions
  readonly offers: BackupOffers
  /** A new address that opens the page, once. The code stands behind #, so that it is in no line of a request. */
  launch(): LaunchAddress
}

export interface LaunchAddress {
  readonly url: string
  /** Milliseconds since 1970. */
  readonly expires: number
}

/** @param url of the server, `http://HOST:PORT` */
export function pageDoor(sessions: Sessions, offers: BackupOffers, url: string): PageDoor {
  return {
    sessions,
    offers,
    launch() {
      const { code, expires } = sessions.launch()
      return { url: `${url}/#${code}`, expires }
    },
  }
}
