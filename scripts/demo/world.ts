/**
 * The world of the demo's game engine: rooms, actors, and the two queues through which its modules reach each other.
 * Every list in it has a bound, so that a demo can run for hours; the same seed gives the same game.
 */
import { randomNumbers } from '../random-numbers.js'

const EVENTS_MAX = 64
const COMMANDS_MAX = 16
const ENERGY_MAX = 100

/** A place an actor can be in. Exits lead to rooms by their id; x and y are its place on the map. */
export interface Room {
  readonly id: string
  readonly title: string
  readonly exits: readonly string[]
  readonly x: number
  readonly y: number
  /** From 0, dark, to 1, bright. */
  light: number
}

/** Someone who acts. */
export interface Actor {
  readonly id: number
  readonly name: string
  room: Room
  /** From 0 to 100. */
  energy: number
  /** From -1, miserable, to 1, delighted. */
  mood: number
  readonly inventory: string[]
}

/** Something that happened, waiting for the modules that care. */
export interface GameEvent {
  readonly type: string
  readonly actor: Actor
  readonly detail: string
}

/** The state all modules share. */
export class World {
  readonly rooms: readonly Room[]
  readonly actors: readonly Actor[]
  readonly events: GameEvent[] = []
  readonly commands: string[] = []
  turn = 0
  /** A number from 0 to below 1. */
  readonly random: () => number

  constructor(seed: number) {
    this.random = randomNumbers(seed)
    this.rooms = ROOMS.map(([id, title, x, y, exits]) => ({ id, title, x, y, exits, light: this.random() }))
    this.actors = NAMES.map((name, index) => ({
      id: 1000 + index,
      name,
      room: this.pick(this.rooms),
      energy: 40 + Math.floor(this.random() * 60),
      mood: this.random() * 2 - 1,
      inventory: [],
    }))
  }

  /** One of the list, which must not be empty. */
  pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)] as T
  }

  chance(probability: number): boolean {
    return this.random() < probability
  }

  /** The room with this id. Throws a RangeError for an id that no room has. */
  room(id: string): Room {
    const room = this.rooms.find((candidate) => candidate.id === id)
    if (room === undefined) throw new RangeError(`no room is called ${id}`)
    return room
  }

  /** The actor whose turn it is; `offset` looks ahead. */
  actorOfTurn(offset = 0): Actor {
    return this.actors[(this.turn + offset) % this.actors.length] as Actor
  }

  /** Adds to an actor's energy, within its limits. */
  tire(actor: Actor, energy: number): void {
    actor.energy = Math.min(ENERGY_MAX, Math.max(0, actor.energy - energy))
  }

  /** Queues an event; the oldest goes when nobody drains them. */
  emit(type: string, actor: Actor, detail: string): void {
    if (this.events.length === EVENTS_MAX) this.events.shift()
    this.events.push({ type, actor, detail })
  }

  /** Queues a command as a player would type it. Returns whether there was room. */
  type(command: string): boolean {
    if (this.commands.length === COMMANDS_MAX) return false
    this.commands.push(command)
    return true
  }
}

const ROOMS: readonly (readonly [string, string, number, number, readonly string[]])[] = [
  ['gate', 'Old Gate', 0, 0, ['yard', 'road']],
  ['road', 'Salt Road', 0, 1, ['gate', 'mill', 'ford']],
  ['ford', 'Grey Ford', 0, 2, ['road', 'marsh']],
  ['marsh', 'Reed Marsh', 1, 2, ['ford', 'mill', 'crypt']],
  ['mill', 'Wind Mill', 1, 1, ['road', 'marsh', 'market']],
  ['yard', 'Inner Yard', 1, 0, ['gate', 'hall', 'stable']],
  ['stable', 'Stable', 2, 0, ['yard']],
  ['hall', 'Great Hall', 2, 1, ['yard', 'kitchen', 'library', 'market']],
  ['market', 'Market Square', 2, 2, ['mill', 'hall', 'harbour']],
  ['kitchen', 'Kitchen', 3, 1, ['hall', 'cellar']],
  ['library', 'Library', 3, 0, ['hall', 'tower']],
  ['cellar', 'Wine Cellar', 3, 2, ['kitchen', 'crypt']],
  ['crypt', 'Crypt', 2, 3, ['cellar', 'marsh']],
  ['harbour', 'Harbour', 3, 3, ['market']],
  ['tower', 'Watch Tower', 4, 0, ['library']],
]

const NAMES: readonly string[] = [
  'Ada',
  'Bram',
  'Célia',
  'Dagny',
  'Edwin',
  'Fenna',
  'Gero',
  'Hanne',
  'Ivo',
  'Jorun',
  'Käthe',
  'Lior',
  'Maren',
  'Nils',
  'Oona',
  'Piet',
  'Quirin',
  'Runa',
  'Søren',
  'Tove',
  'Ulf',
  'Vera',
  'Wim',
  'Ysolde',
]
