import Autograd
import Tensors
import Training

/// One step seen from every hook site around a module or parameter at once.
public struct PlacementTable: Sendable {
  public struct Row: Sendable {
    public let placement: String
    /// The PyTorch call.
    public let call: String
    public let site: String
    /// How often the hook fired; nil where torch refuses it.
    public let fired: Int?
    /// What it sees, in G and delta.
    public let formula: String
    public let shape: Shape?
    /// Of what a hook kept that clones the last it saw.
    public let norm: Double?
    /// c: what the update is of it. Nil where there is nothing to compare, or 0/0.
    public let factor: Double?
    public let remark: String
  }

  public let title: String
  public let step: Int
  public let rows: [Row]
}

extension Session {
  /// Takes the observed step again with a hook everywhere around what `name` names; the first adapter without one.
  public func placements(_ name: String?) throws(DebuggerError) -> PlacementTable {
    guard let graph, let model, let names else { throw Session.noModel }
    let sites: [PlacementSite]
    let title: String
    if let name, let found = try? names.one(name, .parameters), case .parameter(let parameter) = found,
      !model.layers.contains(where: { $0.owns(parameter) })
    {
      (sites, title) = (graph.placementSites(ofParameter: parameter), NameTable.short(graph.parameters[parameter].name))
    } else if name != nil || !model.layers.isEmpty {
      guard
        let layer = try name.map({ name throws(DebuggerError) in try self.layer(named: name) }) ?? model.layers.first
      else { throw Session.noModel }
      (sites, title) = (graph.placementSites(layer), NameTable.short(graph.modules[layer.module].path))
    } else if let first = graph.parameters.firstIndex(where: \.requiresGrad) {
      (sites, title) = (graph.placementSites(ofParameter: first), NameTable.short(graph.parameters[first].name))
    } else {
      throw DebuggerError("nothing is trainable")
    }
    return try placements(sites, title)
  }

  private func placements(_ sites: [PlacementSite], _ title: String) throws(DebuggerError) -> PlacementTable {
    let taken = try observedStep()
    // IDs below 0 are no user's. They are registered first, so that they see what reaches the place.
    let hooks = sites.enumerated().compactMap { index, site in
      taken.plan.graph.accepts(site.placement, at: site.site)
        ? Hook(id: -1 - index, placement: site.placement, sites: [site.site]) : nil
    }
    let seen = try DebuggerError.wrap { () throws(TrainingError) in
      var machine = StepMachine(try taken.plan.watched(by: hooks), taken.state)
      return try machine.finish()
    }
    guard let seen else { throw DebuggerError("step \(taken.record.step) cannot be taken again") }
    let found = sites.enumerated().flatMap { index, site in
      self.rows(site, seen.reading(hook: -1 - index, site: site.site), seen)
    }
    return PlacementTable(title: title, step: taken.record.step, rows: found)
  }

  private func rows(_ site: PlacementSite, _ reading: HookReading?, _ record: StepRecord) -> [PlacementTable.Row] {
    func row(_ formula: String, _ value: Tensor?, _ suffix: String, _ remark: String) -> PlacementTable.Row {
      let sees = record.plan.settings.seen(formula, at: site.placement)
      var comparison: Comparison?
      if case .parameter(let parameter) = site.site, let reading {
        comparison = record.record(of: parameter)?.comparison(with: reading)
      }
      return PlacementTable.Row(
        placement: site.placement.name, call: site.placement.call, site: site.title + suffix,
        fired: reading?.timesFired,
        formula: sees, shape: value?.shape,
        norm: value?.norm, factor: comparison?.c, remark: comparison?.c == nil ? comparison?.reason ?? remark : remark)
    }
    guard let reading else {
      return [row(site.formula, nil, "", "torch refuses: it requires no gradient")]
    }
    guard reading.timesFired > 0 else { return [row(site.formula, nil, "", "never fires: no gradient comes by")] }
    guard let gradInput = site.gradInput else { return [row(site.formula, reading.value, "", "")] }
    return [
      row(site.formula, reading.value, " grad_output", ""),
      row(
        gradInput, reading.gradInput, " grad_input", reading.gradInput == nil ? "None: the input needs no gradient" : ""
      ),
    ]
  }
}
