import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { circleOfTwo, CIRCLE, eventually, LAN, type DeviceProcess } from './circleOfTwo.ts'
import { freePort } from './freePort.ts'

async function hears(to: DeviceProcess, text: string): Promise<void> {
  await eventually(`"${text}" at ${to.name}'s`, async () => {
    const { messages } = await to.client.messages({ where: CIRCLE, limit: 20 })
    return messages.find((message) => message.text === text)
  })
}

async function talk(alice: DeviceProcess, bob: DeviceProcess, about: string): Promise<void> {
  await alice.client.send({ where: CIRCLE, text: `${about}, says Alice` })
  await bob.client.send({ where: CIRCLE, text: `${about}, says Bob` })
  await hears(bob, `${about}, says Alice`)
  await hears(alice, `${about}, says Bob`)
}

describe('channels between two processes', () => {
  for (const host of ['127.0.0.1', '[::1]']) {
    it(`tcp at ${host}: meets by the address in the link, and again after both restart`, async () => {
      const ports = [await freePort(), await freePort()]
      const args = (name: string) => [
        '--channels',
        'tcp',
        '--listen',
        `${host}:${String(ports[name === 'Alice' ? 0 : 1])}`,
      ]
      const two = await circleOfTwo({ args })
      try {
        const { alice, bob } = two
        await talk(alice, bob, 'first')
        const { peers } = await alice.client.peers({})
        assert.equal(peers[0]?.channel, 'tcp')
        await Promise.all([alice.stop(), bob.stop()])
        await Promise.all([alice.start(), bob.start()])
        await talk(alice, bob, 'after a restart')
      } finally {
        await two.end()
      }
    })
  }

  it('lan: finds a device again that comes back with another port', async () => {
    const two = await circleOfTwo()
    try {
      const { alice, bob } = two
      await talk(alice, bob, 'first')
      const before = bob.listening[0]
      await bob.kill()
      await alice.client.send({ where: CIRCLE, text: 'while Bob was gone' })
      await bob.start()
      assert.notEqual(bob.listening[0], before)
      await hears(bob, 'while Bob was gone')
      await talk(alice, bob, 'back')
    } finally {
      await two.end()
    }
  })

  for (const suite of ['cnsa', 'p384'] as const) {
    it(`suite ${suite}: the tunnel has exactly its group`, async () => {
      const two = await circleOfTwo({ suite })
      try {
        await talk(two.alice, two.bob, suite)
        const { peers } = await two.bob.client.peers({})
        assert.match(peers[0]?.group ?? '', suite === 'cnsa' ? /^MLKEM1024$/i : /p-?384/i)
        assert.equal(peers[0]?.cipher, 'TLS_AES_256_GCM_SHA384')
      } finally {
        await two.end()
      }
    })
  }

  it('a third device gets from Bob what Alice wrote, and Alice is told, though the two never meet', async () => {
    const two = await circleOfTwo()
    try {
      const { alice, bob, circle } = two
      const carol = await two.device('Carol', LAN).start()
      const { link } = await bob.client.invite({ circle })
      await carol.client.join({ link })
      await eventually('three members at Alice', async () => {
        const { members } = await alice.client.members({ circle })
        return members.length === 3 ? true : undefined
      })
      await carol.stop()
      const { id } = await alice.client.send({ where: CIRCLE, text: 'for Carol too' })
      await hears(bob, 'for Carol too')
      await alice.stop()
      await carol.start()
      await hears(carol, 'for Carol too')
      await carol.client.read({ where: CIRCLE })
      await new Promise((resolve) => setTimeout(resolve, 5_000))
      await carol.stop()
      await alice.start()
      await eventually('Carol has it, Alice hears', async () => {
        const { messages } = await alice.client.messages({ where: CIRCLE, limit: 10 })
        const message = messages.find((one) => one.id === id)
        return message?.state === 'delivered' && message.read.count === 1 ? true : undefined
      })
    } finally {
      await two.end()
    }
  })
})
