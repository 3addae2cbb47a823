/** Tells a story step by step, with what happened and how long it took. */

type Told<T> = string[] | { readonly value: T; readonly lines: string[] }

export class Steps {
  private readonly started = performance.now()
  private count = 0

  /** Runs a step; what it gives is what is told of it. */
  async run<T = undefined>(title: string, step: () => Promise<Told<T>>): Promise<T> {
    this.count++
    const started = performance.now()
    process.stdout.write(`\n${String(this.count).padStart(2)}. ${title}\n`)
    const told = await step()
    const lines = Array.isArray(told) ? told : told.lines
    for (const line of lines) process.stdout.write(`      ${line}\n`)
    process.stdout.write(`      (${(performance.now() - started).toFixed(0)} ms)\n`)
    return (Array.isArray(told) ? undefined : told.value) as T
  }

  summary(): void {
    const seconds = ((performance.now() - this.started) / 1_000).toFixed(1)
    process.stdout.write(
      `\nAll ${String(this.count)} steps happened, in ${seconds} s. Nothing stood in the middle.\n`,
    )
  }

  failed(error: unknown): void {
    const why = error instanceof Error ? error.message : String(error)
    process.stderr.write(`\nStep ${String(this.count)} did not happen: ${why}\n`)
  }
}
