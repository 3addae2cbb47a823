/** On a lab host: sends numbered messages over the API of the device there, and tells on stdout which others came and when. */
import { createInterface } from 'node:readline'
import { createClient } from '@triode/api'

const EVERY_MS = 250

const [url = '', token = '', where = '', name = ''] = process.argv.slice(2)
const client = createClient({ url, token })
const tell = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`)

// It ends with whoever started it.
createInterface(process.stdin).once('close', () => process.exit(0))

void listen()
for (let number = 0; ; number++) {
  try {
    const at = Date.now()
    await client.send({ where, text: `${name} ${String(number)}` })
    tell({ sent: `${name} ${String(number)}`, at })
  } catch {
    // The device is asleep: what it has not taken is not counted.
  }
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS))
}

async function listen(): Promise<void> {
  for await (const event of await client.events({})) {
    if (event.type === 'message' && !event.message.text.startsWith(`${name} `))
      tell({ heard: event.message.text, at: Date.now() })
    if (event.type === 'peer-up') tell({ up: event.peer.device, over: event.peer.channel, at: Date.now() })
  }
}
