/**
 * All modules of the demo's engine, by the folder each lives in: its folder is its category. They step in this order,
 * so that within a turn what is typed is run, what is done is told, and what has changed is checked.
 */

import type { Logger } from '../../src/main/index.js'
import { resolveMove } from './src/actions/move-resolver.js'
import { adaptCalendar } from './src/adapters/calendar-adapter.js'
import { planGoals } from './src/ai/goal-planner.js'
import { ThresholdAlert } from './src/alerting/threshold-alert.js'
import { BodyGraph } from './src/anatomy/body-graph.js'
import { bootRegion } from './src/bootstrapper/region-bootstrap.js'
import { rollCharacter } from './src/characterBuilder/trait-roller.js'
import { Wardrobe } from './src/clothing/wardrobe.js'
import { runCommands } from './src/commands/command-parser.js'
import { hashState } from './src/common/state-hash.js'
import { readSetting } from './src/config/setting-layers.js'
import { decideFlag } from './src/configuration/feature-flags.js'
import { chargeActivity } from './src/constants/balance-table.js'
import { gatherContext } from './src/context/turn-context.js'
import { ColumnTable } from './src/data/column-table.js'
import { ServiceContainer } from './src/dependencyInjection/service-container.js'
import { PanelRenderer } from './src/domUI/panel-renderer.js'
import { TurnClock } from './src/engine/turn-clock.js'
import { ComponentRegistry } from './src/entities/component-registry.js'
import { FailureClassifier } from './src/errors/failure-classifier.js'
import { dispatchEvents } from './src/events/event-dispatcher.js'
import { wrapDescription } from './src/formatting/text-wrapper.js'
import { PhaseInitializer } from './src/initializers/phase-initializer.js'
import { decodeKey } from './src/input/key-decoder.js'
import { checkContract } from './src/interfaces/contract-checker.js'
import { RequestBudget } from './src/llms/request-budget.js'
import { loadDefinition } from './src/loaders/definition-loader.js'
import { NarrationFilter } from './src/logging/narration-filter.js'
import { evaluateRules } from './src/logic/rule-evaluator.js'
import { sortMods } from './src/modding/load-order.js'
import { driftMoods } from './src/models/mood-model.js'
import { findPath } from './src/pathing/path-finder.js'
import { ChangeJournal } from './src/persistence/change-journal.js'
import { Mailbox } from './src/ports/mailbox.js'
import { buildPrompt } from './src/prompting/prompt-builder.js'
import { queryRooms } from './src/query/room-index.js'
import { TaskQueue } from './src/scheduling/task-queue.js'
import { evaluateScope } from './src/scopeDsl/scope-evaluator.js'
import { WeatherService } from './src/services/weather-service.js'
import { SymbolTable } from './src/shared/symbol-table.js'
import { CheckpointGuard } from './src/shutdown/checkpoint-guard.js'
import { SaveSlots } from './src/storage/save-slot.js'
import { probeInvariants } from './src/testing/invariant-probe.js'
import { TensionCurve } from './src/thematicDirection/tension-curve.js'
import { InitiativeOrder } from './src/turns/initiative-order.js'
import { guardOffer } from './src/types/message-guard.js'
import { MovingAverage } from './src/utils/moving-average.js'
import { validateRecord } from './src/validation/schema-validator.js'
import type { World } from './world.js'

/** Does a module's work for one turn. */
export type Step = () => void

/** Makes a module's step, in a world and with its own logger. */
export type Module = (world: World, log: Logger) => Step

/** The modules by their folder, in the order they step. */
export const MODULES: Readonly<Record<string, Module>> = Object.freeze({
  engine: stateful(TurnClock),
  bootstrapper: stateless(bootRegion),
  initializers: stateful(PhaseInitializer),
  config: stateless(readSetting),
  configuration: stateless(decideFlag),
  dependencyInjection: stateful(ServiceContainer),
  loaders: stateless(loadDefinition),
  modding: stateless(sortMods),
  interfaces: stateless(checkContract),
  input: stateless(decodeKey),
  commands: stateless(runCommands),
  turns: stateful(InitiativeOrder),
  context: stateless(gatherContext),
  ai: stateless(planGoals),
  logic: stateless(evaluateRules),
  scopeDsl: stateless(evaluateScope),
  query: stateless(queryRooms),
  pathing: stateless(findPath),
  actions: stateless(resolveMove),
  constants: stateless(chargeActivity),
  clothing: stateful(Wardrobe),
  anatomy: stateful(BodyGraph),
  characterBuilder: stateless(rollCharacter),
  entities: stateful(ComponentRegistry),
  models: stateless(driftMoods),
  types: stateless(guardOffer),
  ports: stateful(Mailbox),
  services: stateful(WeatherService),
  scheduling: stateful(TaskQueue),
  events: stateless(dispatchEvents),
  prompting: stateless(buildPrompt),
  llms: stateful(RequestBudget),
  thematicDirection: stateful(TensionCurve),
  formatting: stateless(wrapDescription),
  domUI: stateful(PanelRenderer),
  logging: stateful(NarrationFilter),
  adapters: stateless(adaptCalendar),
  utils: stateful(MovingAverage),
  data: stateful(ColumnTable),
  shared: stateful(SymbolTable),
  common: stateless(hashState),
  storage: stateful(SaveSlots),
  persistence: stateful(ChangeJournal),
  validation: stateless(validateRecord),
  alerting: stateful(ThresholdAlert),
  errors: stateful(FailureClassifier),
  testing: stateless(probeInvariants),
  shutdown: stateful(CheckpointGuard),
})

function stateful(Type: new (world: World, log: Logger) => { step(): void }): Module {
  return (world, log) => {
    const instance = new Type(world, log)
    return () => instance.step()
  }
}

function stateless(work: (world: World, log: Logger) => void): Module {
  return (world, log) => () => work(world, log)
}
