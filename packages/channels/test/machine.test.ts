/** What is known of this machine's addresses while the system can't tell them. */
import assert from 'node:assert/strict'
import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'
import { after, describe, it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { LanChannel } from '../src/index.ts'
import { isInNetwork, machineAddresses, machineInterfaces } from '../src/machine.ts'
import { TcpChannel } from '../src/tcp/tcpChannel.ts'

const real = os.networkInterfaces

function tell(how: typeof real): void {
  os.networkInterfaces = how
  syncBuiltinESMExports()
}

/** As Node does where a process has as many files open as it may. */
function tooManyFiles(): never {
  throw new Error('uv_interface_addresses returned Unknown system error 24')
}

function interfaces(address: string) {
  const info = { address, netmask: '255.255.255.0', family: 'IPv4' as const, mac: '', internal: false }
  return { eth0: [{ ...info, cidr: `${address}/24` }] }
}

after(() => {
  tell(real)
})

describe('a machine that can not tell its addresses', () => {
  it('may be in a network, and once it told them has those of last time', async () => {
    tell(tooManyFiles)
    assert.deepEqual([machineAddresses(), isInNetwork()], [[], true])
    tell(() => interfaces('192.0.2.7'))
    await sleep(600)
    assert.deepEqual([machineAddresses(), isInNetwork(), isInNetwork('IPv6')], [['192.0.2.7'], true, false])
    tell(tooManyFiles)
    await sleep(600)
    assert.deepEqual(machineAddresses(), ['192.0.2.7'])
    assert.equal(machineInterfaces()['eth0']?.length, 1)
  })

  it('goes on with its channels, which look at them again and again', async () => {
    const tcp = new TcpChannel({ listen: ['0.0.0.0:0'] })
    await tcp.start(() => undefined)
    const lan = new LanChannel({ interfaces: ['127.0.0.1'] })
    await lan.start(() => undefined)
    tell(tooManyFiles)
    assert.match(tcp.addresses().join(), /^tcp:192\.0\.2\.7:\d+$/)
    lan.moved()
    await Promise.all([tcp.stop(), lan.stop()])
  })
})
