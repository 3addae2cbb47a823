/** The 2,048 words that safety words and spoken codes are drawn from (BIP-39, English), for a face that suggests a passphrase. */
export { wordlist as WORDS } from '@scure/bip39/wordlists/english.js'
