/**
 * What a screen reader is told of messages that come: the first at once, then what came meanwhile in one sentence, so that
 * a busy conversation doesn't talk over everything else.
 */
export interface Heard {
  readonly who: string
  readonly text: string
}

export interface AnnouncerPorts {
  /** Calls back once. @returns what prevents it */
  readonly after: (ms: number, act: () => void) => () => void
  readonly say: (heard: readonly Heard[]) => void
}

/** Long enough to hear a sentence to its end. */
export const QUIET_MS = 6_000
/** What comes together is said together. */
const FIRST_MS = 300

export class Announcer {
  private readonly ports: AnnouncerPorts
  private waiting: Heard[] = []
  private stop: (() => void) | undefined

  constructor(ports: AnnouncerPorts) {
    this.ports = ports
  }

  add(heard: Heard): void {
    this.waiting.push(heard)
    this.stop ??= this.ports.after(FIRST_MS, () => this.say())
  }

  close(): void {
    this.stop?.()
    this.stop = undefined
    this.waiting = []
  }

  private say(): void {
    const heard = this.waiting
    this.waiting = []
    this.stop = undefined
    if (heard.length === 0) return
    this.ports.say(heard)
    this.stop = this.ports.after(QUIET_MS, () => this.say())
  }
}

/** Names, each once, who said most first. @param max names; more are counted */
export function whoSaid(
  heard: readonly Heard[],
  max: number,
): { readonly names: string[]; readonly others: number } {
  const counts = new Map<string, number>()
  for (const { who } of heard) counts.set(who, (counts.get(who) ?? 0) + 1)
  const names = [...counts].toSorted(([, one], [, other]) => other - one).map(([name]) => name)
  return { names: names.slice(0, max), others: Math.max(0, names.length - max) }
}
