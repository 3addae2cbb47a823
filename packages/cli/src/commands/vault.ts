/** init, passphrase, backup, restore, wipe: the vault as a whole. */
import { ask, askNewPassphrase, askPassphrase, canAsk, cleanLine, givenPassphrase } from '@triode/api/local'
import { ApiFault, type Client } from '@triode/api'
import { argument, given, typedPath, usage } from '../argument.ts'
import type { Command, Context } from '../command.ts'
import { NEED } from '../command.ts'

export const init: Command = {
  usage: 'init',
  does: 'make the vault of this home',
  options: [
    ['--name <name>', 'nickname to show to your circles'],
    ['--kdf <kdf>', 'argon2id (default), or pbkdf2 to stay within FIPS'],
  ],
  need: NEED.any,
  async run({ client, options, passphrase, terminal, show, running, here }) {
    const kdf = kdfOf(options.value('kdf'))
    const name = options.value('name')
    const chosen =
      (await givenPassphrase(passphrase)) ??
      (await ifNew(client, () => askNewPassphrase(terminal, 'New passphrase: ')))
    const state = await client.init(given({ passphrase: chosen, name, kdf }))
    show({ ...state, running }, () => initText(state.home, running, here))
  },
}

export const passphrase: Command = {
  usage: 'passphrase',
  does: 'change the passphrase',
  options: [
    ['--new-passphrase-file <file>', 'read the new one from the first line (or set TRIODE_NEW_PASSPHRASE)'],
  ],
  need: NEED.unlocked,
  async run({ client, options, passphrase: source, terminal, show }) {
    const current = (await givenPassphrase(source)) ?? (await askPassphrase(terminal, 'Current passphrase: '))
    const file = options.value('newPassphraseFile')
    const next =
      (await givenPassphrase({ file, env: source.env, variable: 'TRIODE_NEW_PASSPHRASE' })) ??
      (await askNewPassphrase(terminal, 'New passphrase: '))
    await client.changePassphrase({ current, next })
    show({ changed: true }, () => 'The passphrase is changed.\n')
  },
}

export const backup: Command = {
  usage: 'backup <file>',
  does: 'write everything to one encrypted file',
  options: [['--backup-passphrase-file <file>', "seal it with this instead of the vault's passphrase"]],
  need: NEED.unlocked,
  async run(context) {
    const { client, options, passphrase: source, show } = context
    const other = options.value('backupPassphraseFile')
    const seal = other === undefined ? undefined : await givenPassphrase({ file: other, env: source.env })
    const written = await client.backup(given({ file: typedPath(argument(context, 0)), passphrase: seal }))
    show(written, () => `Backed up to ${cleanLine(written.file)} (${written.bytes} bytes).\n`)
  },
}

export const restore: Command = {
  usage: 'restore <file>',
  does: 'make the vault of this home from a backup',
  need: NEED.any,
  async run(context) {
    const { client, passphrase: source, terminal, show, running } = context
    const file = typedPath(argument(context, 0))
    const seal =
      (await givenPassphrase(source)) ??
      (await ifNew(client, () => askPassphrase(terminal, 'Passphrase of the backup: ')))
    const state = await client.restore({ file, passphrase: seal })
    show({ ...state, running }, () => 'Restored. Its passphrase is the passphrase of this home now.\n')
  },
}

export const wipe: Command = {
  usage: 'wipe',
  does: 'erase the vault of this home for good',
  options: [['--yes', 'ask nothing']],
  need: NEED.any,
  async run(context) {
    await confirmWipe(context)
    const state = await context.client.wipe({ confirm: true })
    context.show({ ...state, running: context.running }, () => 'Wiped.\n')
  },
}

/** Asks for no passphrase in vain. */
async function ifNew(client: Client, askFor: () => Promise<string>): Promise<string> {
  if ((await client.status()).state === 'new') return askFor()
  throw new ApiFault({
    status: 409,
    code: 'vault-exists',
    message: 'There is a vault in this home already',
    remedy: 'Choose another home, or wipe this vault first',
  })
}

async function confirmWipe({ options, terminal, home }: Context): Promise<void> {
  if (options.flag('yes')) return
  const remedy = 'Run it again with --yes'
  if (!canAsk(terminal))
    throw usage('Wiping needs a confirmation, and there is no terminal to ask on', remedy)
  const answer = await ask(terminal, `This erases ${home} for good. Type wipe to go on: `, 'echo')
  if (answer.trim() !== 'wipe') throw usage('Nothing was erased', remedy)
}

function kdfOf(text: string | undefined): 'argon2id' | 'pbkdf2' | undefined {
  if (text === undefined || text === 'argon2id' || text === 'pbkdf2') return text
  throw usage(`'${text}' is not a key derivation`, 'Choose argon2id or pbkdf2')
}

function initText(home: string, running: boolean, triode: string): string {
  const next = running ? 'Make a circle or join one:' : 'Start the device, then make a circle or join one:'
  const start = running ? '' : `  ${triode} start\n`
  return `The vault is made in ${home}.\n${next}\n${start}  ${triode} circle create NAME\n  ${triode} join LINK\n`
}
