/**
 * Threads for work on chunks: started when there is enough of it, ended when there was none for a while. So sealing and hashing
 * gigabytes holds up nothing else that the device does, and an idle device carries no thread.
 */
import { Worker } from 'node:worker_threads'
import { type Primitives, Unavailable } from '@triode/core'
import {
  type ChunkExecutor,
  type ChunkJob,
  type ChunkResult,
  inProcess,
  ownedBuffers,
} from '@triode/vault/chunkJobs'
import { threadEnv } from '../threadEnv.ts'
import type { Answer } from './chunkWorkerMain.ts'
import {
  CHUNK_THREADS,
  IDLE_THREAD_MS,
  JOBS_A_THREAD,
  SMALL_JOB_CHUNKS,
  SMALL_JOBS_CHUNKS,
  SMALL_JOBS_MS,
  THREAD_MEMORY,
} from './chunkTuning.ts'

export interface ChunkWorkersOptions {
  /** 0: all is done in the caller's own. */
  readonly threads?: number
  readonly idleMs?: number
  /** What a thread runs: tests bring one that dies. */
  readonly main?: URL
}

const MAIN = new URL('./chunkWorkerMain.ts', import.meta.url)

interface Waiting {
  readonly job: ChunkJob
  readonly settle: PromiseWithResolvers<ChunkResult>
}

export class ChunkWorkers implements ChunkExecutor {
  readonly width: number
  private readonly isAlone: boolean
  private readonly idleMs: number
  private readonly main: URL
  private readonly here: ChunkExecutor
  private readonly queue: Waiting[] = []
  private threads: Thread[] = []
  private isClosed = false
  private smallSince = 0
  private smallChunks = 0

  constructor(
    primitives: Pick<Primitives, 'hash' | 'aeadSeal' | 'aeadOpen'>,
    options: ChunkWorkersOptions = {},
  ) {
    const threads = options.threads ?? CHUNK_THREADS
    this.isAlone = threads === 0
    this.width = Math.max(1, threads)
    this.idleMs = options.idleMs ?? IDLE_THREAD_MS
    this.main = options.main ?? MAIN
    this.here = inProcess(primitives)
  }

  /** How many threads there are now. */
  get running(): number {
    return this.threads.length
  }

  /** @throws Unavailable 'worker-ended' when the thread died that had it, or after close */
  run(job: ChunkJob): Promise<ChunkResult> {
    if (this.isClosed) return Promise.reject(workerEnded())
    if (this.isAlone || this.isSmall(job)) return this.here.run(job)
    const settle = Promise.withResolvers<ChunkResult>()
    this.queue.push({ job, settle })
    this.dispatch()
    return settle.promise
  }

  /** Refuses what waits and ends all threads, those at work when what they have is done. */
  async close(): Promise<void> {
    this.isClosed = true
    for (const { settle } of this.queue.splice(0)) settle.reject(workerEnded())
    await Promise.all(this.threads.map((thread) => thread.end()))
  }

  /** A chunk or two now and then are not worth a thread; a stream of them is. */
  private isSmall({ kind, count }: ChunkJob): boolean {
    // However few chunks hold them, files may be many.
    if (this.threads.length > 0 || count > SMALL_JOB_CHUNKS || kind === 'files') return false
    const now = performance.now()
    if (now - this.smallSince > SMALL_JOBS_MS) [this.smallSince, this.smallChunks] = [now, 0]
    this.smallChunks += count
    return this.smallChunks <= SMALL_JOBS_CHUNKS
  }

  private dispatch(): void {
    while (this.queue.length > 0) {
      const thread = this.freeThread()
      const next = thread && this.queue.shift()
      if (thread === undefined || next === undefined) return
      thread.give(next)
    }
  }

  /** One with nothing to do; a new one; or one that will be done soon. */
  private freeThread(): Thread | undefined {
    const byLoad = this.threads.toSorted((a, b) => a.load - b.load)
    const [least] = byLoad
    if (least?.load === 0) return least
    if (this.threads.length < this.width) return this.start()
    return least !== undefined && least.load < JOBS_A_THREAD ? least : undefined
  }

  private start(): Thread {
    const thread = new Thread(this.main, this.idleMs, {
      freed: () => this.dispatch(),
      ended: () => {
        this.threads = this.threads.filter((other) => other !== thread)
        this.dispatch()
      },
    })
    this.threads.push(thread)
    return thread
  }
}

interface ThreadEvents {
  /** It can take more. */
  freed(): void
  /** It is no more. */
  ended(): void
}

/** One thread and the jobs it has, which it answers in their order. */
class Thread {
  private readonly worker: Worker
  private readonly idleMs: number
  private readonly events: ThreadEvents
  private readonly given: Waiting[] = []
  private idle: NodeJS.Timeout | undefined
  private isEnding = false
  private readonly gone = Promise.withResolvers<undefined>()

  constructor(main: URL, idleMs: number, events: ThreadEvents) {
    this.idleMs = idleMs
    this.events = events
    this.worker = new Worker(main, { resourceLimits: THREAD_MEMORY, env: threadEnv() })
    this.worker.on('message', (answer: Answer) => this.answered(answer))
    this.worker.on('error', (cause) => this.failed(cause))
    this.worker.on('exit', () => this.failed(undefined))
  }

  get load(): number {
    return this.isEnding ? Infinity : this.given.length
  }

  give(waiting: Waiting): void {
    clearTimeout(this.idle)
    this.worker.ref()
    this.given.push(waiting)
    this.worker.postMessage(waiting.job, ownedBuffers(waiting.job))
  }

  /** Lets it finish what it has. */
  async end(): Promise<void> {
    this.isEnding = true
    clearTimeout(this.idle)
    if (this.given.length === 0) await this.worker.terminate()
    await this.gone.promise
  }

  private answered(answer: Answer): void {
    const waiting = this.given.shift()
    if ('result' in answer) waiting?.settle.resolve(answer.result)
    else waiting?.settle.reject(workerEnded(new Error(answer.error)))
    if (this.given.length === 0) this.rest()
    this.events.freed()
  }

  private rest(): void {
    this.worker.unref()
    if (this.isEnding) void this.worker.terminate()
    else this.idle = setTimeout(() => void this.end(), this.idleMs).unref()
  }

  private failed(cause: unknown): void {
    clearTimeout(this.idle)
    this.isEnding = true
    for (const { settle } of this.given.splice(0)) settle.reject(workerEnded(cause))
    this.gone.resolve(undefined)
    this.events.ended()
  }
}

function workerEnded(cause?: unknown): Unavailable {
  return new Unavailable('worker-ended', {
    message: 'The work on a file was cut short on this device.',
    remedy: 'Try again.',
    cause,
  })
}
