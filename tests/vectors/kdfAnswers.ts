/** Known answers of the functions that stretch passphrases, each with its source. */

/** RFC 9106 §5.3, with secret and associated data: for the module itself. */
export const ARGON2ID_RFC = {
  source: 'RFC 9106 §5.3',
  message: '01'.repeat(32),
  nonce: '02'.repeat(16),
  secret: '03'.repeat(8),
  associatedData: '04'.repeat(12),
  memory: 32,
  passes: 3,
  parallelism: 4,
  tag: '0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659',
} as const

/** As vaults use it, without secret and associated data. */
export const STRETCHED = [
  {
    source: 'P-H-C/phc-winner-argon2 src/test.c, Argon2id v=19 t=2 m=2^16 p=1',
    kdf: { name: 'argon2id', memoryKib: 65_536, passes: 2, parallelism: 1 },
    passphrase: 'password',
    salt: 'somesalt',
    key: '09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7',
  },
  {
    source: 'P-H-C/phc-winner-argon2 src/test.c, Argon2id v=19 t=2 m=2^8 p=2',
    kdf: { name: 'argon2id', memoryKib: 256, passes: 2, parallelism: 2 },
    passphrase: 'password',
    salt: 'somesalt',
    key: '6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037',
  },
  {
    source: 'PBKDF2 (RFC 8018) with the inputs of RFC 6070 case 1 and HMAC-SHA-512, first 32 bytes',
    kdf: { name: 'pbkdf2-hmac-sha512', iterations: 1 },
    passphrase: 'password',
    salt: 'salt',
    key: '867f70cf1ade02cff3752599a3a53dc4af34c7a669815ae5d513554e1c8cf252',
  },
] as const
