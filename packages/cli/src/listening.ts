/** Hearing what a device tells of, until enough was heard. */
import type { ApiEvent, Client } from '@triode/api'
import { usage } from './argument.ts'
import type { Context } from './command.ts'

type Listener = (event: ApiEvent) => void

export class Listening {
  /** Aborts at Ctrl-C, which ends the stream too. */
  readonly interrupted: AbortSignal
  private readonly client: Client
  private readonly listeners = new Set<Listener>()
  private readonly done = new AbortController()
  private ended: Promise<undefined> = Promise.resolve(undefined)

  private constructor({ client, interrupted }: Pick<Context, 'client' | 'interrupted'>) {
    this.client = client
    this.interrupted = interrupted()
  }

  /** Once this resolves, nothing that happens later is missed. */
  static async start(context: Pick<Context, 'client' | 'interrupted'>): Promise<Listening> {
    const listening = new Listening(context)
    const signal = AbortSignal.any([listening.interrupted, listening.done.signal])
    listening.ended = listening.pass(await context.client.events({ signal }))
    return listening
  }

  /** @returns what ends it */
  hear(listener: Listener): () => void {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /**
   * Until `probe` is true, which is asked now and after each event.
   * @returns false when the person interrupted @throws ApiFault when the device stopped, or cut us off, and what `probe` throws
   */
  async until(probe: () => boolean): Promise<boolean> {
    if (probe()) return true
    const { promise, resolve, reject } = Promise.withResolvers<true>()
    const stop = this.hear(() => {
      try {
        if (probe()) resolve(true)
      } catch (error) {
        reject(error)
      }
    })
    const isTrue = await Promise.race([promise, this.ended]).finally(stop)
    if (isTrue !== true && !this.interrupted.aborted) await stillThere(this.client)
    return isTrue === true
  }

  stop(): void {
    this.done.abort()
  }

  private async pass(events: AsyncGenerator<ApiEvent>): Promise<undefined> {
    for await (const event of events) for (const listener of [...this.listeners]) listener(event)
  }
}

/** The stream ended by itself: the device stopped, or cut us off for not keeping up. @throws ApiFault */
export async function stillThere(client: Client): Promise<never> {
  await client.status()
  throw usage('The stream of events was cut', 'Read faster, or run it again')
}
