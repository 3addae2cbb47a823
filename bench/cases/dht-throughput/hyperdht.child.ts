/** A raw stream of hyperdht: what the library alone can do. */
import HyperDHT, { type SecretStream } from 'hyperdht'
import { answerCalls } from '../../harness/child.ts'
import { cpuMs, receiveRuns, sendRun } from './side.ts'

let dht: HyperDHT
let stream: SecretStream

function enter(nodes: readonly string[]): void {
  const bootstrap = nodes.map((node) => {
    const [host = '', port] = node.split(':')
    return { host, port: Number(port) }
  })
  dht = new HyperDHT({ bootstrap, host: '127.0.0.1' })
}

answerCalls({
  listen: async (nodes: readonly string[]) => {
    enter(nodes)
    const keyPair = HyperDHT.keyPair()
    await dht.createServer({ shareLocalAddress: false }, (accepted) => receiveRuns(accepted)).listen(keyPair)
    return keyPair.publicKey.toString('hex')
  },
  dial: async ({ nodes, address }: { nodes: readonly string[]; address: string }) => {
    enter(nodes)
    stream = dht.connect(Buffer.from(address, 'hex'), {
      keyPair: HyperDHT.keyPair(),
      localConnection: false,
    })
    await new Promise<void>((resolve, reject) => {
      stream.on('error', reject)
      stream.once('open', () => {
        resolve()
      })
    })
  },
  send: (bytes: number) => sendRun(stream, bytes),
  cpuMs,
})
