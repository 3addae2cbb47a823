import assert from 'node:assert/strict'
import {
  closeSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import {
  type Blob,
  CHUNK_BYTES,
  chunkShapeOf,
  Fault,
  IntegrityFault,
  SEALED_CHUNK_BYTES,
  type StoredBlob,
} from '@triode/core'
import {
  blobBytes,
  blobSecret,
  createSeededRandom,
  giveChunks,
  givePages,
  plaintextOf,
} from '@triode/testkit'
import { readBootId } from '../../src/blobs/bootId.ts'
import { type DiskBlobStore } from '../../src/blobs/diskBlobStore.ts'
import { stateLayout } from '../../src/blobs/stateFile.ts'
import { fault } from '../place.ts'
import { folder, storeIn } from './stores.ts'

const SIZE = 12 * CHUNK_BYTES - 3
const damaged = fault(IntegrityFault, 'chunk-damaged')

interface Sealed {
  readonly dir: string
  readonly bytes: Uint8Array
  readonly blob: Blob
  /** Paths of its files. */
  readonly chunks: string
  readonly state: string
}

/** A blob of twelve chunks in a folder, in no process's hands. */
async function sealed(t: TestContext, size = SIZE): Promise<Sealed> {
  const dir = folder(t)
  const bytes = blobBytes(size)
  const store = storeIn(dir)
  const blob = await store.seal(blobSecret(), 'sha256', [{ bytes }])
  const [found] = await store.list()
  await store.lock()
  const name = join(dir, 'files', found?.name ?? '')
  return { dir, bytes, blob, chunks: `${name}.chunks`, state: `${name}.state` }
}

async function using<T>(dir: string, bootId: number, work: (store: DiskBlobStore) => Promise<T>): Promise<T> {
  const store = storeIn(dir, { bootId: new Uint8Array(16).fill(bootId) })
  try {
    return await work(store)
  } finally {
    await store.lock()
  }
}

/** The boot of the tests' stores, and another. */
const [SAME, OTHER] = [5, 6]

function change(path: string, at: number, mask = 0x40): void {
  const bytes = readFileSync(path)
  bytes[at] = (bytes[at] ?? 0) ^ mask
  writeFileSync(path, bytes)
}

function overwrite(path: string, at: number, bytes: Uint8Array): void {
  const fd = openSync(path, 'r+')
  writeSync(fd, bytes, 0, bytes.length, at)
  closeSync(fd)
}

async function isAllRight(stored: StoredBlob, { blob, bytes }: Sealed): Promise<void> {
  assert.ok(stored.isWhole)
  assert.deepEqual(await plaintextOf(stored, blob.secret), bytes)
}

/** It is the only one, all of it is there, and there is nothing to mend. */
async function isKept(store: DiskBlobStore, made: Sealed): Promise<void> {
  assert.deepEqual(
    (await store.list()).map(({ id }) => id),
    [made.blob.id],
  )
  const stored = await store.open(made.blob, 'sha256')
  await isAllRight(stored, made)
  assert.equal(await stored.mend(), false)
}

describe('a damaged blob', () => {
  it('gives no byte of a chunk that does not open, which counts as absent then, and is mended by one that does', async (t) => {
    const made = await sealed(t)
    change(made.chunks, 5 * SEALED_CHUNK_BYTES + 77)
    await using(made.dir, SAME, async (store) => {
      const stored = await store.open(made.blob, 'sha256')
      assert.equal(
        (await stored.read(5, 1)).length,
        SEALED_CHUNK_BYTES,
        'who reads it sees that it does not match',
      )
      assert.deepEqual(
        await plaintextOf(stored, made.blob.secret, 0, 5 * CHUNK_BYTES),
        made.bytes.slice(0, 5 * CHUNK_BYTES),
      )
      await assert.rejects(plaintextOf(stored, made.blob.secret), damaged)
      assert.deepEqual(stored.have.runs(), [
        [0, 5],
        [6, 6],
      ])
    })
    await using(made.dir, SAME, async (store) => {
      const stored = await store.open(made.blob, 'sha256')
      assert.equal(stored.have.firstAbsent(), 5, 'that was noted')
      await using(folder(t), SAME, async (other) => {
        const source = await other.seal(made.blob.secret, 'sha256', [{ bytes: made.bytes }])
        assert.deepEqual(source, made.blob)
        await giveChunks(await other.open(source, 'sha256'), stored, 5, 6)
      })
      await isAllRight(stored, made)
    })
  })

  it('whose file was cut short, or is gone, has what is left', async (t) => {
    const made = await sealed(t)
    truncateSync(made.chunks, 7 * SEALED_CHUNK_BYTES + 100)
    await using(made.dir, SAME, async (store) => {
      const stored = await store.open(made.blob, 'sha256')
      await assert.rejects(stored.read(5, 5), damaged)
      assert.deepEqual(stored.have.runs(), [
        [0, 7],
        [10, 2],
      ])
      const fd = openSync(join(made.dir, 'out'), 'w')
      await assert.rejects(stored.copyTo(made.blob.secret, 10 * CHUNK_BYTES, SIZE, fd, 0), damaged)
      closeSync(fd)
      assert.deepEqual(stored.have.runs(), [[0, 7]])
    })
    rmSync(made.chunks)
    await using(made.dir, SAME, async (store) => {
      const stored = await store.open(made.blob, 'sha256')
      await assert.rejects(plaintextOf(stored, made.blob.secret, 0, 1), damaged)
      assert.equal((await stored.check()).length, 6)
      assert.equal(await store.usedBytes(), 0)
    })
  })

  it('is found by a check, chunk by chunk', async (t) => {
    const made = await sealed(t)
    for (const index of [0, 3, 11]) change(made.chunks, index * SEALED_CHUNK_BYTES + index)
    await using(made.dir, SAME, async (store) => {
      const stored = await store.open(made.blob, 'sha256')
      assert.deepEqual(await stored.check(), [0, 3, 11])
      assert.equal(stored.have.count, 9)
      assert.deepEqual(await stored.check(), [])
    })
  })

  it('is mended by a check where only pages of its tree are damaged', async (t) => {
    const made = await sealed(t, 1_030 * CHUNK_BYTES)
    const shape = chunkShapeOf(made.bytes.length)
    assert.equal(shape.levels.length, 2)
    const layout = stateLayout(shape, 'sha256')
    for (const [level, index] of [
      [0, 0],
      [0, 1],
      [1, 0],
    ] as const)
      change(made.state, layout.pageAt(level, index) + 3)
    await using(made.dir, SAME, async (store) => {
      const stored = await store.open(made.blob, 'sha256')
      assert.equal(await stored.page(0, 1), undefined)
      assert.deepEqual(await stored.check(), [])
      for (const [level, index] of [
        [0, 0],
        [0, 1],
        [1, 0],
      ] as const)
        assert.ok(await stored.page(level, index))
      await isAllRight(stored, made)
    })
  })

  it('with another header is refused, with a damaged one is tested and used', async (t) => {
    const made = await sealed(t)
    const other = await sealed(t)
    for (const at of [0, 8, 9, 12, 30, 90, 115]) {
      change(made.state, at)
      change(made.chunks, 2 * SEALED_CHUNK_BYTES)
      await using(made.dir, SAME, async (store) => {
        assert.deepEqual(
          (await store.list()).map(({ id }) => id),
          [undefined],
        )
        const stored = await store.open(made.blob, 'sha256')
        // Synced marks are believed; what is under them is tested when it is used.
        assert.equal(stored.have.count, 12)
        assert.deepEqual(await stored.check(), [2])
        change(made.chunks, 2 * SEALED_CHUNK_BYTES)
        await giveOne(t, made, stored)
        await isAllRight(stored, made)
        await stored.sync()
      })
    }
    writeFileSync(made.state, readFileSync(other.state))
    await using(made.dir, SAME, (store) =>
      assert.rejects(store.open(made.blob, 'sha256'), fault(IntegrityFault, 'blob-damaged')),
    )
  })

  const hurts: Readonly<Record<string, (made: Sealed) => void>> = {
    'is gone': ({ state }) => {
      rmSync(state)
    },
    'is empty': ({ state }) => {
      truncateSync(state)
    },
    'is zeros': ({ state }) => {
      writeFileSync(state, new Uint8Array(statSync(state).size))
    },
    'lost its marks': ({ state }) => {
      overwrite(state, 256, new Uint8Array(2))
    },
    'lost a mark, and its header': ({ state }) => {
      overwrite(state, 0, new Uint8Array(257))
    },
  }
  for (const [what, hurt] of Object.entries(hurts))
    it(`whose state ${what} is found again by its chunks, which need nobody, and is named once`, async (t) => {
      const made = await sealed(t)
      hurt(made)
      await using(made.dir, SAME, async (store) => {
        assert.equal((await store.list()).length, 1, 'its chunks are not taken away')
        const stored = await store.open(made.blob, 'sha256')
        await isAllRight(stored, made)
        assert.deepEqual([await stored.mend(), await stored.mend()], [true, false])
        assert.deepEqual(await stored.check(), [])
        assert.ok((await stored.page(0, 0)) !== undefined, 'others can be given what vouches for it')
        await stored.close()
      })
      await using(made.dir, OTHER, (store) => isKept(store, made))
    })

  it('whose state is gone, and of which not all is here, has its chunks count once what vouches for them has come', async (t) => {
    const made = await sealed(t)
    rmSync(made.state)
    change(made.chunks, 2 * SEALED_CHUNK_BYTES + 99)
    await using(folder(t), SAME, async (other) => {
      const source = await other.open(
        await other.seal(made.blob.secret, 'sha256', [{ bytes: made.bytes }]),
        'sha256',
      )
      await using(made.dir, SAME, async (store) => {
        const stored = await store.open(made.blob, 'sha256')
        assert.equal(stored.have.count, 0)
        await givePages(source, stored)
        assert.deepEqual(stored.have.runs(), [
          [0, 2],
          [3, 9],
        ])
        assert.equal(await stored.mend(), true)
        await giveChunks(source, stored, 2, 3)
        await isAllRight(stored, made)
      })
    })
  })

  it('whose state is taken away while it is open has it again, whole, once it is looked for', async (t) => {
    const made = await sealed(t)
    await using(made.dir, SAME, async (store) => {
      const stored = await store.open(made.blob, 'sha256')
      await stored.read(0, 1)
      for (const hurt of [
        () => {
          rmSync(made.state)
        },
        () => {
          overwrite(made.state, 20, new Uint8Array(300))
        },
      ]) {
        assert.equal(await stored.mend(), false)
        hurt()
        assert.equal(await stored.mend(), true)
        assert.deepEqual(await stored.check(), [])
        await isAllRight(stored, made)
        assert.ok((await stored.page(0, 0)) !== undefined)
      }
      await stored.close()
    })
    await using(made.dir, SAME, (store) => isKept(store, made))
  })

  it('never gives a wrong byte, and never ends the process, whatever bits are flipped', async (t) => {
    const made = await sealed(t)
    const [chunks, state] = [readFileSync(made.chunks), readFileSync(made.state)]
    const random = createSeededRandom(`flips ${process.env['TRIODE_FUZZ_SEED'] ?? 'of bits'}`)
    const draw = (below: number): number => new DataView(random.bytes(4).slice().buffer).getUint32(0) % below
    let [right, refused] = [0, 0]
    for (let turn = 0; turn < 60; turn++) {
      writeFileSync(made.chunks, chunks)
      writeFileSync(made.state, state)
      for (let flips = draw(4); flips >= 0; flips--) {
        if (draw(3) === 0) change(made.chunks, draw(chunks.length), 1 << draw(8))
        else change(made.state, draw(draw(2) === 0 ? 300 : state.length), 1 << draw(8))
      }
      if (draw(5) === 0) truncateSync(made.state, draw(state.length))
      await using(made.dir, draw(2) === 0 ? SAME : OTHER, async (store) => {
        try {
          const stored = await store.open(made.blob, 'sha256')
          for (const [from, count] of stored.have.runs()) await stored.read(from, count)
          const found = await plaintextOf(stored, made.blob.secret)
          assert.deepEqual(found, made.bytes)
          right++
        } catch (error) {
          assert.ok(error instanceof Fault, String(error))
          refused++
        }
        await store.list()
        const again = await store.open(made.blob, 'sha256').catch(() => undefined)
        const left = (await again?.check()) ?? []
        assert.ok(left.length <= 12)
        for (const [from, count] of again?.have.runs() ?? []) {
          const end = Math.min(SIZE, (from + count) * CHUNK_BYTES)
          const part = await plaintextOf(again as StoredBlob, made.blob.secret, from * CHUNK_BYTES, end)
          assert.deepEqual(part, made.bytes.slice(from * CHUNK_BYTES, end))
        }
      })
    }
    assert.ok(right > 5 && refused > 5, `${right} right, ${refused} refused`)
  })
})

/** Chunk 2, from a store that has it. */
async function giveOne(t: TestContext, made: Sealed, stored: StoredBlob): Promise<void> {
  await using(folder(t), SAME, async (other) => {
    const source = await other.seal(made.blob.secret, 'sha256', [{ bytes: made.bytes }])
    await giveChunks(await other.open(source, 'sha256'), stored, 2, 3)
  })
}

describe('a crash of the machine', () => {
  /** Takes chunks 0 to 3 and syncs, takes 4 to 7; then the disk has only zeros where 5 was written. */
  async function crashed(t: TestContext): Promise<Sealed> {
    const from = await sealed(t)
    const dir = folder(t)
    await using(from.dir, SAME, async (author) => {
      const here = await author.open(from.blob, 'sha256')
      const store = storeIn(dir)
      const there = await store.open(from.blob, 'sha256')
      await givePages(here, there)
      await giveChunks(here, there, 0, 4)
      await there.sync()
      await giveChunks(here, there, 4, 8)
      await store.lock()
    })
    const chunks = from.chunks.replace(from.dir, dir)
    const fd = openSync(chunks, 'r+')
    writeSync(fd, new Uint8Array(SEALED_CHUNK_BYTES), 0, null, 5 * SEALED_CHUNK_BYTES)
    closeSync(fd)
    return { ...from, dir, chunks, state: from.state.replace(from.dir, dir) }
  }

  it('has what was not synced tested before it counts', async (t) => {
    const made = await crashed(t)
    await using(made.dir, OTHER, async (store) => {
      const stored = await store.open(made.blob, 'sha256')
      assert.deepEqual(stored.have.runs(), [
        [0, 5],
        [6, 2],
      ])
    })
    await using(made.dir, OTHER, async (store) => {
      assert.deepEqual((await store.open(made.blob, 'sha256')).have.runs(), [
        [0, 5],
        [6, 2],
      ])
    })
  })

  it('is not taken for one while the machine runs on: nothing is hashed again', async (t) => {
    const made = await crashed(t)
    await using(made.dir, SAME, async (store) => {
      const stored = await store.open(made.blob, 'sha256')
      assert.deepEqual(stored.have.runs(), [[0, 8]], 'the zeros were put there by the test')
      await assert.rejects(plaintextOf(stored, made.blob.secret, 0, 8 * CHUNK_BYTES), damaged)
    })
  })

  it('is supposed where the system does not tell', async (t) => {
    const made = await crashed(t)
    await using(made.dir, 0, async (store) => {
      assert.deepEqual((await store.open(made.blob, 'sha256')).have.runs(), [
        [0, 5],
        [6, 2],
      ])
    })
  })

  it('may take the state with it', async (t) => {
    const made = await crashed(t)
    const fd = openSync(made.state, 'r+')
    ftruncateSync(fd, 0)
    closeSync(fd)
    await using(made.dir, OTHER, async (store) => {
      assert.equal((await store.open(made.blob, 'sha256')).have.count, 0)
    })
  })

  it('is told apart by the id of the boot, on Linux', () => {
    const bootId = readBootId()
    if (process.platform === 'linux') assert.ok(bootId.some((byte) => byte !== 0))
    assert.deepEqual(readBootId(), bootId)
    assert.deepEqual(readBootId('/nowhere'), new Uint8Array(16))
  })
})

describe('a blob of any size', () => {
  it('is opened without reading its chunks, and takes no more room than what is here of it', async (t) => {
    const made = await sealed(t, 100)
    const large = { ...made.blob, size: 400e9, id: `${made.blob.id.slice(0, -2)}aa` as Blob['id'] }
    await using(made.dir, SAME, async (store) => {
      await store.open(large, 'sha256')
      const name = (await store.list()).find(({ id }) => id === large.id)?.name ?? ''
      await store.lock()
      const { blocks } = statSync(join(made.dir, 'files', `${name}.state`))
      assert.ok(blocks * 512 < 1_000_000, `${blocks} blocks`)
    })
    await using(made.dir, SAME, async (store) => {
      const started = performance.now()
      const stored = await store.open(large, 'sha256')
      assert.ok(performance.now() - started < 500, 'milliseconds, on a machine that does nothing else')
      assert.equal(stored.have.firstAbsent(), 0)
    })
  })

  it('is opened as fast when a million of its chunks are here: none of them is read', async (t) => {
    const held = 1_000_000
    const made = await sealed(t, 100)
    const large = { ...made.blob, size: 400e9, id: `${made.blob.id.slice(0, -2)}aa` as Blob['id'] }
    const path = await using(made.dir, SAME, async (store) => {
      await store.open(large, 'sha256')
      return join(made.dir, 'files', (await store.list()).find(({ id }) => id === large.id)?.name ?? '')
    })
    const { heldAt, syncedAt } = stateLayout(chunkShapeOf(large.size), 'sha256')
    for (const at of [heldAt, syncedAt]) overwrite(`${path}.state`, at, new Uint8Array(held / 8).fill(0xff))
    // Holes, which are not what the marks say: whoever read a chunk would find that out.
    truncateSync(`${path}.chunks`, held * SEALED_CHUNK_BYTES)
    await using(made.dir, SAME, async (store) => {
      const started = performance.now()
      const stored = await store.open(large, 'sha256')
      const took = performance.now() - started
      assert.equal(stored.have.count, held)
      assert.equal(stored.have.firstAbsent(), held)
      assert.ok(took < 500, `${took} ms, on a machine that does nothing else`)
    })
  })
})
