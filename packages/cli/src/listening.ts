/** Hearing what a device tells of, until enough was heard. */
import { ApiFault, type ApiEvent, type Client } from '@triode/api'
import { usage } from './argument.ts'
import type { Context } from './command.ts'

type Listener = (event: ApiEvent) => void
type ListeningContext = Pick<Context, 'client' | 'interrupted' | 'running' | 'note' | 'show'>

export class Listening {
  /** Aborts at Ctrl-C, which ends the stream too. */
  readonly interrupted: AbortSignal
  private readonly context: ListeningContext
  private readonly client: Client
  /** A device of this command's own was locked: nobody can unlock it. */
  private isOver = false
  private readonly listeners = new Set<Listener>()
  private readonly done = new AbortController()
  private ended: Promise<undefined> = Promise.resolve(undefined)

  private constructor(context: ListeningContext) {
    this.context = context
    this.client = context.client
    this.interrupted = context.interrupted()
  }

  /** Once this resolves, nothing that happens later is missed. */
  static async start(context: ListeningContext): Promise<Listening> {
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
    const isDone = (): boolean => {
      if (this.isOver) throw lockedMeanwhile()
      return probe()
    }
    if (isDone()) return true
    const { promise, resolve, reject } = Promise.withResolvers<true>()
    const stop = this.hear(() => {
      try {
        if (isDone()) resolve(true)
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
    for await (const event of events) {
      if (event.type === 'lock') this.isOver = !this.context.running
      for (const listener of [...this.listeners]) listener(event)
      if (event.type === 'lock') this.tellOfLock()
    }
  }

  /** Nothing that is waited for comes meanwhile. */
  private tellOfLock(): void {
    const { running, note, show } = this.context
    if (!running) return
    show({ event: 'locked' }, () => '')
    note('The device was locked. This goes on once it is unlocked.')
  }
}

/** The stream ended by itself: the device stopped, or cut us off for not keeping up. @throws ApiFault */
export async function stillThere(client: Client): Promise<never> {
  await client.status()
  throw usage('The stream of events was cut', 'Read faster, or run it again')
}

function lockedMeanwhile(): ApiFault {
  return new ApiFault({
    status: 423,
    code: 'locked',
    message: 'The device locked itself before that was done',
    remedy: 'Run it again: it goes on where it was left',
  })
}
