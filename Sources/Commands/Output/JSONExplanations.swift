import Debugger

// What the debugger found out, as JSON fields.

func fields(_ stop: Stop) -> [(String, JSONText)] {
  let place: [(String, JSONText)] = [
    ("step", .int(stop.step)), ("events", .int(stop.events)), ("event", .string(stop.event)),
  ]
  switch stop.reason {
  case .breakpoint(let id): return [("type", .string("stop")), ("breakpoint", .int(id))] + place
  case .watch(let id, let expression, let old, let new):
    return [("type", .string("stop")), ("watch", .int(id)), ("expression", .string(expression))] + place + [
      ("old", json(old)), ("new", json(new)),
    ]
  case .nonFinite(let what): return [("type", .string("stop")), ("nonfinite", .string(what))] + place
  }
}

func fields(_ comparison: BranchComparison) -> [(String, JSONText)] {
  func side(_ side: BranchComparison.Side) -> JSONText {
    .object([("branch", .string(side.branch)), ("step", .int(side.step)), ("loss", .number(side.loss))])
  }
  let settings = comparison.settings.map { setting in
    JSONText.object([
      ("name", .string(setting.name)), ("ours", .string(setting.ours)), ("theirs", .string(setting.theirs)),
    ])
  }
  let rows = comparison.rows.map { row in
    JSONText.object([
      ("param", .string(row.parameter)), ("c", .number(row.ours?.c)), ("c_theirs", .number(row.theirs?.c)),
      ("difference", .number(row.difference)),
    ])
  }
  return [
    ("type", .string("compare")), ("ours", side(comparison.ours)), ("theirs", side(comparison.theirs)),
    ("common_steps", .int(comparison.commonSteps)), ("settings", .array(settings)), ("params", .array(rows)),
  ]
}

func fields(_ explanation: Explanation, _ isVerbose: Bool) -> [(String, JSONText)] {
  let stages = isVerbose ? explanation.stages : explanation.actingStages
  let comparison = explanation.comparison
  return [
    ("type", .string("explain")), ("step", .int(explanation.step)), ("param", .string(explanation.parameter)),
    ("hook", explanation.hook.map { .int($0.id) } ?? .null), ("c", .number(comparison.c)),
    ("cosine", .number(comparison.cosine)), ("residual", .number(comparison.residual)),
    ("verdict", .string(comparison.verdict.rawValue)), ("hook_norm", .number(explanation.keptNorm)),
    ("stages", .array(stages.map { .object(fields($0)) })), ("cause", .string(explanation.cause)),
    ("advice", .array(explanation.advice.map { .string($0) })),
  ] + (comparison.reason.map { [("reason", .string($0))] } ?? [])
}

private func fields(_ stage: Explanation.Stage) -> [(String, JSONText)] {
  [
    ("stage", .string(stage.stage.rawValue)), ("factor", .number(stage.factor)), ("cosine", .number(stage.cosine)),
    ("norm", .number(stage.norm)), ("residual", .number(stage.residual?.norm)), ("note", .string(stage.note)),
  ] + (stage.factor == nil ? [("reason", .string("0/0: there is nothing to scale"))] : [])
}

func fields(_ view: ModuleView) -> [(String, JSONText)] {
  [
    ("type", .string("module")), ("step", .int(view.step)), ("module", .string(view.module)), ("r", .int(view.r)),
    ("scaling", .number(view.scaling)), ("norm_G", .number(view.norms.g)), ("norm_grad_A", .number(view.norms.a)),
    ("norm_grad_B", .number(view.norms.b)), ("norm_virtual", .number(view.norms.virtual)),
    ("norm_dW_over_lr", .number(view.norms.change)), ("cos_virtual_dW", .number(view.cosineOfChange)),
    ("cos_G_virtual", .number(view.cosineOfG)), ("tangent_share", .number(view.tangentShare)),
    ("singular_values", .array(view.singularValues.map { .number($0) })), ("self_check", .number(view.selfCheck)),
    ("grad_A_error", .number(view.formulaErrors.a)), ("grad_B_error", .number(view.formulaErrors.b)),
    ("loss_predicted", .number(view.predicted)), ("loss_predicted_here", .number(view.predictedHere)),
    ("loss_observed", .number(view.observed)), ("notes", .array(view.notes.map { .string($0) })),
  ]
}

func fields(_ table: PlacementTable) -> [(String, JSONText)] {
  let rows = table.rows.map { row in
    JSONText.object([
      ("placement", .string(row.placement)), ("call", .string(row.call)), ("on", .string(row.site)),
      ("fired", row.fired.map { .int($0) } ?? .null), ("formula", .string(row.formula)),
      ("shape", row.shape.map { .array($0.dimensions.map { .int($0) }) } ?? .null), ("norm", .number(row.norm)),
      ("factor", .number(row.factor)), ("remark", .string(row.remark)),
    ])
  }
  return [
    ("type", .string("placements")), ("step", .int(table.step)), ("target", .string(table.title)),
    ("rows", .array(rows)),
  ]
}
