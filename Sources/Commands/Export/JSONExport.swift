import Autograd
import Debugger
import Tensors
import Training

extension ExportFormat {
  static let json = ExportFormat(
    suffix: ".json",
    summary: "the set-up and the same numbers as one JSON document, with the ledger's stages of every parameter"
  ) { session, path throws(CommandError) in
    let records = try session.recordsToExport()
    var walker = session
    let setUps = session.setUps
    var steps: [JSONText] = []
    do throws(DebuggerError) {
      for number in (records.base + 1)...records.end {
        try walker.travel(to: number)
        guard let record = walker.observed else { continue }
        let rows = try rows(of: record, in: walker)
        let setUp = setUps.lastIndex { $0.first <= number } ?? 0
        steps.append(
          .object(stepFields(record, setUp: setUp) + [("params", .array(rows)), ("hooks", .array(others(record)))]))
      }
    } catch {
      throw CommandError(error.message)
    }
    let document = JSONText.object([
      ("format", .string("lorascope")), ("version", .string(Options.version)), ("branch", .string(records.name)),
      ("setups", .array(setUps.map { .object(describe($0)) })), ("steps", .array(steps)),
    ])
    try writeWhole(document.pretty, to: path)
    return "\(counted(records.count, "step")) written to \(path)"
  }

  private static func stepFields(_ record: StepRecord, setUp: Int) -> [(String, JSONText)] {
    [
      ("step", .int(record.step)), ("setup", .int(setUp)), ("loss", .number(record.loss)),
      ("lr_used", .number(record.lrUsed)), ("skipped", .bool(record.isSkipped)),
      ("loss_scale", .number(record.lossScale)),
      (
        "clipping",
        record.clipping.map {
          .object([("total_norm", .number($0.totalNorm)), ("coefficient", .number($0.coefficient))])
        } ?? .null
      ),
    ]
  }

  /// A row for each trained parameter and hook on it: what `explain` tells, with the step's numbers.
  private static func rows(of record: StepRecord, in session: Session) throws(DebuggerError) -> [JSONText] {
    var rows: [JSONText] = []
    for parameter in record.parameters {
      for (hook, reading) in record.readings(of: parameter) {
        let explanation = try session.explain(parameter.parameter, hook: hook?.id)
        let own = fields(explanation, false).filter { !["type", "step"].contains($0.0) }
        let comparison = parameter.comparison(with: reading)
        let more: [(String, JSONText)] = [
          ("resolution", .number(comparison.resolution)), ("lr", .number(parameter.lr)),
          ("lr_used", .number(parameter.lrUsed)), ("fired", reading.map { .int($0.timesFired) } ?? .null),
          ("before_norm", .number(parameter.before.norm)), ("after_norm", .number(parameter.after.norm)),
        ]
        let place = own.firstIndex { $0.0 == "verdict" } ?? own.endIndex
        let shape = JSONText.array(parameter.before.shape.dimensions.map { .int($0) })
        rows.append(.object(Array(own[..<place]) + more + Array(own[place...]) + [("shape", shape)]))
      }
    }
    return rows
  }

  /// Hooks on modules and their outputs, which have no parameter to be compared with.
  private static func others(_ record: StepRecord) -> [JSONText] {
    zip(record.hooks, record.readings).flatMap { hook, readings in
      readings.compactMap { reading in
        guard case .module = reading.site else { return nil }
        return .object([
          ("hook", .int(hook.id)), ("module", .string(record.plan.graph.name(of: reading.site))),
          ("placement", .string(hook.placement.name)), ("fired", .int(reading.timesFired)),
          ("hook_norm", .number(reading.keptNorm)),
        ])
      }
    }
  }

  private static func describe(_ setUp: SetUp) -> [(String, JSONText)] {
    let configuration = setUp.configuration
    let hooks = configuration.hooks.map { request in
      JSONText.object([("hook", .int(request.id)), ("command", .string(request.words))])
    }
    return [
      ("first_step", .int(setUp.first)), ("model", .string(configuration.model?.command ?? "")),
      ("data", .string(configuration.dataset?.words ?? "")), ("loss", .string(configuration.loss.words)),
      ("settings", .object(Setting.all.map { ($0.name, .string($0.get(configuration))) })), ("hooks", .array(hooks)),
    ]
  }
}
