/** What the use of a channel shows to whom, in a sentence for whoever decides on it. From the threat model (docs/threat-model.md). */

const REVEALS: Readonly<Record<string, string>> = {
  lan:
    'Everybody on your local network sees that Triode runs here, under names that change every hour, and with which devices ' +
    'there it talks; not who you are, in which circle, or what you write.',
  tcp:
    'Whoever carries your traffic, such as your provider, sees your network address and those of the devices that you talk to, ' +
    'when and how much; members of your circles learn at which addresses you can be reached.',
}

/** @param channel its name */
export function revealsOf(channel: string): string {
  return REVEALS[channel] ?? 'What it shows to others is not known.'
}
