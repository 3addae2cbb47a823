/**
 * Names that were asked for before the circle's secret changed (spec §7.3). Whoever was put out has no newer ones: under these a
 * device that is out hears of it, and one that is in again finds its way back. They are announced nowhere.
 */
import {
  knockName,
  NameWindow,
  OLD_SECRET_ANSWERS_MS,
  type Clock,
  type KeptSecret,
  type Suite,
} from '@triode/core'

export class FormerKnocks {
  private readonly suite: Suite
  private readonly clock: Clock
  private readonly secrets: () => readonly KeptSecret[]
  private windows: readonly NameWindow[] = []
  private key = ''

  /** @param secrets all that are kept */
  constructor(suite: Suite, clock: Clock, secrets: () => readonly KeptSecret[]) {
    this.suite = suite
    this.clock = clock
    this.secrets = secrets
  }

  accepts(knock: string): boolean {
    const now = this.clock.now()
    const former = this.secrets().filter(
      ({ supersededAt }) => supersededAt !== undefined && now - supersededAt < OLD_SECRET_ANSWERS_MS,
    )
    const key = former.map(({ secret }) => secret.toHex()).join()
    if (key !== this.key) {
      this.windows = former.map(({ secret }) => new NameWindow((hour) => knockName(this.suite, secret, hour)))
      this.key = key
    }
    return this.windows.some((window) => window.accepts(knock, now))
  }
}
