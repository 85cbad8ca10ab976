import Debugger
import Training

// What `info` tells about the training.

extension InfoTopic {
  static func parameters(_ session: Session) -> String {
    guard let graph = session.graph else { return "no model yet" }
    var table = TextTable(["parameter", "shape", "trains", "c", "verdict"], leftAligned: [0, 1, 2, 4])
    let record = session.observedHere
    for (index, parameter) in graph.parameters.enumerated() {
      let observed = record?.record(of: index)
      table.add([
        parameter.name, "\(parameter.shape)", parameter.requiresGrad ? "yes" : "frozen",
        observed.map { factor($0.comparison.c) } ?? "-", observed?.comparison.verdict.rawValue ?? "",
      ])
    }
    return table.text
  }

  static func hooks(_ session: Session) -> String {
    guard !session.hooks.isEmpty, let graph = session.graph else {
      return "no hooks; write for example: hook all at tensor"
    }
    var table = TextTable(["ID", "placement", "capture", "slot", "scale", "on", "fired"], leftAligned: [1, 2, 3, 5])
    let observed = session.observed
    for hook in session.hooks {
      for site in hook.sites {
        let reading = observed?.reading(hook: hook.id, site: site)
        table.add([
          String(hook.id), hook.placement.name, hook.capture.rawValue, hook.slot.rawValue,
          hook.scale.map(formatNumber) ?? "-", NameTable.short(graph.name(of: site)),
          reading.map { String($0.timesFired) } ?? "-",
        ])
      }
    }
    return table.text
  }

  static func learningRates(_ session: Session) -> String {
    guard let record = session.observed else {
      return "lr now \(shortNumber(session.currentLR())); no step was taken yet"
    }
    var table = TextTable(["parameter", "lr used", "lr now"], leftAligned: [0])
    for parameter in record.parameters {
      let name = record.plan.graph.parameters[parameter.parameter].name
      let used = parameter.isPending || parameter.isSkipped ? "-" : shortNumber(parameter.lrUsed)
      table.add([NameTable.short(name), used, shortNumber(session.currentLR(ofParameter: name))])
    }
    return table.text
  }

  static func optimizer(_ session: Session) -> String {
    let kind = OptimizerKind.named(session.configuration.training.optimizer)
    let names = ["optimizer", "lr", "loraplus_lr_ratio", "scheduler"] + (kind?.settings ?? [])
    let scale = session.lossScale.map { "\nloss scale now = \(shortNumber($0))" } ?? ""
    return Setting.all.filter { names.contains($0.name) }
      .map { "\($0.name) = \($0.get(session.configuration))" }.joined(separator: "\n") + scale
  }

  static func model(_ session: Session) -> String {
    let configuration = session.configuration
    guard let model = configuration.model, let graph = session.graph else {
      return "no model yet; write for example: model linear 16 16"
    }
    let lora = configuration.lora
    let trainable = graph.parameters.filter(\.requiresGrad).reduce(0) { $0 + $1.shape.count }
    let all = graph.parameters.reduce(0) { $0 + $1.shape.count }
    let adapter =
      lora.targetModules == .none
      ? "no adapter: the base weights are trained"
      : "LoRA r \(lora.r), lora_alpha \(formatNumber(lora.loraAlpha)), scaling \(shortNumber(lora.scaling)), on \(lora.targetModules)"
    return """
      \(model.title), \(configuration.dtype.rawValue), seed \(configuration.seed)
      \(adapter)
      trainable params: \(trainable) || all params: \(all)
      loss \(configuration.loss.words), data \(configuration.dataset?.words ?? "not chosen yet")
      """
  }

  static func position(_ session: Session) -> String {
    let taken = counted(session.step, "step") + " taken"
    guard session.isInsideStep, let event = session.lastEvent else { return taken }
    return taken + "; inside step \(session.step + 1), after: " + describe(event, in: session.graph)
  }
}
