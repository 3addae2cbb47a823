import { channelCompliance } from '@triode/testkit'
import { MemoryChannel, type MemoryNetwork } from '../src/index.ts'

channelCompliance('memory', () => {
  const network: MemoryNetwork = new Map()
  return {
    here: new MemoryChannel(network, 'alice'),
    there: new MemoryChannel(network, 'bob'),
    nobody: 'memory:carol',
    malformed: ['memory:a b', 'memory:a/b', 'tcp:127.0.0.1:1'],
  }
})
