/** comlink ships this module's types under a name that the compiler does not look for beside an .mjs file. */
declare module 'comlink/dist/esm/node-adapter.mjs' {
  import type { MessagePort } from 'node:worker_threads'
  import type { Endpoint } from 'comlink'

  export default function nodeEndpoint(port: MessagePort): Endpoint
}
