/** What the use of a channel shows to whom, in a sentence for whoever decides on it. From the threat model (docs/threat-model.md). */

export const REVEALS: Readonly<Record<string, string>> = {
  lan:
    'Everybody on your local network sees that Triode runs here, under names that change every hour, and with which devices ' +
    'there it talks; not who you are, in which circle, or what you write.',
  tcp:
    'Whoever carries your traffic, such as your provider, sees your network address and those of the devices that you talk to, ' +
    'when and how much; members of your circles learn at which addresses you can be reached.',
  dht:
    'Devices of your circles find each other far away by names that change every day. The nodes of the DHT that are asked see your ' +
    'network address and those of the devices that look for you or that you look for, and when; not who you are, in which circle, ' +
    'or what you write. Without public nodes these are devices of your circles alone; with them anybody may run one. ' +
    'Whoever learns a name of yours can call; the devices that you talk to and your provider see both addresses, when and how much.',
  tor:
    'Devices reach each other through the Tor network: your provider sees that you use Tor, when and how much, and not with whom; members of your ' +
    'circles do not learn where you are. It is slower than the others, and hides nothing that another channel shows which is on beside it.',
}

/** What it shows that the tcp channel has the router let calls in. */
export const MAPPING_REVEALS =
  'Your router, and whoever on your local network asks it, sees that a program on this machine takes calls from the Internet, and at which port. ' +
  'Whoever is in a network with this machine, or tries that port at your public address, finds that something answers there, and not what. Members of your circles learn that address and port.'

/** @param channel its name */
export function revealsOf(channel: string): string {
  return REVEALS[channel] ?? 'What it shows to others is not known.'
}
