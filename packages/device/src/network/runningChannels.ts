/** The channels of a device while its network is up: started together, turned on and off one after another, stopped together. */
import { Fault, Unavailable, type Clock } from '@triode/core'
import type { Channel, Link } from '@triode/channels'
import { stopChannels } from './stopChannels.ts'

export interface RunningChannelsOptions {
  readonly channels: readonly Channel[]
  readonly clock: Clock
  /** Aborted when the network stops. */
  readonly signal: AbortSignal
  /** Somebody calls. */
  readonly accept: (link: Link) => void
  readonly failed: (fault: Fault, channel: Channel) => void
  /** One was turned on or off. */
  readonly switched: (on: boolean) => void
}

export class RunningChannels {
  private readonly options: RunningChannelsOptions
  /** The last change that was asked for. */
  private switching: Promise<void> = Promise.resolve()

  constructor(options: RunningChannelsOptions) {
    this.options = options
  }

  /** Starts all but those that are `off`; one that can't run says so in its status. */
  async start(off: readonly string[]): Promise<void> {
    const wanted = this.options.channels.filter(({ name }) => !off.includes(name))
    await Promise.all(wanted.map((channel) => this.startOne(channel)))
  }

  switch(channel: Channel, on: boolean): Promise<void> {
    const turn = this.switching.then(async () => {
      if (this.options.signal.aborted || on === (channel.status().state !== 'off')) return
      await (on ? this.startOne(channel) : channel.stop())
      this.options.switched(on)
    })
    this.switching = turn.catch(() => undefined)
    return turn
  }

  /** As stopChannels() says. */
  stop(): Promise<void> {
    return stopChannels(this.options.channels, this.options.clock, this.switching)
  }

  private async startOne(channel: Channel): Promise<void> {
    try {
      await channel.start(this.options.accept)
    } catch (cause) {
      const fault = cause instanceof Fault ? cause : new Unavailable('channel-failed', { cause })
      this.options.failed(fault, channel)
    }
  }
}
