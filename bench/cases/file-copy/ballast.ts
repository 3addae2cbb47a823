/** Has a virtual machine's host give it memory before the clock runs, and keep giving it until it is used. */
import { startChild, type Child } from '../../harness/child.ts'

/** glibc asks for large pages then: a piece of such is let go of in a tenth of the time, which a copy would wait for. */
const LARGE_PAGES = ['env', 'GLIBC_TUNABLES=glibc.malloc.hugetlb=1']

/**
 * Nearly all memory that is free, held by a process of its own, and let go of as files in a folder grow. At the first touch of a page a host takes many times as long as a
 * copy of it does, which would count against whoever needs most; and what is merely free a host may take back (virtio's free page reporting does, after some seconds).
 * With less than nearly all, what the kernel gives next would now and then be memory that nobody has touched.
 */
export class Ballast {
  private readonly child: Child

  private constructor(child: Child) {
    this.child = child
  }

  /** Resolves once it is held. @param folder where the files grow, in memory or on a disk: the kernel keeps what is written to a disk in memory too */
  static async hold(folder: string): Promise<Ballast> {
    const child = startChild('./ballast.child.ts', import.meta.url, [], LARGE_PAGES)
    try {
      await child.call('hold', folder)
      return new Ballast(child)
    } catch (error) {
      await child.end()
      throw error
    }
  }

  /** Lets go of all of it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.child.end()
  }
}
