/** members, verify, peers: who is there. */
import { ask, canAsk, cleanLine } from '@triode/api/local'
import { ApiFault, type Member, type Peer } from '@triode/api'
import { argument, allOfStdin, given, usage } from '../argument.ts'
import type { Command, Context, Options } from '../command.ts'
import { NEED } from '../command.ts'
import { shortId } from '../print/shortId.ts'
import { fields, table } from '../print/table.ts'
import { relativeTime } from '../print/time.ts'
import { qrCode } from './invite.ts'

export const members: Command = {
  usage: 'members <circle>',
  does: 'who is in a circle, with safety words',
  need: NEED.unlocked,
  async run(context) {
    const answer = await context.client.members({ circle: argument(context, 0) })
    context.show(answer, () =>
      table(
        ['NAME', 'ROLE', 'VERIFIED', 'DEVICES', 'ONLINE', 'SAFETY WORDS', 'ID'],
        answer.members.map(memberRow),
        'No members.',
      ),
    )
    for (const member of answer.members.filter(({ changed }) => changed)) context.note(changedText(member))
  },
}

export const verify: Command = {
  usage: 'verify <member>',
  does: 'show the safety words of a member, and remember that they match; or scan instead',
  options: [
    ['--qr', 'show a QR code that the device of that member scans'],
    ['--scan <text>', 'what the device of that member shows; - reads it from stdin'],
    ['--yes', 'the words match: ask nothing'],
    ['--undo', 'forget that they did'],
  ],
  need: NEED.unlocked,
  async run(context) {
    const { client, options, show } = context
    checkWays(options)
    if (options.flag('qr')) {
      await showKeys(context)
      return
    }
    const scanned = options.value('scan')
    if (scanned !== undefined) {
      await compareKeys(context, scanned === '-' ? await allOfStdin(context) : scanned)
      return
    }
    const found = await client.member({ member: argument(context, 0) })
    const verified = options.flag('undo') ? false : options.flag('yes') || (await wordsMatch(found, context))
    const changes = verified === undefined || verified === found.verified
    const member = changes ? found : await client.verify({ member: found.member, verified })
    show(member, () => verifyText(member, context.here))
  },
}

export const peers: Command = {
  usage: 'peers [circle]',
  does: 'live tunnels: channel, group, cipher, round trip',
  need: NEED.unlocked,
  async run({ client, args: [circle], running, show, note, now }) {
    const answer = await client.peers(given({ circle }))
    show(answer, () =>
      table(
        ['PEER', 'CHANNEL', 'REMOTE', 'GROUP', 'CIPHER', 'ROUND TRIP', 'SINCE', 'DEVICE'],
        answer.peers.map((peer) => peerRow(peer, now())),
        'No tunnels.',
      ),
    )
    if (!running) note('No device is running here: start it with `triode start`.')
  },
}

function checkWays(options: Options): void {
  const given = ['yes', 'undo', 'qr'].filter((name) => options.flag(name)).length
  if (given + Number(options.value('scan') !== undefined) > 1)
    throw usage('Of --yes, --undo, --qr and --scan one at a time')
}

async function showKeys({ client, args, show, triode }: Context): Promise<void> {
  const shown = await client.shownKeys({ member: argument({ args }, 0) })
  show(
    shown,
    () =>
      `${qrCode(shown.text)}\n${shown.text}\n\nOn the other device: ${triode} verify YOU --scan TEXT\nThen the other way round: either of you scans.\n`,
  )
}

async function compareKeys(context: Context, text: string): Promise<void> {
  const { client, show, note } = context
  const found = await client.member({ member: argument(context, 0) })
  try {
    const member = await client.verifyScanned({ member: found.member, text })
    show(member, () => `The keys are the same, both ways.\n${verifyText(member, context.here)}`)
  } catch (fault) {
    if (fault instanceof ApiFault && fault.code === 'keys-differ') note(ALARM)
    throw fault
  }
}

/** Nobody should take this for a line like others. */
const ALARM = [
  '*'.repeat(72),
  '**  THE KEYS ARE NOT THE SAME. Nothing was marked as verified.'.padEnd(70) + '**',
  '*'.repeat(72),
].join('\n')

/** @returns undefined when there was nobody to ask, or they did not say */
async function wordsMatch(member: Member, { terminal, options }: Context): Promise<boolean | undefined> {
  if (!canAsk(terminal) || options.flag('json') || member.me) return undefined
  const question = `${wordsOf(member).join('\n')}\nDoes ${nameOf(member)} see the same words? [y/N] `
  const answer = (await ask(terminal, question, 'echo')).trim().toLowerCase()
  return answer === 'y' || answer === 'yes' ? true : undefined
}

function verifyText(member: Member, triode: string): string {
  const main = fields([
    ['member', nameOf(member)],
    ['id', member.member],
    ...wordsOf(member).map((words) => ['safety words', words] as const),
    ['verified', member.me ? 'this is you' : verifiedWord(member)],
    ...notCompared(member).map((device) => ['not compared', device] as const),
  ])
  return member.verified || member.me
    ? main
    : `${main}\nOnce you have compared the words: ${triode} verify ${member.member} --yes\n`
}

function verifiedWord({ changed, partly, verified, devices }: Member): string {
  if (changed) return 'changed'
  if (!partly) return verified ? 'yes' : 'no'
  return `${String(devices.filter((device) => device.verified).length)} of ${String(devices.length)} devices`
}

/** Devices of a member of which others were compared. */
function notCompared({ changed, partly, devices }: Member): string[] {
  return changed || partly ? devices.filter(({ verified }) => !verified).map(({ device }) => device) : []
}

/** Of each device that is not verified; else of the first. */
function wordsOf({ devices, safetyWords }: Member): string[] {
  const open = devices.flatMap((device) => device.safetyWords ?? [])
  return open.length === 0
    ? [safetyWords.join(' ')]
    : devices.flatMap((one) => one.safetyWords?.join(' ') ?? [])
}

function changedText(member: Member): string {
  return `Warning: ${nameOf(member)} has a device that you have not verified: triode verify ${member.member}`
}

function nameOf({ name, member }: Member): string {
  return cleanLine(name ?? shortId(member))
}

function memberRow(member: Member): string[] {
  const { role, state, verified, changed, partly, me, devices, safetyWords } = member
  return [
    me ? `${nameOf(member)} (me)` : nameOf(member),
    state === 'active' ? role : `${role}, ${state}`,
    me ? '' : changed ? 'CHANGED' : partly ? 'partly' : verified ? 'yes' : 'no',
    String(devices.length),
    String(devices.filter(({ online }) => online).length),
    safetyWords.join(' '),
    member.member,
  ]
}

function peerRow(peer: Peer, now: number): string[] {
  return [
    peer.name ?? shortId(peer.member),
    peer.channel,
    `${peer.remote} (${peer.direction})`,
    peer.group,
    peer.cipher,
    peer.roundTripMs === undefined ? '' : `${peer.roundTripMs.toFixed(1)} ms`,
    relativeTime(peer.since, now),
    shortId(peer.device),
  ]
}
