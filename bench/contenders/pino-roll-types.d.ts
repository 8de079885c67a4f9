/** What the bench needs of pino-roll, which has no types of its own. */
declare module 'pino-roll' {
  import type { pino } from 'pino'

  interface RollOptions {
    readonly file: string
    readonly frequency: 'daily'
    /** The rest is what pino.destination() takes. */
    readonly sync: boolean
    readonly minLength: number
  }

  export default function build(options: RollOptions): Promise<ReturnType<typeof pino.destination>>
}
