/**
 * The folder in which this device keeps its vault and what opens its API. Nobody means to send that with a folder that holds it, and it
 * changes all the time, so that nothing around it could be sent either.
 */
import { realpathSync, statSync, type Stats } from 'node:fs'
import { realpath } from 'node:fs/promises'
import { sep } from 'node:path'

export class OwnHome {
  private readonly path: string
  private readonly stats: Pick<Stats, 'dev' | 'ino'>

  /** @param path of a folder that is there */
  constructor(path: string) {
    this.path = realpathSync(path)
    this.stats = statSync(this.path)
  }

  /** @param stats of the folder at `path`: most are told from it by these alone */
  async isAt(path: string, { dev, ino }: Pick<Stats, 'dev' | 'ino'>): Promise<boolean> {
    if (dev !== this.stats.dev || ino !== this.stats.ino) return false
    return (await realpath(path)) === this.path
  }

  /** Whether what lies at `path` is the folder, or in it. @param path whose links were followed */
  holds(path: string): boolean {
    return path === this.path || path.startsWith(`${this.path}${sep}`)
  }
}
