import type { Logger } from '../../../../src/main/index.js'
import type { World } from '../../world.js'

interface Task {
  readonly name: string
  readonly dueTurn: number
}

const TASKS_MAX = 50
const NAMES = ['water the garden', 'ring the bell', 'close the gate', 'feed the horses', 'count the coins'] as const

/** Tasks in the order they are due: one is added a turn, all that are due are run. */
export class TaskQueue {
  readonly #world: World
  readonly #log: Logger
  /** The next task last, so that it is taken without moving the others. */
  readonly #tasks: Task[] = []

  constructor(world: World, log: Logger) {
    this.#world = world
    this.#log = log
  }

  step(): void {
    const { turn } = this.#world
    for (let task = this.#tasks.at(-1); task !== undefined && task.dueTurn <= turn; task = this.#tasks.at(-1)) {
      this.#tasks.pop()
      this.#log.info({ task: task.name, dueTurn: task.dueTurn, lateTurns: turn - task.dueTurn }, 'task run')
    }
    if (this.#tasks.length < TASKS_MAX) this.#add(turn + 1 + Math.floor(this.#world.random() * 30))
    this.#log.trace('%d tasks wait', this.#tasks.length)
  }

  #add(dueTurn: number): void {
    const name = this.#world.pick(NAMES)
    const later = this.#tasks.findIndex((task) => task.dueTurn <= dueTurn)
    this.#tasks.splice(later === -1 ? this.#tasks.length : later, 0, { name, dueTurn })
    this.#log.debug`task ${{ task: name }} is due in turn ${{ dueTurn }}`
  }
}
