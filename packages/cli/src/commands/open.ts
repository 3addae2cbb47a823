/** open: the web page of the running device, in the browser. */
import { showInBrowser, windowOpener } from '@triode/api/local'
import type { Command } from '../command.ts'
import { NEED } from '../command.ts'

export const open: Command = {
  usage: 'open',
  does: 'open the web page of the running device, or print an address that opens it once',
  options: [['--print', 'print the address, open nothing']],
  need: NEED.running,
  async run({ client, options, env, show }) {
    const launched = await client.launch()
    const isPrinted = options.flag('print') || options.flag('json')
    const opener = isPrinted ? undefined : windowOpener(env)
    const isOpen = opener !== undefined && (await showInBrowser(opener, launched.url, env))
    show(launched, () => (isOpen ? 'Opened in the browser.\n' : `${launched.url}\n`))
  },
}
