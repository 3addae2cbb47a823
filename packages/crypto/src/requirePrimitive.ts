import { Unavailable } from '@triode/core'

/** Runs `probe`, which touches the primitive. @throws Unavailable 'primitive-missing' when it fails */
export function requirePrimitive(name: string, probe: () => unknown): void {
  try {
    probe()
  } catch (cause) {
    throw new Unavailable('primitive-missing', {
      details: { name },
      message: `The cryptographic module of this Node does not offer ${name}.`,
      remedy: 'Run Triode under the Node it comes with (26 or later, OpenSSL 3.5 or later).',
      cause,
    })
  }
}
