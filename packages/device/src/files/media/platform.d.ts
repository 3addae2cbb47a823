/** What Node has of the web's platform and its types leave out, as far as the codecs need it. */
declare namespace WebAssembly {
  interface Module {
    readonly __brand: 'WebAssembly.Module'
  }
  const Module: new (bytes: Uint8Array) => Module
}

interface ImageData {
  readonly data: Uint8ClampedArray
  readonly width: number
  readonly height: number
  readonly colorSpace: string
}
