/** OpenSSH's scp to a daemon of its own on loopback: no compression, no agent, no known hosts but the bench's. */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { monotonicMs } from '../../harness/statistics.ts'
import { beside, freePort, listening, missingProgram, run } from './program.ts'
import type { Copy } from './copy.ts'

export const SCP_SETUP =
  'OpenSSH 9.2, scp (SFTP) told to take aes256-gcm, its fastest cipher here, to an sshd on loopback; nothing is sealed at rest.'
export const SCP_DEFAULT_SETUP = 'the same as Debian sets it up and people run it, so with chacha20-poly1305.'

/** The processor has instructions for it. */
const FASTEST = 'Ciphers=aes256-gcm@openssh.com'

export function missingScp(): Promise<string | undefined> {
  return Promise.resolve(
    missingProgram('/usr/sbin/sshd', 'openssh-server') ?? missingProgram('scp', 'openssh-client'),
  )
}

/** With the cipher that was found to be its fastest. */
export function copyByScp(copy: Copy): Promise<number> {
  return copyWith(copy, [FASTEST])
}

/** With the cipher that it takes unless it is told another. */
export function copyByScpDefault(copy: Copy): Promise<number> {
  return copyWith(copy, [])
}

async function copyWith({ source, target, work }: Copy, more: readonly string[]): Promise<number> {
  const [hostKey, userKey] = [join(work, 'host'), join(work, 'user')]
  for (const key of [hostKey, userKey]) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key])
  const port = await freePort()
  const config = join(work, 'sshd_config')
  writeFileSync(config, sshdConfig(work, port, hostKey, `${userKey}.pub`))
  mkdirSync('/run/sshd', { recursive: true, mode: 0o755 })
  chmodSync(work, 0o700)
  return beside('/usr/sbin/sshd', ['-D', '-f', config], async () => {
    await listening(port)
    const options = [
      'StrictHostKeyChecking=no',
      `UserKnownHostsFile=${join(work, 'known')}`,
      `IdentityFile=${userKey}`,
    ]
    const flags = [...options, 'IdentitiesOnly=yes', 'Compression=no', 'LogLevel=ERROR', ...more]
    const started = monotonicMs()
    await run('scp', [
      '-r',
      '-q',
      '-P',
      String(port),
      ...flags.flatMap((flag) => ['-o', flag]),
      source,
      `${userInfo().username}@127.0.0.1:${target}`,
    ])
    return monotonicMs() - started
  })
}

function sshdConfig(work: string, port: number, hostKey: string, authorized: string): string {
  return [
    `Port ${String(port)}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${authorized}`,
    `PidFile ${join(work, 'sshd.pid')}`,
    'PermitRootLogin prohibit-password',
    'PasswordAuthentication no',
    'StrictModes no',
    'UsePAM no',
    'Subsystem sftp internal-sftp',
    '',
  ].join('\n')
}
